import { from, NEVER, Subject, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { decodeAudio } from '../../operators/decodeAudio.js';
import type { VoiceEvent } from '../../src/events.js';
import { toBase64 } from '../../src/wire/base64.js';
import { marbles } from '../marbles.js';

const delta = (payload: string, item_id = 'item_1'): VoiceEvent => ({
  type: 'response.output_audio.delta',
  event_id: 'e',
  response_id: 'resp_1',
  item_id,
  output_index: 0,
  content_index: 0,
  delta: payload,
});
const one = Int16Array.of(1, 2, 3);
const two = Int16Array.of(4, 5);
const other: VoiceEvent = { type: 'speech.started', position: 0 };
const frame = (samples: Int16Array, position: number) => ({
  samples,
  position,
  sampleRate: 24_000,
  itemId: 'item_1',
  responseId: 'resp_1',
});

describe('decodeAudio', () => {
  it(
    'emits a frame for each audio delta, positions unbroken, and nothing for other events',
    marbles((t) => {
      const source = t.hot<VoiceEvent>('-a-x-b-|', { a: delta(toBase64(one)), x: other, b: delta(toBase64(two)) });
      const subs = '                    ^------!';
      const expected = '                -a---b-|';

      t.expectObservable(source.pipe(decodeAudio())).toBe(expected, { a: frame(one, 0), b: frame(two, 3) });
      t.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'follows the output format of the session',
    marbles((t) => {
      const session: VoiceEvent = {
        type: 'session.updated',
        event_id: 'e',
        session: { type: 'realtime', audio: { output: { format: { type: 'audio/pcmu' } } } },
      };
      const source = t.cold<VoiceEvent>('-(sa)', { s: session, a: delta(btoa('\xff\xff')) });

      t.expectObservable(source.pipe(decodeAudio())).toBe('-a', { a: { ...frame(Int16Array.of(0, 0), 0), sampleRate: 8000 } });
    }),
  );

  it('leaves out what is not base64', () => {
    const seen: number[] = [];
    from([delta('§§§§'), delta(toBase64(two))])
      .pipe(decodeAudio())
      .subscribe(({ position }) => seen.push(position));
    expect(seen).toEqual([0]);
  });

  it(
    'ends and errors with its source, and lets go of it',
    marbles((t) => {
      t.expectObservable(t.cold<VoiceEvent>('--|').pipe(decodeAudio())).toBe('--|');
      t.expectObservable(t.cold<VoiceEvent>('--#').pipe(decodeAudio())).toBe('--#');
      t.expectObservable(NEVER.pipe(decodeAudio())).toBe('-');
      const source = t.hot<VoiceEvent>('----');
      t.expectObservable(source.pipe(decodeAudio(), toArray()), '^-!').toBe('-');
      t.expectSubscriptions(source.subscriptions).toBe('^-!');
    }),
  );

  it('counts for each subscriber from 0', () => {
    const source = new Subject<VoiceEvent>();
    const run = source.pipe(decodeAudio());
    const seen: string[] = [];
    run.subscribe(({ position }) => seen.push(`first ${position}`));
    source.next(delta(toBase64(one)));
    run.subscribe(({ position }) => seen.push(`second ${position}`));
    source.next(delta(toBase64(two)));
    expect(seen).toEqual(['first 0', 'first 3', 'second 0']);
  });
});
