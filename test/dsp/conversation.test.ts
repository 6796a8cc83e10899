import { describe, expect, it } from 'vitest';
import type { VoiceFrame } from '../../src/audio.js';
import { conversation } from '../../src/dsp/conversation.js';
import { conversationModes } from '../../src/dsp/conversation-sides.js';

/** Frames of 20 ms at 1 kHz. */
const frame = (at: number, vad: VoiceFrame['vad']): VoiceFrame => ({
  samples: new Int16Array(20),
  sampleRate: 1000,
  position: 20 * at,
  vad,
  level: 0,
});

/** The user speaks from `fromMs` on for a second; says what is told, and when. */
const spoken = (fold: ReturnType<typeof conversation>, fromMs: number): readonly string[] =>
  Array.from({ length: (fromMs + 1000) / 20 }, (_, at) => fold.near(frame(at, 20 * at < fromMs ? 'silence' : 'speech')))
    .flat()
    .map(({ type, atMs }) => `${atMs} ${type}`);

describe('conversation', () => {
  const rapid = () => conversationModes.rapid;

  it('counts what the other side says ahead of its time as that much later, and its gaps of up to 200 ms', () => {
    const spokenAfter = (fromMs: number): readonly string[] => {
      const fold = conversation(rapid);
      for (let at = 0; at < 50; at++) fold.far(frame(at, 'speech'));
      return spoken(fold, fromMs);
    };
    expect(spokenAfter(1000)).toEqual(['1020 user_speaking', '1100 speech_overlap', '1200 user_interruption']);
    expect(spokenAfter(1200)).toEqual(['1220 user_speaking']);
  });

  it('does not add up gaps', () => {
    const fold = conversation(rapid);
    for (let at = 0; at < 20; at++) {
      fold.far(frame(at, 'speech'));
      fold.near(frame(at, 'silence'));
    }
    for (let at = 0; at < 10; at++) fold.near(frame(at, 'silence'));
    expect(spoken(fold, 0)).toEqual(['620 user_speaking']);
  });

  it('asks for the times at each frame', () => {
    let times = conversationModes.formal;
    const fold = conversation(() => times);
    for (let at = 0; at < 50; at++) fold.near(frame(at, 'speech'));
    for (let at = 50; at < 75; at++) expect(fold.near(frame(at, 'silence'))).toEqual([]);
    times = conversationModes.rapid;
    expect(fold.near(frame(75, 'silence'))).toMatchObject([{ type: 'user_finished', durationMs: 1000 }]);
  });
});
