import { from, map, type Observable, take, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Marbles } from '../../marbles/index.js';
import { gateSpeech } from '../../operators/gateSpeech.js';
import { vad } from '../../operators/vad.js';
import type { AudioFrame, VoiceFrame } from '../../src/audio.js';
import { voiceFrames } from '../dsp/voice-frames.js';
import { marbles } from '../marbles.js';

/** Detected after 40 ms, over after 40 ms, so that the group in which a gate opens stays short. */
const times = { speechStartMs: 40, speechEndMs: 40 };

/** What comes through, by its place in the source: `a` is the first frame. */
const places = (source: Observable<AudioFrame>, preRollMs: number): Observable<string> =>
  source.pipe(
    vad(times),
    gateSpeech({ preRollMs }),
    map(({ position }) => 'abcdefghijklmnopqrstuvwxyz'.charAt(position / 480)),
  );

/** When each came through. */
const arrivals = ({ flush, now }: Marbles, source: Observable<string>): string[] => {
  const seen: string[] = [];
  source.pipe(tap((place) => seen.push(`${place}@${now()}`))).subscribe();
  flush();
  return seen;
};

describe('gateSpeech', () => {
  it(
    'opens with pre-roll and the beginning of the speech, in order',
    marbles(({ audio, expectObservable, expectSubscriptions }) => {
      const source = audio('  ....ss.....|');
      const subs = '          ^----!';
      const expected = '      -----(cdef|)';

      expectObservable(places(source, 40).pipe(take(4))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'passes frames at once while it is open, hangover included, then nothing',
    marbles((t) => {
      expect(arrivals(t, places(t.audio('....ssss......|'), 40))).toEqual([
        'c@100',
        'd@100',
        'e@100',
        'f@100',
        'g@120',
        'h@140',
        'i@160',
      ]);
    }),
  );

  it(
    'gives no frame twice when speech follows speech',
    marbles((t) => {
      const seen = arrivals(t, places(t.audio('...ss..ss....|'), 100)).map((arrival) => arrival.charAt(0));
      expect(seen.join('')).toBe('abcdefghij');
    }),
  );

  it(
    'drops what it holds at a jump',
    marbles((t) => {
      const seen = arrivals(t, places(t.audio('...s-.ss....|'), 100)).map((arrival) => arrival.charAt(0));
      expect(seen.join('')).toBe('fghi');
    }),
  );

  it(
    'never emits, completes and errors as its source does, without what it holds',
    marbles(({ audio, expectObservable, expectSubscriptions }) => {
      const [silent, empty, quiet, failing] = [audio('-'), audio('--|'), audio('...s|'), audio('..s#')];

      for (const [source, expected] of [
        [silent, '-'],
        [empty, '--|'],
        [quiet, '----|'],
        [failing, '---#'],
      ] as const) {
        expectObservable(places(source, 300)).toBe(expected);
      }
      expectSubscriptions(silent.subscriptions).toBe('^');
      expectSubscriptions(empty.subscriptions).toBe('^-!');
      expectSubscriptions(quiet.subscriptions).toBe('^---!');
      expectSubscriptions(failing.subscriptions).toBe('^--!');
    }),
  );

  it(
    'leaves its source when unsubscribed',
    marbles(({ audio, expectObservable, expectSubscriptions }) => {
      const source = audio('ss...|');
      expectObservable(places(source, 0), '     ^-!').toBe('-(ab)');
      expectSubscriptions(source.subscriptions).toBe('^-!');
    }),
  );

  it(
    'holds frames for each subscription',
    marbles(({ audio, expectObservable }) => {
      const gated = places(audio('.ss----|'), 20);
      expectObservable(gated).toBe('      --(abc)|');
      expectObservable(gated, '-^').toBe('---(abc)|');
    }),
  );

  it('stops a synchronous source', () => {
    let taken = 0;
    const endless = function* (): Generator<VoiceFrame> {
      const [frame] = voiceFrames('s');
      for (; frame && taken < 1000; taken++) yield { ...frame, position: taken * 10 };
    };
    from(endless()).pipe(gateSpeech(), take(2)).subscribe();
    expect(taken).toBe(1);
  });

  it('has 300 ms of pre-roll', () => {
    const positions: number[] = [];
    from(voiceFrames(`${'.'.repeat(50)}s`))
      .pipe(gateSpeech())
      .pipe(tap(({ position }) => positions.push(position)))
      .subscribe();
    expect(positions[0]).toBe(200);
    expect(positions).toHaveLength(31);
  });

  it('refuses a negative pre-roll', () => {
    expect(() => gateSpeech({ preRollMs: -1 })).toThrow(RangeError);
  });
});
