import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createShownImages } from '../../src/shown-images.js';
import type { ClientEvent } from '../../src/wire/client-event.js';

const url = (length: number): string => 'data:image/png;base64,'.padEnd(length, 'A');
const show = (id: string, ...lengths: readonly number[]): ClientEvent => ({
  type: 'conversation.item.create',
  item: {
    id,
    type: 'message',
    role: 'user',
    content: [
      { type: 'input_text', text: 'Look.' },
      ...lengths.map((length) => ({ type: 'input_image', image_url: url(length) })),
    ],
  },
});
const deleted = (item_id: string) => ({ type: 'conversation.item.deleted', event_id: 'e', item_id }) as const;

describe('shown images', () => {
  it('gives back the images of an item in order', () => {
    const images = createShownImages();
    images.sent(show('a', 30, 40));
    expect(images.imagesOf('a')).toEqual([url(30), url(40)]);
    expect(images.imagesOf('b')).toEqual([]);
  });

  it('keeps the newest items that fit, whole, whatever is shown, shown again and deleted', () => {
    const step = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      lengths: fc.array(fc.integer({ min: 22, max: 60 }), { maxLength: 3 }),
      isDeletion: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), fc.nat(200), (steps, keepBytes) => {
        const images = createShownImages({ keepBytes });
        let expected: readonly { readonly id: string; readonly lengths: readonly number[] }[] = [];
        for (const { id, lengths, isDeletion } of steps) {
          if (isDeletion) {
            images.happened(deleted(id));
            expected = expected.filter((item) => item.id !== id);
          } else if (lengths.length > 0) {
            images.sent(show(id, ...lengths));
            expected = [...expected.filter((item) => item.id !== id), { id, lengths }];
            while (expected.flatMap((item) => item.lengths).reduce((sum, length) => sum + length, 0) > keepBytes)
              expected = expected.slice(1);
          }
          for (const each of ['a', 'b', 'c', 'd'])
            expect(images.imagesOf(each)).toEqual(expected.find((item) => item.id === each)?.lengths.map(url) ?? []);
        }
      }),
    );
  });

  it('forgets the images of items that a new session is without', () => {
    const images = createShownImages();
    for (const id of ['a', 'b']) images.sent(show(id, 30));
    images.happened({
      type: 'connection.restored',
      gapMs: 0,
      replayedItems: 1,
      replayedMs: 0,
      droppedMs: 0,
      droppedImages: 0,
      droppedItemIds: ['a'],
      dueItemIds: [],
    });
    expect(['a', 'b'].map((id) => images.imagesOf(id).length)).toEqual([0, 1]);
  });

  it('refuses a negative number of bytes when called', () => {
    expect(() => createShownImages({ keepBytes: -1 })).toThrow(RangeError);
  });
});
