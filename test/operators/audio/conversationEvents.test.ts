import { map, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { signal } from '../../../marbles/index.js';
import { type ConversationEventsConfig, conversationEvents } from '../../../operators/audio/conversationEvents.js';
import type { VoiceFrame } from '../../../src/audio.js';
import { conversationModes, conversationSides } from '../../../src/dsp/conversation-sides.js';
import { marbles } from '../../marbles.js';

const names = {
  user_speaking: 'speaking',
  user_finished: 'finished',
  user_interruption: 'interruption',
  back_channel: 'back-channel',
  speech_overlap: 'overlap',
  long_pause: 'pause',
} as const;

/** Both sides, 100 ms a character, `s` for speech; what is told, and when. */
const told = (near: string, far: string, times = conversationModes.natural): readonly string[] => {
  const step = conversationSides(() => times);
  return [...near].flatMap((character, at) =>
    step({ vad: character === 's' ? 'speech' : 'silence', isFar: far[at] === 's', ms: 100, position: (at + 1) * 2400 }).map(
      (event) =>
        `${event.atMs} ${names[event.type]}${'by' in event ? ` by ${event.by}` : ''}${'durationMs' in event ? ` ${event.durationMs}` : ''}`,
    ),
  );
};

describe('conversationSides', () => {
  it.each([
    ['a turn and its end', '.sssss.ss.........', '', ['200 speaking', '1600 finished 700']],
    ['an interruption', '...ssssssss', 'ssssssss', ['400 speaking', '500 overlap by user', '800 interruption']],
    [
      'a back-channel, which is no turn',
      '...sss...............................',
      'ssssssssssssssss',
      ['400 speaking', '500 overlap by user', '1300 back-channel 300'],
    ],
    ['the other side that falls in', 'ssssss', '...sss', ['100 speaking', '500 overlap by assistant']],
    ['a long pause after the user, once', `s${'.'.repeat(60)}`, '', ['100 speaking', '800 finished 100', '2100 pause']],
    ['no pause where the other side answers', `s${'.'.repeat(60)}`, '..........ss', ['100 speaking', '800 finished 100']],
    [
      'a turn that outlasts the end of the other side',
      'ssssssssss.......',
      'ss...............',
      ['100 speaking', '200 overlap by assistant', '1700 finished 1000'],
    ],
    ['nothing of silence', '..........', 'ssss', []],
  ])('tells %s', (_, near, far, expected) => {
    // The other side was already speaking where both begin with it.
    expect(told(near, far)).toEqual(expected);
  });

  it('is as patient as the mode says', () => {
    const near = `....sss${'.'.repeat(50)}`;
    const far = 'ssssssssss';
    expect(told(near, far, conversationModes.rapid)).toContain('600 interruption');
    expect(told(near, far, conversationModes.rapid)).toContain('1000 finished 300');
    expect(told(near, far, conversationModes.formal)).toContain('1900 back-channel 300');
    for (const [name, { interruptMs, finishedMs, longPauseMs }] of Object.entries(conversationModes)) {
      expect(interruptMs < finishedMs && finishedMs < longPauseMs, name).toBe(true);
    }
  });
});

describe('conversationEvents', () => {
  const voice = (at: number, vad: VoiceFrame['vad']): VoiceFrame => ({
    samples: new Int16Array(480),
    sampleRate: 24_000,
    position: at * 480,
    vad,
    level: 0,
  });
  const config: ConversationEventsConfig = { mode: 'rapid', interruptMs: 60, overlapMs: 40, finishedMs: 80, longPauseMs: 500 };

  it(
    'tells with the frame that makes it certain, and hears the other side by its level',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const loud = { samples: signal('s', { position: 0, length: 480 }), sampleRate: 24_000, position: 0 };
      const far$ = hot('     fffffff-----|', { f: loud });
      const near$ = cold(
        '   ..sss........|',
        Object.fromEntries([...'.s'].map((c) => [c, voice(0, c === 's' ? 'speech' : 'silence')])),
      );
      const events$ = near$.pipe(
        conversationEvents(far$, config),
        map(({ type }) => type[5] ?? ''),
      );
      // s: user_speaking, h: speech_overlap, i: user_interruption, f: user_finished
      expectObservable(events$).toBe('--shi---f----|', { s: 's', h: 'h', i: 'i', f: 'f' });
      expectSubscriptions(far$.subscriptions).toBe('^-----------!');
    }),
  );

  it(
    'goes on when the other side fails, and errors with its source',
    marbles(({ cold, expectObservable }) => {
      const near$ = cold('s-#', { s: voice(0, 'speech') });
      expectObservable(
        near$.pipe(
          conversationEvents(throwError(() => new Error('gone'))),
          map(() => 's'),
        ),
      ).toBe('s-#');
    }),
  );

  it.each([{ interruptMs: 0 }, { finishedMs: -1 }, { longPauseMs: Number.NaN }, { mode: 'slow' as 'rapid' }])(
    'refuses %j',
    (wrong) => {
      expect(() =>
        conversationEvents(
          throwError(() => new Error('unused')),
          wrong,
        ),
      ).toThrow(RangeError);
    },
  );
});
