import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { DOMAIN_ORG, TEXT_KINDS } from './list-users-population.ts';
import { ANNA, listCalls, NAMELESS, OTTO, plantListed, ROBOT } from './list-users-support.ts';
import { zitadelSetup } from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());
const { idsOf } = listCalls(tessera);
beforeAll(() => plantListed(tessera));

/** What each kind of query finds Anna by. */
const WHOLE: Readonly<Record<keyof typeof TEXT_KINDS, string>> = {
  userNameQuery: 'Anna.user',
  firstNameQuery: 'Anna.given',
  lastNameQuery: 'Anna.family',
  nickNameQuery: 'Anna.nick',
  displayNameQuery: 'Anna.display',
  emailQuery: 'Anna@lister.test',
  phoneQuery: '+41791111111',
  loginNameQuery: 'Anna.user',
};
const KINDS = Object.keys(WHOLE) as (keyof typeof WHOLE)[];

describe.each(KINDS)('%s', (kind) => {
  const whole = WHOLE[kind];
  const find = (value: string, method?: string) =>
    idsOf([
      { [kind]: { [TEXT_KINDS[kind]]: value, ...(method && { method: `TEXT_QUERY_METHOD_${method}` }) } },
      { inUserIdsQuery: { userIds: [ANNA, OTTO] } },
    ]);

  it.each([
    ['EQUALS', whole, whole.slice(0, -1)],
    ['STARTS_WITH', whole.slice(0, 6), whole.slice(1)],
    ['CONTAINS', whole.slice(1, 7), 'nothing of it'],
    ['ENDS_WITH', whole.slice(1), whole.slice(0, -1)],
  ])('%s', async (method, part, other) => {
    expect(await find(part, method)).toEqual([ANNA]);
    expect(await find(part, `${method}_IGNORE_CASE`)).toEqual([ANNA]);
    expect(await find(other, method)).toEqual([]);
    expect(await find(other, `${method}_IGNORE_CASE`)).toEqual([]);
    if (kind === 'phoneQuery') return;
    expect(await find(part.toUpperCase(), method)).toEqual([]);
    expect(await find(part.toUpperCase(), `${method}_IGNORE_CASE`)).toEqual([ANNA]);
  });

  it('is for equals unless it says otherwise', async () => {
    expect(await find(whole)).toEqual([ANNA]);
    expect(await find(whole.slice(0, 6))).toEqual([]);
  });

  it.each(['%', '_', '*'])('takes %s for what it is', async (wildcard) => {
    for (const method of ['EQUALS', 'CONTAINS', 'STARTS_WITH', 'ENDS_WITH']) {
      expect(await find(wildcard, method)).toEqual([]);
    }
  });
});

describe('login names', () => {
  const find = (loginName: string, method = 'EQUALS') =>
    idsOf([{ loginNameQuery: { loginName, method: `TEXT_QUERY_METHOD_${method}` } }]);

  it('end in a domain where the organization says so, whichever of its domains', async () => {
    for (const domain of DOMAIN_ORG.domains) expect(await find(`Otto.user@${domain}`)).toEqual([OTTO]);
    expect(await find('otto.USER@LOGIN.test', 'EQUALS_IGNORE_CASE')).toEqual([OTTO]);
    expect(await find('otto.user@login.test')).toEqual([]);
    expect(await find('Otto.user')).toEqual([]);
    expect(await find('Anna.user@login.test')).toEqual([]);
  });

  it('are found by parts that reach into the domain', async () => {
    expect(await find('Otto.user@oth', 'STARTS_WITH')).toEqual([OTTO]);
    expect(await find('user@login', 'CONTAINS')).toEqual([OTTO]);
    expect(await find('USER@OTHER.login.test', 'ENDS_WITH_IGNORE_CASE')).toEqual([OTTO]);
    expect((await find('@login.test', 'ENDS_WITH')).toSorted()).toEqual([NAMELESS, OTTO]);
    expect((await find('her.login', 'CONTAINS')).toSorted()).toEqual([NAMELESS, OTTO]);
    expect(await find('@login.test', 'STARTS_WITH')).toEqual([]);
  });

  it('are ids where there is no username', async () => {
    expect(await find(ROBOT)).toEqual([ROBOT]);
    expect(await find(`${NAMELESS}@login.test`)).toEqual([NAMELESS]);
    expect(await idsOf([{ userNameQuery: { userName: NAMELESS } }])).toEqual([NAMELESS]);
    // Who has another name is not called by its id.
    expect(await idsOf([{ userNameQuery: { userName: ANNA } }])).toEqual([]);
  });
});

describe('the other kinds', () => {
  const ours = { inUserIdsQuery: { userIds: [ANNA, OTTO, ROBOT] } };
  const find = (...queries: object[]) => idsOf([...queries, ours]);

  it('stateQuery; those who are suspended count as locked, nobody as deleted', async () => {
    const inState = (state: string) => find({ stateQuery: { state: `USER_STATE_${state}` } });
    expect(await inState('ACTIVE')).toEqual([ROBOT]);
    expect(await inState('INACTIVE')).toEqual([ANNA]);
    expect(await inState('LOCKED')).toEqual([OTTO]);
    for (const none of ['INITIAL', 'DELETED', 'UNSPECIFIED']) expect(await inState(none)).toEqual([]);
  });

  it('typeQuery', async () => {
    expect(await find({ typeQuery: { type: 'TYPE_HUMAN' } })).toEqual([ANNA, OTTO]);
    expect(await find({ typeQuery: { type: 'TYPE_MACHINE' } })).toEqual([ROBOT]);
    expect(await find({ typeQuery: {} })).toEqual([]);
  });

  it('organizationIdQuery', async () => {
    expect(await find({ organizationIdQuery: { organizationId: GLOBEX.id } })).toEqual([ROBOT]);
    expect(await find({ organizationIdQuery: { organizationId: 'nowhere' } })).toEqual([]);
  });

  it('inUserIdsQuery and inUserEmailsQuery', async () => {
    expect(await idsOf([{ inUserIdsQuery: { userIds: [OTTO, 'nobody', '', OTTO] } }])).toEqual([OTTO]);
    const emails = (...userEmails: string[]) => find({ inUserEmailsQuery: { userEmails } });
    expect(await emails('Anna@lister.test', 'Otto@lister.test')).toEqual([ANNA, OTTO]);
    expect(await emails('anna@lister.test', 'nobody@lister.test', '')).toEqual([]);
  });

  it('a phone or an e-mail address may be asked for by nothing, which is part of whatever there is', async () => {
    expect(await find({ phoneQuery: { method: 'TEXT_QUERY_METHOD_CONTAINS' } })).toEqual([ANNA, OTTO]);
    expect(await find({ emailQuery: { method: 'TEXT_QUERY_METHOD_STARTS_WITH' } })).toEqual([ANNA, OTTO]);
    expect(await find({ emailQuery: {} })).toEqual([]);
  });

  it('metadataKeyFilter, by every method', async () => {
    const byKey = (key: string, method: string) =>
      find({ metadataKeyFilter: { key, method: `TEXT_FILTER_METHOD_${method}` } });
    expect(await byKey('level', 'EQUALS')).toEqual([ANNA]);
    expect(await byKey('LEVEL', 'EQUALS_IGNORE_CASE')).toEqual([ANNA, OTTO]);
    expect(await byKey('Lev', 'STARTS_WITH')).toEqual([OTTO]);
    expect(await byKey('LEV', 'STARTS_WITH_IGNORE_CASE')).toEqual([ANNA, OTTO]);
    expect(await byKey('eve', 'CONTAINS')).toEqual([ANNA, OTTO]);
    expect(await byKey('EVE', 'CONTAINS')).toEqual([]);
    expect(await byKey('EVE', 'CONTAINS_IGNORE_CASE')).toEqual([ANNA, OTTO]);
    expect(await byKey('level', 'ENDS_WITH')).toEqual([ANNA]);
    expect(await byKey('LEVEL', 'ENDS_WITH_IGNORE_CASE')).toEqual([ANNA, OTTO]);
  });

  it('metadataValueFilter, of any entry or of the one whose key stands beside it', async () => {
    const key = (name: string) => ({ metadataKeyFilter: { key: name } });
    const value = (text: string, method = 'EQUALS') => ({
      metadataValueFilter: { value: text, method: `BYTE_FILTER_METHOD_${method}` },
    });
    expect(await find(value('YQ=='))).toEqual([ANNA, OTTO]);
    expect(await find(value('YQ'))).toEqual([ANNA, OTTO]);
    expect(await find(value('AAAA'))).toEqual([]);
    expect(await find(key('team'), value('YQ=='))).toEqual([ANNA]);
    expect(await find(value('Yg=='), key('team'))).toEqual([OTTO]);
    expect(await find(key('team'), value('YQ==', 'NOT_EQUALS'))).toEqual([OTTO]);
    expect(await find(value('YQ==', 'NOT_EQUALS'))).toEqual([ANNA, OTTO]);
    expect(await find(key('team'), value('YQ=='), key('level'), value('Yg=='))).toEqual([ANNA]);
    expect(await find(key('team'), value('Yg=='), key('level'), value('Yg=='))).toEqual([]);
    // Several values of one entry
    const notBoth = [value('YQ==', 'NOT_EQUALS'), value('Yg==', 'NOT_EQUALS')];
    expect(await find(key('team'), ...notBoth)).toEqual([]);
    // Each group for itself
    const group = (...queries: object[]) => ({ andQuery: { queries } });
    expect(await find(group(key('team'), value('Yg==')), group(value('YQ=='), key('Level')))).toEqual([OTTO]);
    expect(await find({ orQuery: { queries: [key('Level'), value('AAAA')] } })).toEqual([OTTO]);
  });

  it('andQuery, orQuery and notQuery, within each other', async () => {
    const [anna, otto] = [
      { firstNameQuery: { firstName: 'Anna.given' } },
      { emailQuery: { emailAddress: 'Otto@lister.test' } },
    ];
    const inactive = { stateQuery: { state: 'USER_STATE_INACTIVE' } };
    expect(await find({ orQuery: { queries: [anna, otto] } })).toEqual([ANNA, OTTO]);
    expect(await find({ andQuery: { queries: [anna, otto] } })).toEqual([]);
    expect(await find({ andQuery: { queries: [anna, inactive] } })).toEqual([ANNA]);
    // Whoever has no first name has not that one either.
    expect(await find({ notQuery: { query: anna } })).toEqual([OTTO, ROBOT]);
    const either = { orQuery: { queries: [anna, otto] } };
    expect(await find({ notQuery: { query: { andQuery: { queries: [either, inactive] } } } })).toEqual([OTTO, ROBOT]);
  });
});
