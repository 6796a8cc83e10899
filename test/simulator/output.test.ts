import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codecOf } from '../../src/simulator/audio-format.js';
import { type Output, outputSteps, tokensOf } from '../../src/simulator/output.js';
import type { Pace } from '../../src/simulator/pace.js';
import { babble } from '../../src/simulator/speech/built-in.js';
import { piecesOf } from '../../src/simulator/speech/pieces.js';
import { fromBase64 } from '../../src/wire/base64.js';

const codec = codecOf({ type: 'audio/pcm', rate: 24000 });
const audio = (text: string, samples = babble(text)): Output => ({
  type: 'audio',
  id: 'item_1',
  text,
  pieces: piecesOf(samples, codec),
});
const stepsOf = (output: Output, pace: Pace) => [...outputSteps('resp_1', [output], pace)];
const paces: readonly Pace[] = ['instant', 'service', 'realtime'];

describe('tokensOf', () => {
  it('cuts before spaces and at punctuation, as recorded', () => {
    expect(tokensOf('Hello, Marcelo! Great')).toEqual(['Hello', ',', ' Marcelo', '!', ' Great']);
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(tokensOf(text).join('')).toBe(text);
      }),
    );
  });
});

describe('outputSteps', () => {
  it('says every word and every sample once and in order, at any pace', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.nat(30_000), fc.constantFrom(...paces), (text, length, pace) => {
        const samples = Int16Array.from({ length }, (_, i) => i);
        const events = stepsOf(audio(text, samples), pace).map(({ event }) => event.event);
        const words = events.flatMap((event) => (event.type === 'response.output_audio_transcript.delta' ? [event.delta] : []));
        const sound = events.flatMap((event) =>
          event.type === 'response.output_audio.delta' ? [...(fromBase64(event.delta) ?? [])] : [],
        );
        expect(words.join('')).toBe(text);
        expect(sound).toEqual([...samples]);
      }),
      { numRuns: 50 },
    );
  });

  it('never goes back in time', () => {
    for (const pace of paces) {
      const times = stepsOf(audio('A few words, and then a few words more to say.'), pace).map(({ atMs }) => atMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
  });

  it('takes no time when instant, a twelfth of the length as the service, and the length in real time', () => {
    const output = audio('Somewhat more than three seconds of a voice, said now.');
    const lengthMs = babble('Somewhat more than three seconds of a voice, said now.').length / 24;
    const [instant = 0, service = 0, realtime = 0] = paces.map((pace) => stepsOf(output, pace).at(-1)?.atMs);
    expect(instant).toBe(0);
    expect(service).toBeGreaterThan(lengthMs / 13);
    expect(service).toBeLessThan(lengthMs / 12 + 130);
    expect(realtime).toBeGreaterThan(lengthMs - 200);
    expect(realtime).toBeLessThan(lengthMs + 130);
  });
});
