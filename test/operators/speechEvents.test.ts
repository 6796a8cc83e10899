import { from, map, type Observable, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ofType } from '../../operators/ofType.js';
import { speechEvents } from '../../operators/speechEvents.js';
import { vad } from '../../operators/vad.js';
import type { AudioFrame, VoiceFrame } from '../../src/audio.js';
import type { SpeechEvent, SpeechStarted, SpeechStopped } from '../../src/events.js';
import { voiceFrames } from '../dsp/voice-frames.js';
import { marbles } from '../marbles.js';

const events = (source: Observable<AudioFrame>): Observable<SpeechStarted | SpeechStopped> =>
  source.pipe(
    vad({ speechStartMs: 60, speechEndMs: 80 }),
    speechEvents(),
    ofType<SpeechEvent, 'speech.started' | 'speech.stopped'>('speech.started', 'speech.stopped'),
  );

const started = (frame: number): SpeechStarted => ({ type: 'speech.started', position: frame * 480 });
const stopped = (frame: number, durationMs: number): SpeechStopped => ({
  type: 'speech.stopped',
  position: frame * 480,
  durationMs,
});

describe('speechEvents', () => {
  it(
    'tells start and stop when they are certain, with the places where they were',
    marbles(({ audio, expectObservable, expectSubscriptions }) => {
      const source = audio('  ..sssss......|');
      const subs = '          ^------------!';
      const expected = '      ----a-----b--|';

      expectObservable(events(source)).toBe(expected, { a: started(2), b: stopped(7, 100) });
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'tells every 100 ms that speech goes on, and not in its pauses',
    marbles(({ audio, expectObservable }) => {
      const source = audio('  ..ssssssssssss...ssss......|');
      const expected = '      ---------a-------b---------|';
      const lasting$ = source.pipe(
        vad({ speechStartMs: 60, speechEndMs: 80 }),
        speechEvents(),
        ofType('speech.progress'),
        map(({ durationMs }) => durationMs),
      );

      expectObservable(lasting$).toBe(expected, { a: 160, b: 320 });
    }),
  );

  it(
    'tells nothing of a single loud frame, nor of a short pause',
    marbles(({ audio, expectObservable }) => {
      expectObservable(events(audio('..s........|'))).toBe('-----------|');
      expectObservable(events(audio('sss..s..s....|'))).toBe('--a---------b|', { a: started(0), b: stopped(9, 180) });
    }),
  );

  it(
    'stops when the source completes',
    marbles(({ audio, expectObservable }) => {
      expectObservable(events(audio('ssss|'))).toBe('  --a-(b|)', { a: started(0), b: stopped(4, 80) });
      expectObservable(events(audio('ssss..|'))).toBe('--a---(b|)', { a: started(0), b: stopped(4, 80) });
    }),
  );

  it(
    'stops at a jump',
    marbles(({ audio, expectObservable }) => {
      const expected = '                                       --a--b-c(d|)';
      expectObservable(events(audio('ssss-sss|'))).toBe(expected, {
        a: started(0),
        b: stopped(4, 80),
        c: started(5),
        d: stopped(8, 60),
      });
    }),
  );

  it(
    'errors without a stop',
    marbles(({ audio, expectObservable, expectSubscriptions }) => {
      const source = audio('sss-#');
      expectObservable(events(source)).toBe('         --a-#', { a: started(0) });
      expectSubscriptions(source.subscriptions).toBe('^---!');
    }),
  );

  it(
    'never emits and completes as its source does',
    marbles(({ audio, expectObservable }) => {
      expectObservable(events(audio('-'))).toBe('-');
      expectObservable(events(audio('--|'))).toBe('--|');
      expectObservable(events(audio('s|'))).toBe('-|');
    }),
  );

  it(
    'leaves its source when unsubscribed, without a stop',
    marbles(({ audio, expectObservable, expectSubscriptions }) => {
      const source = audio('ssssss|');
      expectObservable(events(source), '        ^--!').toBe('--a', { a: started(0) });
      expectSubscriptions(source.subscriptions).toBe('^--!');
    }),
  );

  it(
    'keeps a state for each subscription',
    marbles(({ audio, expectObservable }) => {
      const told = events(audio('ssss|'));
      expectObservable(told).toBe('      --a-(b|)', { a: started(0), b: stopped(4, 80) });
      expectObservable(told, '-^').toBe('---a-(b|)', { a: started(0), b: stopped(4, 80) });
    }),
  );

  it('stops a synchronous source', () => {
    let taken = 0;
    const endless = function* (): Generator<VoiceFrame> {
      const [frame] = voiceFrames('s');
      for (; frame && taken < 1000; taken++) yield { ...frame, position: taken * 10 };
    };
    from(endless()).pipe(speechEvents(), take(1)).subscribe();
    expect(taken).toBe(0);
  });
});
