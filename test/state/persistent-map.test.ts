import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyMap, entries, get, type PersistentMap, remove, set } from '../../src/state/persistent-map.js';

/** Two of these share an FNV-1a hash of 32 bits. */
const clashing = ['costarring', 'liquid', 'declinate', 'macallums'];
const key = fc.oneof(fc.string({ maxLength: 2 }), fc.constantFrom(...clashing));
const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key, value: fc.nat() }),
  fc.record({ kind: fc.constant('remove' as const), key }),
);

describe('persistent map', () => {
  it('holds what a Map holds after the same changes', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
        const model = new Map<string, number>();
        let map: PersistentMap<number> = emptyMap();
        for (const step of changes) {
          if (step.kind === 'set') {
            model.set(step.key, step.value);
            map = set(map, step.key, step.value);
          } else {
            model.delete(step.key);
            map = remove(map, step.key);
          }
          expect(get(map, step.key)).toBe(model.get(step.key));
        }
        expect(map.size).toBe(model.size);
        expect(new Map(entries(map))).toEqual(model);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves earlier versions as they were', () => {
    const one = set(emptyMap<number>(), 'a', 1);
    const two = set(one, 'a', 2);
    const none = remove(two, 'a');
    expect([get(one, 'a'), get(two, 'a'), get(none, 'a')]).toEqual([1, 2, undefined]);
  });

  it('keeps keys of one hash apart', () => {
    const map = clashing.reduce((all, word, index) => set(all, word, index), emptyMap<number>());
    expect(clashing.map((word) => get(map, word))).toEqual([0, 1, 2, 3]);
    expect(get(remove(map, 'liquid'), 'costarring')).toBe(0);
  });
});
