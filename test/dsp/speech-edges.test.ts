import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AudioFrame } from '../../src/audio.js';
import { type EnergyVadConfig, energyVad } from '../../src/dsp/energy-vad.js';
import { type SpeechEdge, speechEdges } from '../../src/dsp/speech-edges.js';
import { voiceFrames } from './voice-frames.js';

const edgesOf = (frames: ReturnType<typeof voiceFrames>): SpeechEdge[] => {
  const { push, end } = speechEdges();
  return [...frames.flatMap((frame) => push(frame)), ...end()];
};

/** `'+20 -50'`: speech from sample 20 to sample 50. */
const written = (edges: readonly SpeechEdge[]): string =>
  edges.map(({ type, position }) => `${type === 'speech.started' ? '+' : '-'}${position}`).join(' ');

const edges = (diagram: string): string => written(edgesOf(voiceFrames(diagram)));

describe('speechEdges', () => {
  it('finds where speech began and ended, without debounce and hangover', () => {
    expect(edges('..bbsssee..')).toBe('+20 -70');
    expect(edgesOf(voiceFrames('..bbsssee..'))[1]).toEqual({ type: 'speech.stopped', position: 70, durationMs: 50 });
  });

  it('takes a pause for speech when speech goes on', () => {
    expect(edges('bsseesse..')).toBe('+0 -70');
  });

  it('says nothing of a beginning that was no speech', () => {
    expect(edges('.b..bb.')).toBe('');
    expect(edges('.b..bs.')).toBe('+40 -60');
  });

  it('ends speech when the stream ends', () => {
    expect(edges('..bss')).toBe('+20 -50');
    expect(edges('..bssee')).toBe('+20 -50');
  });

  it('ends speech at a jump, before what follows begins', () => {
    expect(edges('bss-ss.')).toBe('+0 -30 +40 -60');
    expect(edges('bsse-..')).toBe('+0 -30');
    expect(edges('bb-ss')).toBe('+30 -50');
  });

  it('ends speech when the next begins', () => {
    expect(edges('ssbs.')).toBe('+0 -20 +20 -40');
  });

  it('alternates, begins with a start and ends with a stop, whatever the states', () => {
    const states = fc.array(fc.constantFrom('.', 'b', 's', 'e', '-'), { maxLength: 80 }).map((characters) => characters.join(''));
    fc.assert(
      fc.property(states, (diagram) => lawful(edgesOf(voiceFrames(diagram)))),
      { numRuns: 1000 },
    );
  });

  it('alternates for random levels in chunks of random length with random jumps', () => {
    const chunk = fc.record({
      ms: fc.integer({ min: 0, max: 700 }),
      level: fc.constantFrom(0, 0.01, 0.02, 0.03, 0.3),
      jump: fc.constantFrom(0, 0, 0, 0, 0, 7),
    });
    const config: fc.Arbitrary<EnergyVadConfig> = fc.record({
      speechStartMs: fc.constantFrom(0, 20, 100),
      speechEndMs: fc.constantFrom(0, 20, 500),
      adaptive: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 60 }), config, (chunks, vad) => {
        const detect = energyVad(vad)();
        let position = 0;
        const frames = chunks.map(({ ms, level, jump }): AudioFrame => {
          position += jump;
          const frame = { samples: new Int16Array(ms).fill(level * 32_768), sampleRate: 1000, position };
          position += ms;
          return frame;
        });
        lawful(edgesOf(frames.map(detect)));
      }),
      { numRuns: 500 },
    );
  });
});

/** Starts and stops alternate, beginning with a start; progress lies between them; positions never go back. */
const lawful = (found: readonly SpeechEdge[]): void => {
  expect(found.at(-1)?.type ?? 'speech.stopped').toBe('speech.stopped');
  let started: number | undefined;
  let last = 0;
  for (const edge of found) {
    expect(edge.position).toBeGreaterThanOrEqual(last);
    if (edge.type === 'speech.started') expect(started).toBeUndefined();
    else expect(edge.durationMs).toBe(edge.position - (started ?? Number.NaN));
    started = edge.type === 'speech.started' ? edge.position : edge.type === 'speech.stopped' ? undefined : started;
    last = edge.type === 'speech.progress' ? last : edge.position;
  }
};
