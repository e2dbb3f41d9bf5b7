import { describe, expect, it } from 'vitest';
import { CatalogueMerge, type Declaration } from './catalogue-merge.ts';

interface Role {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly heldAs?: string;
}

const declared = (code: string, name = code): Declaration<Role> => ({
  code,
  says: { code, name },
  id: `file-${code}`,
  make: (id, heldAs) => ({ id, code, name, ...(heldAs !== undefined && { heldAs }) }),
});

interface Start {
  readonly roles: readonly Role[];
  readonly declared: CatalogueMerge['declared'];
}

/** A start with these declarations, after what `change` did to the outcome of the start before. */
function start(
  declarations: readonly Declaration<Role>[],
  before: Start = { roles: [], declared: {} },
  generation = 1,
): Start {
  const merge = new CatalogueMerge(before.declared, generation);
  return { roles: merge.entries('role', declarations, before.roles), declared: merge.declared };
}
const first = start([declared('EDITOR'), declared('READER')]);
const changed = (before: Start, change: (roles: readonly Role[]) => readonly Role[]): Start => ({
  ...before,
  roles: change(before.roles),
});

describe('a start with a setup file', () => {
  it('makes what the file declares, and the same again changes nothing', () => {
    expect(first.roles).toEqual([
      { id: 'file-EDITOR', code: 'EDITOR', name: 'EDITOR' },
      { id: 'file-READER', code: 'READER', name: 'READER' },
    ]);
    expect(start([declared('EDITOR'), declared('READER')], first, 2)).toEqual(first);
  });

  it('keeps what an API made, changed and removed', () => {
    const made = { id: 'api-1', code: 'WRITER', name: 'Writer', heldAs: 'api-1' };
    const before = changed(first, ([editor]) => [{ ...(editor as Role), name: 'By API' }, made]);
    const after = start([declared('EDITOR'), declared('READER')], before, 2);
    expect(after.roles).toEqual([{ id: 'file-EDITOR', code: 'EDITOR', name: 'By API' }, made]);
    expect(start([declared('EDITOR'), declared('READER')], after, 3)).toEqual(after);
  });

  it('applies what is changed in the file, over what an API made of it', () => {
    const before = changed(first, ([editor, reader]) => [{ ...(editor as Role), name: 'By API' }, reader as Role]);
    const after = start([declared('EDITOR', 'By file'), declared('READER')], before, 2);
    expect(after.roles[0]).toEqual({ id: 'file-EDITOR', code: 'EDITOR', name: 'By file' });
  });

  it('leaves an entry with its holders when it gets the code back that an API had changed', () => {
    const renamed = { id: 'file-EDITOR', code: 'WRITER', name: 'W', heldAs: 'EDITOR' };
    const before = changed(first, ([, reader]) => [renamed, reader as Role]);
    const after = start([declared('EDITOR', 'Again'), declared('READER')], before, 2);
    expect(after.roles[0]).toEqual({ id: 'file-EDITOR', code: 'EDITOR', name: 'Again' });
  });

  it('makes another one, which nobody holds, of what an API removed and the file declares anew', () => {
    const before = changed(first, ([, reader]) => [reader as Role]);
    const after = start([declared('EDITOR', 'Anew'), declared('READER')], before, 7);
    expect(after.roles[0]).toEqual({ id: 'file-EDITORx7', code: 'EDITOR', name: 'Anew', heldAs: 'file-EDITORx7' });
    expect(start([declared('EDITOR', 'Anew'), declared('READER')], after, 8)).toEqual(after);
  });

  it('takes up what an API made of the same code, with its id and its holders', () => {
    const made = { id: 'api-1', code: 'WRITER', name: 'Writer', heldAs: 'api-1' };
    const before = changed(first, (roles) => [...roles, made]);
    const after = start([declared('EDITOR'), declared('READER'), declared('WRITER', 'By file')], before, 2);
    expect(after.roles[2]).toEqual({ id: 'api-1', code: 'WRITER', name: 'By file', heldAs: 'api-1' });
    expect(after.roles).toHaveLength(3);
  });

  it('removes what left the file, and gives it back to its holders when it returns', () => {
    const without = start([declared('READER')], first, 2);
    expect(without.roles.map(({ code }) => code)).toEqual(['READER']);
    const back = start([declared('EDITOR'), declared('READER')], without, 3);
    expect(back.roles).toEqual(first.roles);
  });
});

describe('a value', () => {
  const value = (says: string, stored: string | undefined, before: CatalogueMerge['declared'] = {}) => {
    const merge = new CatalogueMerge(before, 1);
    return { is: merge.value('level', says, stored), declared: merge.declared };
  };

  it('is what an API made of it until the file says something else', () => {
    const began = value('Low', undefined);
    expect(began.is).toBe('Low');
    expect(value('Low', 'High', began.declared).is).toBe('High');
    expect(value('Medium', 'High', began.declared).is).toBe('Medium');
  });
});
