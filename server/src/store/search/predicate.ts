import { sql } from 'kysely';
import type { InFilter, UserFilter } from '../../app/ports/user-list.ts';
import { eitherCondition } from './apart.ts';
import type { SearchEngine } from './compiler.ts';
import { ALWAYS, type Condition, column, joined, NEVER } from './condition.ts';
import { metadataCondition } from './metadata.ts';
import { kindNumber, realmOf, roleMark, stateNumber, typeNumber } from './row.ts';
import { canBeStored } from './text.ts';
import { storable, textCondition, textInCondition } from './text-condition.ts';

const EXACT_COLUMNS = {
  id: 'user_id',
  code: 'code',
  referralCode: 'referral_code',
  language: 'language',
  timeZone: 'time_zone',
  avatarUrl: 'avatar_url',
  package: 'package',
  referrer: 'referrer',
} as const;

const FLAG_COLUMNS = { emailVerified: 'email_verified', phoneVerified: 'phone_verified', fraud: 'fraud' } as const;

/** The filter as a condition on a row. */
export function conditionOf(filter: UserFilter, engine: SearchEngine): Condition {
  switch (filter.type) {
    case 'and':
      return joined(
        'and',
        filter.filters.map((one) => conditionOf(one, engine)),
      );
    case 'or':
      return eitherCondition(filter.filters, engine, (one) => conditionOf(one, engine));
    case 'not':
      return sql`NOT (${conditionOf(filter.filter, engine)})`;
    case 'text':
      return textCondition(filter.field, filter, engine);
    case 'textIn':
      return textInCondition(filter.field, filter.values, filter.ignoreCase, engine);
    case 'in':
      return inCondition(filter, engine);
    case 'absent':
      return sql`${column(EXACT_COLUMNS[filter.field])} = ''`;
    case 'codeContains':
      if (!canBeStored(filter.part)) return NEVER;
      return filter.part === '' ? ALWAYS : engine.contains(column('code'), filter.part);
    case 'flag':
      return sql`${column(FLAG_COLUMNS[filter.field])} = ${filter.value ? 1 : 0}`;
    case 'role':
      return engine.contains(column('roles'), roleMark(filter.role));
    case 'created':
      return createdCondition(filter.from, filter.to);
    case 'metadata':
      return metadataCondition(filter, engine);
  }
}

export function createdCondition(from: number | undefined, to: number | undefined): Condition {
  const bounds: Condition[] = [];
  if (from !== undefined) bounds.push(sql`${column('created_at')} >= ${from}`);
  if (to !== undefined) bounds.push(sql`${column('created_at')} <= ${to}`);
  return joined('and', bounds);
}

/** Most have none, so the index holds only those that have one, and is of use only where that is said. */
export function referredCondition(values: readonly string[], engine: SearchEngine): Condition {
  const referrer = column(EXACT_COLUMNS.referrer);
  return joined('and', [sql`${referrer} <> ''`, engine.among(referrer, storable(values))]);
}

function inCondition(filter: InFilter, engine: SearchEngine): Condition {
  switch (filter.field) {
    case 'kind':
      return numbersCondition('kind', filter.values.map(kindNumber));
    case 'state':
      return numbersCondition('state', filter.values.map(stateNumber));
    case 'type':
      return numbersCondition('type', filter.values.map(typeNumber));
    case 'organization': {
      const realms = storable(filter.values).flatMap((id) => [realmOf(id, false), realmOf(id, true)]);
      return realms.length === 0 ? NEVER : engine.among(column('realm'), realms);
    }
    case 'referrer':
      return referredCondition(filter.values, engine);
    default: {
      const wanted = storable(filter.values);
      return wanted.length === 0 ? NEVER : engine.among(column(EXACT_COLUMNS[filter.field]), wanted);
    }
  }
}

function numbersCondition(name: string, numbers: readonly number[]): Condition {
  return numbers.length === 0 ? NEVER : sql`${column(name)} IN (${sql.join(numbers)})`;
}
