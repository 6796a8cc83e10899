import { describe, expect, it } from 'vitest';
import { append, drive, input } from './drive.js';
import { quiet, speech } from './sound.js';

const semantic = (eagerness?: string) => input({ turn_detection: { type: 'semantic_vad', ...(eagerness ? { eagerness } : {}) } });
const stopped = 'input_audio_buffer.speech_stopped';

/** Silence after which the turn ended, in steps of 100 ms. */
const silenceUntilStop = (finishedAfterMs: number | undefined, eagerness?: string): number => {
  let silence = 0;
  drive({ script: [finishedAfterMs === undefined ? 'Yes.' : { text: 'Yes.', finishedAfterMs }] }, (session) => {
    session.send(semantic(eagerness), append(speech(640)));
    for (; silence < 10_000 && !session.last(stopped); silence += 100) session.send(append(quiet(100)));
  });
  return silence;
};

describe('semantic VAD', () => {
  it('ends the turn when the script says that the user has finished', () => {
    expect(silenceUntilStop(1200, 'low')).toBe(1300);
    expect(silenceUntilStop(3000, 'low')).toBe(3100);
  });

  it('takes half a second where nobody says', () => {
    expect(silenceUntilStop(undefined)).toBe(600);
  });

  it.each([
    ['low', 8000],
    ['medium', 4000],
    ['auto', 4000],
    ['high', 2000],
  ])('waits no longer than its eagerness, which is %s', (eagerness, longest) => {
    const waited = silenceUntilStop(60_000, eagerness);
    expect(waited).toBeGreaterThanOrEqual(longest);
    expect(waited).toBeLessThanOrEqual(longest + 100);
  });

  it('hears one turn where the user only thinks', () => {
    drive({ script: [{ text: 'Yes.', finishedAfterMs: 2500 }] }, (session) => {
      session.send(semantic(), append(speech(640)), append(quiet(2000)), append(speech(640)), append(quiet(2600)));
      expect(session.types().filter((type) => type === stopped).length).toBe(1);
      expect(session.last('response.output_audio_transcript.done')).toMatchObject({ transcript: 'Yes.' });
    });
  });

  it('takes no settings of server VAD', () => {
    drive({}, (session) => {
      session.send(input({ turn_detection: { type: 'semantic_vad', threshold: 0.5 } }));
      expect(session.last('error')?.error).toMatchObject({
        code: 'unknown_parameter',
        param: 'session.audio.input.turn_detection.threshold',
      });
    });
  });
});
