import { map, NEVER, type ObservableInput, of, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { pcm } from '../../marbles/index.js';
import { endOfTurn, finishedSentence, wakePhrase } from '../../operators/spokenConditions.js';
import type { Reason } from '../../operators/turnConditions.js';
import type { AudioFrame } from '../../src/audio.js';
import type { VoiceEvent } from '../../src/events.js';
import { endsSentence } from '../../src/sentence-end.js';
import { initialState } from '../../src/state/session-state.js';
import { marbles } from '../marbles.js';

const words = (item_id: string, delta: string): VoiceEvent => ({
  type: 'conversation.item.input_audio_transcription.delta',
  event_id: 'e',
  item_id,
  content_index: 0,
  delta,
});
const events: Readonly<Record<string, VoiceEvent>> = {
  T: { type: 'turn.started', reason: 'speech' },
  S: { type: 'speech.started', position: 0 },
  E: { type: 'speech.stopped', position: 0, durationMs: 100 },
  a: words('one', 'Is it '),
  b: words('one', 'late?'),
  c: words('two', 'Hey, '),
  d: words('two', 'REX!'),
};
const state = () => initialState;
const letters: Readonly<Record<string, Reason>> = { 0: undefined, s: 'sentence', w: 'wake_phrase', e: 'end_of_turn' };

describe('endsSentence', () => {
  const trailing = new Set(['and']);
  it.each(['Stop.', 'Really?', 'He said "no."', 'Go! ', '行く。', 'It costs 3.'])('is true of %j', (text) => {
    expect(endsSentence(text, trailing)).toBe(true);
  });
  it.each(['', 'Stop', 'Well…', 'Well...', 'Bread and.', 'bread, And!', '?'])('is false of %j', (text) => {
    expect(endsSentence(text, trailing)).toBe(false);
  });
});

describe('finishedSentence', () => {
  it(
    'holds while the words of the turn end a sentence, and forgets them when the next turn begins',
    marbles((t) => {
      t.expectObservable(finishedSentence()(t.hot('-Ta-b-c-|', events), state)).toBe('-0--s-0-|', letters);
      t.expectObservable(finishedSentence()(t.hot('-Ta-b-T-b-|', events), state)).toBe('-0--s-0---|', letters);
    }),
  );
});

describe('wakePhrase', () => {
  it(
    'holds for a while after the phrase, whatever its case and punctuation, once an item',
    marbles((t) => {
      const condition = wakePhrase('hey rex', { awakeMs: 60 });
      t.expectObservable(condition(t.hot('-a-c-d-d-----', events), state)).toBe('-----w--0', letters);
    }),
  );

  it('refuses a phrase without words, and no time, when called', () => {
    expect(() => wakePhrase('…')).toThrow(RangeError);
    expect(() => wakePhrase('rex', { awakeMs: 0 })).toThrow(RangeError);
  });
});

describe('endOfTurn', () => {
  const asking = (
    title: string,
    model: (audio: AudioFrame, text: string) => ObservableInput<number>,
    source: string,
    expected: string,
  ) =>
    it(
      title,
      marbles((t) => {
        const frames$ = t.hot('ab---------', { a: pcm(1, 2), b: { ...pcm(3), position: 2 } });
        t.expectObservable(endOfTurn(model, { frames$ })(t.hot(source, events), state), '^----------!').toBe(expected, letters);
        t.expectSubscriptions(frames$.subscriptions).toBe('^----------!');
      }),
    );

  asking('holds when the model thinks so', () => [0.5], '--S-E------', '--0-e------');
  asking('holds not when it does not', () => [0.49], '--S-E------', '--0-0------');
  asking(
    'forgets an answer that comes when the user speaks again',
    () => timer(60).pipe(map(() => 1)),
    '--S-E-S-E--',
    '--0---0----e'.slice(0, 11),
  );
  asking('takes the pause for the end when the model gives no number', () => [Number.NaN], '--S-E------', '--0-e------');
  asking('takes the pause for the end when the model gives nothing', () => [], '--S-E------', '--0-e------');
  asking(
    'takes the pause for the end when the model fails',
    () => throwError(() => new Error('no')),
    '--S-E------',
    '--0-e------',
  );
  asking(
    'does so too when the model throws',
    () => {
      throw new Error('no');
    },
    '--S-E------',
    '--0-e------',
  );

  it(
    'takes the pause for the end when there is no audio to ask about',
    marbles((t) => {
      const condition = endOfTurn(() => [0], { frames$: NEVER });
      t.expectObservable(condition(t.hot('--S-E------', events), state), '^----------!').toBe('--0-e------', letters);
    }),
  );

  it(
    'takes the pause for the end when the model does not answer in time, and lets go of it',
    marbles((t) => {
      const model = t.cold<number>('--');
      const condition = endOfTurn(() => model, { frames$: t.hot('a-', { a: pcm(1) }), timeoutMs: 60 });
      t.expectObservable(condition(t.hot('--S-E------', events), state), '^----------!').toBe('--0----e---', letters);
      t.expectSubscriptions(model.subscriptions).toBe('----^--!');
    }),
  );

  it(
    'waits for a second unless told otherwise, and for ever when told so',
    marbles((t) => {
      const ends = (config: { timeoutMs?: number } = {}) =>
        endOfTurn(() => NEVER, { frames$: t.hot('a-', { a: pcm(1) }), ...config })(t.hot('--S-E-', events), state);
      t.expectObservable(ends(), '^ 2s !').toBe('--0- 1s e', letters);
      t.expectObservable(ends({ timeoutMs: Number.POSITIVE_INFINITY }), '^ 100m !').toBe('--0', letters);
    }),
  );

  it(
    'gives the model the last audio, and the words of the turn',
    marbles((t) => {
      const given: unknown[] = [];
      const frames$ = t.hot('abc--------', { a: pcm(1, 2), b: { ...pcm(3, 4), position: 2 }, c: { ...pcm(5), position: 4 } });
      const model = (...args: unknown[]) => {
        given.push(args);
        return of(0);
      };
      const condition = endOfTurn(model, { frames$, maxAudioMs: 3 });
      t.expectObservable(condition(t.hot('---TSabE---', events), state), '^----------!').toBe('----0--0---', letters);
      t.flush();
      expect(given).toEqual([[{ ...pcm(3, 4, 5), position: 2 }, 'Is it late?']]);
    }),
  );

  it('refuses a threshold that is no probability when called', () => {
    expect(() => endOfTurn(() => [1], { frames$: of(), threshold: 2 })).toThrow(RangeError);
    expect(() => endOfTurn(() => [1], { frames$: of(), maxAudioMs: 0 })).toThrow(RangeError);
    expect(() => endOfTurn(() => [1], { frames$: of(), timeoutMs: 0 })).toThrow(RangeError);
  });
});
