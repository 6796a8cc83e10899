import { from, map, type Observable, take, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { pcm } from '../../marbles/index.js';
import { vad } from '../../operators/vad.js';
import type { AudioFrame, VadState, VoiceFrame } from '../../src/audio.js';
import { marbles } from '../marbles.js';

const letters: Readonly<Record<VadState, string>> = { silence: '.', speech_starting: 'b', speech: 's', speech_ending: 'e' };

/** States as one letter each: `.` silence, `b` starting, `s` speech, `e` ending. */
const states = (source: Observable<AudioFrame>, config?: Parameters<typeof vad>[0]): Observable<string> =>
  source.pipe(
    vad(config),
    map((frame) => letters[frame.vad]),
  );

describe('vad', () => {
  it(
    'takes sound for speech once it has lasted 100 ms, and speech for over once quiet has lasted 500 ms',
    marbles(({ audio, expectObservable, expectSubscriptions }) => {
      const source = audio('  ..sssssss.........................|');
      const subs = '          ^---------------------------------!';
      const expected = '      ..bbbbssseeeeeeeeeeeeeeeeeeeeeeee.|';

      expectObservable(states(source)).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'does not take 80 ms of sound for speech',
    marbles(({ audio, expectObservable }) => {
      expectObservable(states(audio('.ssss.ssss..|'))).toBe('.bbbb.bbbb..|');
    }),
  );

  it(
    'takes a pause of 480 ms for speech',
    marbles(({ audio, expectObservable }) => {
      const source = audio('  sssss........................s.|');
      const expected = '      bbbbseeeeeeeeeeeeeeeeeeeeeeeese|';

      expectObservable(states(source)).toBe(expected);
    }),
  );

  it(
    'hears a tone and no noise of 0.01',
    marbles(({ audio, expectObservable }) => {
      expectObservable(states(audio('nnnntttttttnn|'), { speechEndMs: 40 })).toBe('....bbbbssse.|');
    }),
  );

  it(
    'begins anew at a jump of position',
    marbles(({ audio, expectObservable }) => {
      expectObservable(states(audio('ssss-ssss-sssss-s|'))).toBe('bbbb-bbbb-bbbbs-b|');
      expectObservable(states(audio('sssss.-......|'))).toBe('    bbbbse-......|');
    }),
  );

  it(
    'counts in samples at any rate',
    marbles(({ audio, expectObservable }) => {
      const config = { speechStartMs: 60, speechEndMs: 60 };
      expectObservable(states(audio('.ssss...|', { sampleRate: 8000 }), config)).toBe(' .bbssee.|');
      expectObservable(states(audio('.ssss...|', { sampleRate: 48_000 }), config)).toBe('.bbssee.|');
    }),
  );

  it(
    'never emits, completes and errors as its source does',
    marbles(({ audio, expectObservable, expectSubscriptions }) => {
      const [silent, empty, failing] = [audio('-'), audio('--|'), audio('s-#')];

      expectObservable(states(silent)).toBe('-');
      expectObservable(states(empty)).toBe('--|');
      expectObservable(states(failing)).toBe('b-#');
      expectSubscriptions(silent.subscriptions).toBe('^');
      expectSubscriptions(empty.subscriptions).toBe('^-!');
      expectSubscriptions(failing.subscriptions).toBe('^-!');
    }),
  );

  it(
    'leaves its source when unsubscribed',
    marbles(({ audio, expectObservable, expectSubscriptions }) => {
      const source = audio('.sss|');
      expectObservable(states(source), '        ^-!').toBe('.b-');
      expectSubscriptions(source.subscriptions).toBe('^-!');
    }),
  );

  it(
    'keeps a state for each subscription',
    marbles(({ audio, expectObservable }) => {
      const voiced = states(audio('ssssss|'));
      expectObservable(voiced).toBe('          bbbbss|');
      expectObservable(voiced, '  --^').toBe('--bbbbss|');
    }),
  );

  it('stops a synchronous source', () => {
    let taken = 0;
    const endless = function* () {
      for (; taken < 1000; taken++) yield pcm(1, { position: taken });
    };
    from(endless()).pipe(vad(), take(2)).subscribe();
    expect(taken).toBe(1);
  });

  it('adds state and level, and shares the samples', () => {
    const frame = { samples: new Int16Array(20).fill(16_384), sampleRate: 1000, position: 0 };
    const seen: VoiceFrame[] = [];
    from([frame])
      .pipe(vad())
      .pipe(tap((voice) => seen.push(voice)))
      .subscribe();
    expect(seen).toEqual([{ ...frame, vad: 'speech_starting', level: 0.5 }]);
    expect(seen[0]?.samples).toBe(frame.samples);
  });

  it(
    'asks a model instead of the level',
    marbles(({ audio, expectObservable }) => {
      const model = ({ position }: AudioFrame) => (position >= 960 && position < 2400 ? 0.5 : 0.4);
      expectObservable(states(audio('.......|'), { model, speechStartMs: 40, speechEndMs: 40 })).toBe('..bsse.|');
      expectObservable(states(audio('.......|'), { model, speechStartMs: 40, threshold: 0.6 })).toBe('.......|');
    }),
  );

  it(
    'begins anew at a jump with a model, too',
    marbles(({ audio, expectObservable }) => {
      expectObservable(states(audio('...-...|'), { model: () => 1, speechStartMs: 60 })).toBe('bbs-bbs|');
    }),
  );

  it(
    'errors when the model throws',
    marbles(({ audio, expectObservable, expectSubscriptions }) => {
      const failure = new Error('model');
      const source = audio('..|');
      const model = () => {
        throw failure;
      };
      expectObservable(states(source, { model })).toBe('#', {}, failure);
      expectSubscriptions(source.subscriptions).toBe('(^!)');
    }),
  );

  it(
    'takes a sensitivity for its threshold, and a threshold ahead of it',
    marbles(({ audio, expectObservable }) => {
      const model = () => 0.4;
      expectObservable(states(audio('.......|'), { sensitivity: 0.6, model, speechStartMs: 40 })).toBe('.......|');
      expectObservable(states(audio('.......|'), { sensitivity: 0.7, model, speechStartMs: 40 })).toBe('bssssss|');
      expectObservable(states(audio('.......|'), { sensitivity: 0.7, threshold: 0.5, model })).toBe('  .......|');
      expectObservable(states(audio('nnnnnnn|'), { sensitivity: 0.9, speechStartMs: 40 })).toBe('       bssssss|');
    }),
  );

  it(
    'opens a model on each subscription',
    marbles(({ audio, expectObservable }) => {
      const model = {
        open: () => {
          let asked = 0;
          return () => (asked++ < 3 ? 0 : 1);
        },
      };
      const voiced = states(audio('......|'), { model, speechStartMs: 40 });
      expectObservable(voiced).toBe('        ...bss|');
      expectObservable(voiced, '--^').toBe('  --...bss|');
    }),
  );

  it('refuses thresholds and times that cannot be', () => {
    expect(() => vad({ sensitivity: 1.1 })).toThrow(RangeError);
    expect(() => vad({ threshold: 2 })).toThrow(RangeError);
    expect(() => vad({ threshold: -1, model: () => 0 })).toThrow(RangeError);
    expect(() => vad({ speechStartMs: -1 })).toThrow(RangeError);
    expect(() => vad({ speechEndMs: Number.NaN, model: () => 0 })).toThrow(RangeError);
    expect(() => vad(JSON.parse('{ "model": "silero" }'))).toThrow(
      new RangeError(`vad: model must be 'energy', a function, or a model such as await silero(), got "silero"`),
    );
  });
});
