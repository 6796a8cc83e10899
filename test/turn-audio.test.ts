import { describe, expect, it } from 'vitest';
import { createTurnAudio } from '../src/turn-audio.js';

const started = { type: 'speech.started', position: 0 } as const;
const progress = (durationMs: number) => ({ type: 'speech.progress', position: 0, durationMs }) as const;
const stopped = (sentMs?: number) =>
  ({ type: 'speech.stopped', position: 0, durationMs: 0, ...(sentMs === undefined ? {} : { sentMs }) }) as const;

describe('createTurnAudio', () => {
  it('adds up what was let through, and starts again when it is taken', () => {
    const audio = createTurnAudio();
    for (const event of [started, stopped(300), started, stopped(200)]) audio.heard(event);
    expect(audio.ms).toBe(500);
    audio.take();
    expect(audio.ms).toBe(0);
  });

  it('counts what was taken in the midst of speech no more when the speech ends', () => {
    const audio = createTurnAudio();
    for (const event of [started, progress(200)]) audio.heard(event);
    expect(audio.ms).toBe(200);
    audio.take();
    expect(audio.ms).toBe(0);
    audio.heard(stopped(250));
    expect(audio.ms).toBe(50);
  });

  it('knows once speech has ended whether the client ends turns', () => {
    const audio = createTurnAudio();
    audio.heard(started);
    expect([audio.isSpeaking, audio.isClients]).toEqual([true, undefined]);
    audio.heard(stopped(100));
    expect([audio.isSpeaking, audio.isClients]).toEqual([false, true]);
    audio.heard(started);
    audio.heard(stopped());
    expect(audio.isClients).toBe(false);
  });
});
