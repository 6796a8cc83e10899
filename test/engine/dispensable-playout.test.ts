import { concat, map, NEVER, of, Subject, switchMap, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { playTo } from '../../operators/playTo.js';
import { dispensablePlayout } from '../../src/engine/dispensable-playout.js';
import type { Playout } from '../../src/epic.js';
import { AudioError } from '../../src/errors.js';
import { marbles } from '../marbles.js';
import { engineRun } from './engine-run.js';

const missing = new AudioError('no default output device; there are none', { code: 'no_device' });
const failed = { type: 'playout.failed', error: missing } as const;

describe('dispensablePlayout', () => {
  it(
    'says playout.failed in place of the error, and completes with its input',
    marbles(({ hot, cold, expectObservable }) => {
      const input = hot('   -------|');
      const broken = cold<never>(' --#', undefined, missing);
      const expected = '    --f----|';
      expectObservable(dispensablePlayout(() => broken)(input as never)).toBe(expected, { f: failed });
    }),
  );

  it('says it of one that throws, without its words', () => {
    const seen: unknown[] = [];
    const thrown = new TypeError('secret');
    const playout: Playout = () => {
      throw thrown;
    };
    dispensablePlayout(playout)(NEVER).subscribe((event) => seen.push(event));
    expect(seen).toMatchObject([{ type: 'playout.failed', error: { message: 'the loudspeaker failed', cause: thrown } }]);
  });
});

describe('an engine whose loudspeaker cannot be had', () => {
  it('says so once, and talks on: its audio is told, and counts as received', async () => {
    await using run = await engineRun({
      platform: { loudspeaker: () => () => throwError(() => missing) },
      simulator: { script: ['Good morning to you.', 'And good night.'] },
    });
    await run.engine.connect();
    for (const text of ['hello', 'goodbye']) {
      const done = run.next('turn.response_completed');
      await run.engine.sendText(text);
      await done;
    }
    const errors = run.seen.filter(({ type }) => type === 'engine.error');
    expect(errors).toMatchObject([{ error: missing, recoverable: true, source: 'device' }]);
    expect(run.seen.filter(({ type }) => type === 'audio.output_chunk').length).toBeGreaterThan(1);
    expect(run.seen.filter(({ type }) => type.startsWith('audio.output_st')).map(({ type }) => type)).toEqual([
      'audio.output_started',
      'audio.output_stopped',
      'audio.output_started',
      'audio.output_stopped',
    ]);
    expect(
      run.seen
        .filter((event) => event.type === 'transcript.assistant' && event.isFinal)
        .map((event) => 'text' in event && event.text),
    ).toEqual(['Good morning to you.', 'And good night.']);
    expect(run.engine.state).toBe('ready');
  });

  it('listens all the same', async () => {
    const frames = () =>
      timer(0, 5).pipe(map((index) => ({ samples: new Int16Array(480), sampleRate: 24_000, position: index * 480 })));
    const loudspeaker = () => () => timer(1).pipe(switchMap(() => throwError(() => missing)));
    await using run = await engineRun({ platform: { loudspeaker, microphone: frames } });
    await run.engine.connect();
    await run.engine.startListening();
    expect(run.engine.isListening).toBe(true);
  });
});

it('an engine that loses its loudspeaker in the midst of an answer ends what sounded, and tells all words of it', async () => {
  const lose$ = new Subject<never>();
  const taken$ = new Subject<number>();
  const sink = { write: () => undefined, flush: () => undefined, taken$, aheadSamples: 4800 };
  const loudspeaker = () => playTo(() => concat(of(sink), lose$));
  await using run = await engineRun({ platform: { loudspeaker }, simulator: { script: ['One two three four five six.'] } });
  await run.engine.connect();
  const completed = run.next('turn.response_completed');
  await run.engine.sendText('count');
  await completed;
  taken$.next(2400);
  expect(run.engine.state).toBe('speaking');
  expect(run.seen.filter((event) => event.type === 'transcript.assistant' && event.isFinal)).toEqual([]);
  const stopped = run.next('audio.output_stopped');
  lose$.error(new AudioError('unplugged', { code: 'device_lost' }));
  expect(await stopped).toMatchObject({ heardMs: 100 });
  expect(run.engine.state).toBe('ready');
  expect(run.seen).toContainEqual(
    expect.objectContaining({ type: 'transcript.assistant', text: 'One two three four five six.', isFinal: true }),
  );
  expect(run.seen.filter(({ type }) => type === 'turn.interrupted')).toEqual([]);
});
