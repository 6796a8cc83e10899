import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { concat, from, lastValueFrom, NEVER, type Observable, Subject, takeUntil, tap } from 'rxjs';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { encode, realtime, vad } from '../../operators/index.js';
import { type AudioFrame, endOf } from '../../src/audio.js';
import type { PlayoutInput } from '../../src/epic.js';
import type { AudioDeviceEvent, PlayoutEvent } from '../../src/events.js';
import { capture, type Microphone, openSocket, speaker } from '../../src/node/index.js';
import { simulator } from '../../src/providers/simulator.js';
import { startSimulator } from '../../src/simulator/index.js';
import { correlate } from './correlate.js';
import { cable, children, listen, pause, questionPath, readSamples, samplesOf, speak } from './virtual-audio.js';

const commandOf = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8');
/** Ends the programs among our children that hold a device, as a crash would. */
const crash = (name: string): void => {
  const found = children().filter((pid) => commandOf(pid).includes(name));
  expect(found.length).toBeGreaterThan(0);
  for (const pid of found) process.kill(pid, 'SIGKILL');
};
const pactl = (...args: readonly string[]): string => execFileSync('pactl', args, { encoding: 'utf8' });
const helper = { naudiodon: 'naudiodon-host', pulse: 'parec', alsa: 'arecord' } as const;
const player = { naudiodon: 'naudiodon-host', pulse: 'pacat', alsa: 'aplay' } as const;
const backends = ['naudiodon', 'pulse', 'alsa'] as const;
/** An underrun is right where the machine is too busy to feed the device. */
const busy = { retry: 2 };

/** What a microphone gives, while it is used. */
const record = (microphone: Microphone) => {
  const frames: AudioFrame[] = [];
  const events: AudioDeviceEvent[] = [];
  const startedAt = performance.now();
  const recorder = microphone.subscribe({ next: (frame) => frames.push(frame), error: expect.fail });
  onTestFinished(() => recorder.unsubscribe());
  microphone.events$.subscribe((event) => events.push(event));
  const types = (): string[] => events.map(({ type }) => type);
  return {
    frames,
    events,
    types,
    /** Resolves when so many frames more have come. */
    more: async (count: number): Promise<void> => {
      const { length } = frames;
      await expect.poll(() => frames.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(length + count);
    },
    until: (type: AudioDeviceEvent['type']): Promise<void> => expect.poll(types, { timeout: 20_000 }).toContain(type),
    /** How far media time is from time, in milliseconds. */
    lag: (): number => performance.now() - startedAt - endOf(frames.at(-1) as AudioFrame) / 24,
    stop: () => recorder.unsubscribe(),
  };
};
const jumps = (frames: readonly AudioFrame[]): number[] =>
  frames.flatMap((frame, i) => {
    const before = frames[i - 1];
    return before && endOf(before) !== frame.position ? [(frame.position - endOf(before)) / 24] : [];
  });

/** As the service sends it: in pieces of 200 ms, all at once. */
const spoken = (samples: Int16Array): PlayoutInput[] => {
  const place = { event_id: 'event_1', response_id: 'resp_1', item_id: 'item_1', output_index: 0, content_index: 0 };
  const deltas = Array.from({ length: Math.ceil(samples.length / 4800) }, (_, i): PlayoutInput => {
    const piece = samples.slice(4800 * i, 4800 * (i + 1));
    return { type: 'response.output_audio.delta', ...place, delta: Buffer.from(piece.buffer).toString('base64') };
  });
  return [...deltas, { type: 'response.output_audio.done', ...place }];
};
const play = (playout: ReturnType<typeof speaker>, samples: Int16Array) => {
  const events: PlayoutEvent[] = [];
  const ended = new Subject<void>();
  const input$: Observable<PlayoutInput> = concat(from(spoken(samples)), NEVER.pipe(takeUntil(ended)));
  const playing = playout(input$).subscribe({ next: (event) => events.push(event), error: expect.fail });
  onTestFinished(() => playing.unsubscribe());
  const types = (): string[] => events.map(({ type }) => type);
  const playedMs = (): number => events.reduce((ms, event) => (event.type === 'playout.progress' ? event.playedMs : ms), 0);
  return {
    events,
    types,
    playedMs,
    until: (type: PlayoutEvent['type']): Promise<void> => expect.poll(types, { timeout: 20_000 }).toContain(type),
    past: (ms: number): Promise<void> => expect.poll(playedMs, { timeout: 20_000 }).toBeGreaterThan(ms),
    stop: () => playing.unsubscribe(),
  };
};

afterEach(async () => {
  for (let i = 0; i < 60 && children().length > 0; i++) await pause(50);
  expect(children()).toEqual([]);
});

describe('FAULTS 34: a microphone that is lost', () => {
  it.each(backends)('is opened again within a second when what holds it crashes, through %s', async (backend) => {
    const mic = record(capture({ backend, device: 'mic' }));
    await mic.more(60);
    const lag = mic.lag();
    crash(helper[backend]);
    const at = performance.now();
    await mic.until('audio.device_restored');
    expect(performance.now() - at).toBeLessThan(2000);
    await mic.more(50);
    expect(mic.types()).toEqual(['audio.device_lost', 'audio.device_restored']);
    expect(mic.events[0]).toMatchObject({
      device: 'mic',
      direction: 'input',
      error: { _tag: 'AudioError', code: 'device_lost' },
    });
    expect(mic.events[1]).toMatchObject({ device: 'mic', direction: 'input', gapMs: jumps(mic.frames)[0] });
    // Media time goes on with time.
    expect(Math.abs(mic.lag() - lag)).toBeLessThan(200);
    mic.stop();
  });

  it('records again when it is plugged in again, through pulse, and what is spoken then is heard', busy, async () => {
    const mic = record(capture({ backend: 'pulse', device: 'mic' }));
    await mic.more(60);
    cable('unplug', 'mic');
    try {
      await mic.until('audio.device_lost');
      await pause(1500);
      expect(mic.types()).toEqual(['audio.device_lost']);
    } finally {
      cable('plug', 'mic');
    }
    await mic.until('audio.device_restored');
    await mic.more(25);
    const { length } = mic.frames;
    await lastValueFrom(speak(questionPath), { defaultValue: undefined });
    await mic.more(25);
    mic.stop();
    expect(mic.types()).toEqual(['audio.device_lost', 'audio.device_restored']);
    expect(correlate(await readSamples(questionPath), samplesOf(mic.frames.slice(length))).peak).toBeGreaterThan(0.9);
    expect(jumps(mic.frames)).toHaveLength(1);
    expect(jumps(mic.frames)[0]).toBeGreaterThan(1500);
  });

  it('is replaced by the default one, which may be another than before', async () => {
    const other = pactl('load-module', 'module-sine-source', 'source_name=other', 'frequency=440', 'rate=48000').trim();
    const mic = record(capture({ backend: 'pulse', device: 'mic' }));
    try {
      await mic.more(60);
      pactl('set-default-source', 'other');
      cable('unplug', 'mic');
      await mic.until('audio.device_restored');
      await mic.more(50);
      expect(mic.events[1]).toMatchObject({ device: 'default', direction: 'input' });
      const tail = samplesOf(mic.frames.slice(-25));
      expect(tail.some((sample) => Math.abs(sample) > 1000)).toBe(true);
    } finally {
      mic.stop();
      cable('plug', 'mic');
      pactl('unload-module', other);
    }
  });
});

/** Three seconds that are told from silence, however unsteadily they are heard. */
const loud = new Int16Array(72_000).fill(8000);
const loudMs = (samples: Int16Array): number => samples.filter((sample) => Math.abs(sample) > 4000).length / 24;

describe('FAULTS 35: a loudspeaker that is lost', () => {
  it.each(backends)('is opened again when what holds it crashes, and says all, through %s', async (backend) => {
    const loudspeaker = await listen();
    const playing = play(speaker({ backend, device: 'speaker' }), loud);
    await playing.past(1000);
    crash(player[backend]);
    await playing.until('audio.device_restored');
    await playing.until('playout.item_done');
    await pause(500);
    playing.stop();
    const heardMs = loudMs(loudspeaker.stop());
    expect(playing.types().filter((type) => type.startsWith('audio.'))).toEqual(['audio.device_lost', 'audio.device_restored']);
    expect(playing.playedMs()).toBe(3000);
    // What was on its way is lost, or heard twice.
    expect(heardMs).toBeGreaterThan(3000 - 150);
    expect(heardMs).toBeLessThan(3000 + 150);
  });

  it('counts nothing as played while it is gone, and goes on when it is plugged in again', async () => {
    const playing = play(speaker({ backend: 'pulse', device: 'speaker' }), loud);
    await playing.past(1000);
    // The sink behind the microphone is a loudspeaker, too.
    cable('unplug', 'mic');
    cable('unplug', 'speaker');
    let before = 0;
    try {
      await playing.until('audio.device_lost');
      before = playing.playedMs();
      expect(before).toBeLessThan(3000);
      await pause(1500);
      expect(playing.playedMs()).toBe(before);
    } finally {
      cable('plug', 'speaker');
      cable('plug', 'mic');
    }
    await playing.until('audio.device_restored');
    const at = performance.now();
    await playing.until('playout.item_done');
    playing.stop();
    expect(playing.playedMs()).toBe(3000);
    // The rest, at the pace of the device.
    expect(performance.now() - at).toBeGreaterThan(3000 - before - 300);
  });
});

describe('FAULTS 36: a microphone that is slower than time', () => {
  it('is told of, and nothing else happens', { timeout: 90_000 }, async () => {
    const slow = await import('./slow-source.js');
    await using source = await slow.slowSource(0.98);
    const mic = record(capture({ backend: 'pulse', device: source.name }));
    await expect.poll(mic.types, { timeout: 60_000 }).toContain('audio.drift');
    mic.stop();
    expect(mic.types()).toEqual(['audio.drift']);
    const [event] = mic.events;
    expect(event?.type === 'audio.drift' && event.ratio).toBeCloseTo(0.98, 2);
    expect(jumps(mic.frames)).toEqual([]);
  });
});

describe('a conversation on devices that are lost', () => {
  it('keeps its connection, and hears and answers when they are back', { timeout: 90_000 }, async () => {
    await using service = await startSimulator({ voice: 'built-in', script: ['Yes, it is.', 'And again.'] });
    const left = new Subject<void>();
    const types: string[] = [];
    const count = (type: string): number => types.filter((seen) => seen === type).length;
    const until = (type: string, times = 1): Promise<void> =>
      expect.poll(() => count(type), { timeout: 20_000 }).toBeGreaterThanOrEqual(times);
    const ended = lastValueFrom(
      capture({ backend: 'pulse', device: 'mic' }).pipe(
        vad(),
        encode(),
        realtime(simulator({ url: service.url }), { openSocket, playout: speaker({ backend: 'pulse', device: 'speaker' }) }),
        tap(({ type }) => types.push(type)),
        takeUntil(left),
      ),
      { defaultValue: undefined },
    );
    await until('connection.established');
    await pause(500);
    cable('unplug', 'mic');
    await pause(1000);
    cable('plug', 'mic');
    await pause(2500);
    await lastValueFrom(speak(questionPath), { defaultValue: undefined });
    await until('playout.started');
    cable('unplug', 'mic');
    cable('unplug', 'speaker');
    await until('audio.device_lost');
    await pause(500);
    cable('plug', 'speaker');
    cable('plug', 'mic');
    await until('playout.item_done');
    left.next();
    await ended;
    expect(count('connection.established')).toBe(1);
    expect(types).not.toContain('connection.lost');
    expect(types.filter((type) => type.startsWith('audio.device'))).toEqual(['audio.device_lost', 'audio.device_restored']);
  });
});
