import { concat, first, from, ignoreElements, interval, lastValueFrom, NEVER, Subject, tap, toArray } from 'rxjs';
import { afterEach, expect, it, vi } from 'vitest';
import type { AudioFrame } from '../../src/audio.js';
import { clock } from '../../src/clock.js';
import { echoFreeInput } from '../../src/engine/echo-free-input.js';
import type { VoiceEngineConfig } from '../../src/engine/engine-config.js';
import type { AudioStageEvent } from '../../src/events.js';
import { inFrames } from '../dsp/speech-in-noise.js';
import { erle } from '../echo/cancel.js';
import { quiet, scene } from '../echo/modes.js';
import { microphone } from '../echo/room.js';
import { expectStages } from './expect-stages.js';

afterEach(() => {
  clock.delegate = undefined;
  vi.doUnmock('../../src/echo-cancellation.js');
});

const { far, echo, sampleRate } = scene({ delayMs: 60, seconds: 8 });
const near = microphone(echo, quiet(echo.length));
const frames = inFrames(near, sampleRate, [480]);
const samplesOf = (out: readonly AudioFrame[]): Int16Array => Int16Array.from(out.flatMap(({ samples }) => [...samples]));

it('takes out what the loudspeaker is given', async () => {
  clock.delegate = { now: () => 0 };
  const events: AudioStageEvent[] = [];
  const reference$ = new Subject<AudioFrame>();
  const hear = ({ position }: AudioFrame): void =>
    reference$.next({ samples: far.subarray(position, position + 480), sampleRate, position });
  // The canceller listens from the moment that it is there.
  const listened$ = interval(1).pipe(
    first(() => reference$.observed),
    ignoreElements(),
  );
  const out = await lastValueFrom(
    concat(listened$, from(frames).pipe(tap(hear))).pipe(
      echoFreeInput(reference$, (event) => events.push(event)),
      toArray(),
    ),
  );
  expect(erle(near, samplesOf(out), sampleRate, 3)).toBeGreaterThan(20);
  expect(events[0]).toMatchObject({ type: 'audio.stage_timings', stages: [{ stage: 'echo' }] });
  expect(reference$.observed).toBe(false);
});

it('listens to the loudspeaker no longer than it is listened to', async () => {
  const reference$ = new Subject<AudioFrame>();
  const running = NEVER.pipe(echoFreeInput(reference$, () => undefined)).subscribe();
  await expect.poll(() => reference$.observed).toBe(true);
  running.unsubscribe();
  expect(reference$.observed).toBe(false);
});

it('lets the voice through as it is where it cannot be loaded, and says so', async () => {
  vi.doMock('../../src/echo-cancellation.js', () => ({ loadSparedCanceller: () => Promise.reject(new Error('not there')) }));
  const events: AudioStageEvent[] = [];
  const out = await lastValueFrom(
    from(frames).pipe(
      echoFreeInput(NEVER, (event) => events.push(event)),
      toArray(),
    ),
  );
  expect(out).toEqual(frames);
  expect(events).toMatchObject([{ type: 'audio.stage_bypassed', stage: 'echo', error: new Error('not there') }]);
});

/** A loudspeaker of no sound, which says what it is given, or does not. */
const loudspeaker = () => Object.assign(() => NEVER, { reference$: NEVER });
const silent = () => () => NEVER;

it('stands first in the way of the microphone with echoCancellation, and with latencyMode quality unless told otherwise', async () => {
  const heard = (engine: VoiceEngineConfig, stages: readonly string[]) => expectStages(frames, engine, stages, { loudspeaker });
  await heard({ echoCancellation: true }, ['echo']);
  await heard({ latencyMode: 'quality' }, ['echo', 'noise', 'clarity', 'gain']);
  await heard({ latencyMode: 'quality', echoCancellation: false }, ['noise', 'clarity', 'gain']);
  await heard({}, []);
});

it('changes nothing where the loudspeaker does not say what it is given', async () => {
  await expectStages(frames, { echoCancellation: true }, [], { loudspeaker: silent });
});
