import type { Store } from '../../../src/app/ports/store.ts';

/** A store that takes work for later but, while it is stalled, fails whenever such work is to be applied. */
export function stallable(): { stalled: boolean; readonly onStore: (store: Store) => Store } {
  const control = {
    stalled: true,
    onStore: (store: Store): Store =>
      new Proxy(store, {
        get(target, name) {
          if (name === 'commit') {
            const commit: Store['commit'] = (wants, decide) =>
              target.commit(wants, (snapshot) => {
                const changes = decide(snapshot);
                if (control.stalled && (changes?.settled.length ?? 0) > 0) throw new Error('stalled by the test');
                return changes;
              });
            return commit;
          }
          const member: unknown = Reflect.get(target, name);
          return typeof member === 'function' ? member.bind(target) : member;
        },
      }),
  };
  return control;
}
