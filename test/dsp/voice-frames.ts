import type { VadState, VoiceFrame } from '../../src/audio.js';
import { levelOf } from '../../src/dsp/level.js';

const states: Readonly<Record<string, VadState>> = { '.': 'silence', b: 'speech_starting', s: 'speech', e: 'speech_ending' };

/**
 * Voice frames of 10 ms at 1 kHz, one character each: `.` silence, `b` starting, `s` speech, `e` ending, `-` a gap. Each sample's value is its position.
 */
export const voiceFrames = (diagram: string): VoiceFrame[] =>
  [...diagram].flatMap((character, i) => {
    const vad = states[character];
    const position = i * 10;
    const samples = Int16Array.from({ length: 10 }, (_, offset) => position + offset);
    return vad ? [{ samples, sampleRate: 1000, position, vad, level: levelOf(samples) }] : [];
  });
