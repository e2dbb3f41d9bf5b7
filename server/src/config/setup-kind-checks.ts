import type { SetupUser } from './setup.ts';

const OF_MACHINES = ['name', 'description'] as const;
const OF_PEOPLE = ['givenName', 'familyName', 'email', 'emailVerified', 'phone', 'phoneVerified', 'password'] as const;

/** What a user of its kind must have, and what it cannot have; the sentences begin with `path`. */
export function* kindConflicts(user: SetupUser, path: string): Iterable<string> {
  const { kind, name } = user;
  const given = new Set<string>(Object.keys(user));
  if (kind === 'machine') {
    if (name === undefined) yield `${path}.name is missing`;
    for (const member of OF_PEOPLE) if (given.has(member)) yield `${path}.${member} is for people, not for machines`;
    return;
  }
  for (const member of ['givenName', 'familyName']) if (!given.has(member)) yield `${path}.${member} is missing`;
  for (const member of OF_MACHINES) if (given.has(member)) yield `${path}.${member} is for machines only`;
}
