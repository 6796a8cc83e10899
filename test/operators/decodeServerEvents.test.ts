import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { decodeServerEvents } from '../../operators/decodeServerEvents.js';
import { marbles } from '../marbles.js';

const cleared = { type: 'input_audio_buffer.cleared', event_id: 'e' } as const;
const audio = {
  type: 'response.output_audio.delta',
  event_id: 'e',
  response_id: 'r',
  item_id: 'i',
  output_index: 0,
  content_index: 0,
  delta: 'AAEC',
} as const;
const texts = {
  a: JSON.stringify(cleared),
  b: JSON.stringify(audio),
  u: '{"type":"response.sung"}',
  m: '{"type":"response.done","response":{"usage":{"total_tokens":"many"}}}',
};
const events = {
  a: cleared,
  b: audio,
  u: { type: 'diagnostic.unknown_event', eventType: 'response.sung' },
  m: { type: 'diagnostic.malformed_event', eventType: 'response.done', paths: ['response.usage.total_tokens'] },
} as const;

describe('decodeServerEvents', () => {
  it(
    'turns each message into an event, or into a diagnostic where it is none',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('  -abum-|', texts);
      const subs = '        ^-----!';
      const expected = '    -abum-|';

      expectObservable(source.pipe(decodeServerEvents())).toBe(expected, events);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'is empty where the source is',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot<string>('  --|');
      const subs = '        ^-!';
      const expected = '    --|';

      expectObservable(source.pipe(decodeServerEvents())).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'never emits where the source never does',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot<string>('  ---');
      const subs = '        ^--';
      const expected = '    ---';

      expectObservable(source.pipe(decodeServerEvents())).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'errors with its source',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('  -a-#', texts);
      const subs = '        ^--!';
      const expected = '    -a-#';

      expectObservable(source.pipe(decodeServerEvents())).toBe(expected, events);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'lets go of its source when unsubscribed',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('  -a-a-', texts);
      const unsub = '       ---!';
      const subs = '        ^--!';
      const expected = '    -a--';

      expectObservable(source.pipe(decodeServerEvents()), unsub).toBe(expected, events);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'serves two subscribers apart',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -a|', texts);
      const first = '        ^--';
      const second = '       --^--';
      const expectedFirst = ' -a|';
      const expectedSecond = '---a|';
      const subs = ['        ^-!', '--^-!'];
      const result = source.pipe(decodeServerEvents());

      expectObservable(result, first).toBe(expectedFirst, events);
      expectObservable(result, second).toBe(expectedSecond, events);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('takes a synchronous source', () => {
    const seen: unknown[] = [];
    of(texts.a, texts.b)
      .pipe(decodeServerEvents())
      .subscribe({ next: (value) => seen.push(value), error: (error: unknown) => seen.push(error) });
    expect(seen).toEqual([events.a, events.b]);
  });
});
