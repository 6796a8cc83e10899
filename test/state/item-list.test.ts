import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyList, find, type ItemList, insertAfter, toArray, update, without } from '../../src/state/item-list.js';

interface Note {
  readonly id: string;
  readonly text: string;
}

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const change = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), id, after: fc.option(id, { nil: undefined }) }),
  fc.record({ kind: fc.constant('front' as const), id }),
  fc.record({ kind: fc.constant('update' as const), id, text: fc.string() }),
  fc.record({ kind: fc.constant('remove' as const), id }),
);

describe('item list', () => {
  it('keeps the order that an array keeps under the same changes', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        let model: Note[] = [];
        let list: ItemList<Note> = emptyList();
        for (const step of changes) {
          const isKnown = model.some((note) => note.id === step.id);
          if (step.kind === 'remove') {
            model = model.filter((note) => note.id !== step.id);
            list = without(list, step.id);
          } else if (step.kind === 'update') {
            model = model.map((note) => (note.id === step.id ? { ...note, text: step.text } : note));
            list = update(list, step.id, (note) => ({ ...note, text: step.text }));
          } else if (!isKnown) {
            const note = { id: step.id, text: '' };
            const after = step.kind === 'front' ? null : step.after;
            const at = after === null ? 0 : model.findIndex((other) => other.id === after) + 1 || model.length;
            model = model.toSpliced(at, 0, note);
            list = insertAfter(list, note, after);
          }
          expect(toArray(list)).toEqual(model);
        }
        for (const note of model) expect(find(list, note.id)).toEqual(note);
        expect([list.firstId, list.lastId]).toEqual([model[0]?.id, model.at(-1)?.id]);
      }),
      { numRuns: 500 },
    );
  });

  it('is the same list when an update changes nothing', () => {
    const list = insertAfter(emptyList<Note>(), { id: 'a', text: '' }, undefined);
    expect(update(list, 'a', (note) => note)).toBe(list);
    expect(update(list, 'b', (note) => ({ ...note, text: 'x' }))).toBe(list);
  });
});
