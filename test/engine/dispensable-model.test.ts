import { interval, map, type Observable, takeWhile } from 'rxjs';
import { expect, it } from 'vitest';
import { type SignalKind, signal } from '../../marbles/index.js';
import type { AudioFrame } from '../../src/audio.js';
import type { VoiceModel } from '../../src/dsp/model-vad.js';
import { engineRun } from './engine-run.js';

/** A microphone that says this, 100 ms a character, and then nothing; five times as fast as the clock. */
const saying = (utterance: string) => (): Observable<AudioFrame> =>
  interval(4).pipe(
    map((index) => {
      const kind = (utterance[Math.floor(index / 5)] ?? '.') as SignalKind;
      const position = index * 480;
      return { samples: signal(kind, { position, length: 480, sampleRate: 24_000 }), sampleRate: 24_000, position };
    }),
    takeWhile(({ position }) => position < (utterance.length + 15) * 2400),
  );

const thrown = (): never => {
  throw new Error('no network');
};

it.each<readonly [string, VoiceModel]>([
  ['throws', thrown],
  ['cannot be opened', { open: thrown }],
  ['gives NaN', () => Number.NaN],
  ['gives a promise', (async () => 1) as never],
  ['throws in the midst', ({ position }) => (position < 4800 ? 0 : thrown())],
])('a vadModel that %s is told once, and speech is told by its level', async (_, vadModel) => {
  const errors: unknown[] = [];
  await using run = await engineRun({
    engine: { vadModel, onError: (error) => errors.push(error) },
    platform: { microphone: saying('....ssssss....') },
    simulator: { script: ['Yes.'] },
  });
  await run.engine.connect();
  const answered = run.next('turn.response_completed');
  await run.engine.startListening();
  await answered;
  expect(errors).toEqual([expect.objectContaining({ code: 'threw', cause: expect.any(Error) })]);
  expect(run.seen.filter(({ type }) => type === 'speech.started')).toHaveLength(1);
  expect(run.seen.find(({ type }) => type === 'engine.error')).toMatchObject({ source: 'application', recoverable: true });
});

it('a vadModel that works is asked to the end', async () => {
  await using run = await engineRun({
    engine: { vadModel: ({ position }) => (position > 9600 && position < 24_000 ? 0.9 : 0) },
    platform: { microphone: saying('..............') },
    simulator: { script: ['Yes.'] },
  });
  await run.engine.connect();
  const answered = run.next('turn.response_completed');
  await run.engine.startListening();
  await answered;
  expect(run.seen.filter(({ type }) => type === 'engine.error')).toEqual([]);
});
