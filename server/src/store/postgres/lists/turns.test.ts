import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../app/ports/store.ts';
import { Turns } from './turns.ts';

/** Works that end when they are told to. */
function works(turns: Turns) {
  const begun: string[] = [];
  const gates = new Map<string, PromiseWithResolvers<string>>();
  return {
    begun,
    take: (name: string) =>
      turns.take(() => {
        const gate = Promise.withResolvers<string>();
        gates.set(name, gate);
        begun.push(name);
        return gate.promise;
      }),
    end: (name: string) => gates.get(name)?.resolve(name),
    fail: (name: string) => gates.get(name)?.reject(new Error(name)),
  };
}

describe('turns', () => {
  it('come one after another, in order, also behind one that fails', async () => {
    const { begun, take, end, fail } = works(new Turns(() => 2, 2));
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => take(name));
    expect(begun).toEqual(['a', 'b']);
    fail('b');
    await expect(b).rejects.toThrow('b');
    expect(begun).toEqual(['a', 'b', 'c']);
    end('a');
    expect(await a).toBe('a');
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    end('c');
    end('d');
    expect(await Promise.all([c, d])).toEqual(['c', 'd']);
    const e = take('e');
    end('e');
    expect(await e).toBe('e');
  });

  it('are refused when too many wait', async () => {
    const { take, end } = works(new Turns(() => 1, 1));
    const [a, b] = [take('a'), take('b')];
    await expect(take('c')).rejects.toThrow(StoreUnavailable);
    end('a');
    await a;
    end('b');
    await b;
  });

  it('are as many at once as there may be at that moment', async () => {
    let most = 2;
    const { begun, take, end } = works(new Turns(() => most, 9));
    const [a, b] = [take('a'), take('b')];
    const [c, d] = [take('c'), take('d')];
    most = 1;
    end('a');
    await a;
    expect(begun).toEqual(['a', 'b']);
    most = 2;
    end('b');
    await b;
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    end('c');
    end('d');
    await Promise.all([c, d]);
  });
});
