import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { concatMap, EMPTY, lastValueFrom, type Observable, take, takeWhile, tap, toArray } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AudioSink } from '../../operators/playTo.js';
import type { AudioFrame } from '../../src/audio.js';
import type { AudioDevice } from '../../src/node/device.js';
import { findHostProgram } from '../../src/node/host-process.js';
import { naudiodon } from '../../src/node/naudiodon.js';

const register = fileURLToPath(new URL('./fake-naudiodon/register.mjs', import.meta.url));

/** The backend over a naudiodon that has that fault, or none. */
const fake = (fault = ''): AudioDevice => {
  const program = findHostProgram();
  if (program === undefined) throw new Error('no naudiodon-host');
  vi.stubEnv('RXVOX_FAKE', fault);
  return naudiodon({ ...program, execArgv: [...program.execArgv, '--import', register] });
};
const microphone = { device: undefined, sampleRate: 24_000, chunkMs: 20 };
const loudspeaker = { device: undefined, sampleRate: 24_000 };

const all = <T>(value$: Observable<T>): Promise<T[]> => lastValueFrom(value$.pipe(toArray()), { defaultValue: [] });
const failure = (value$: Observable<unknown>): Promise<unknown> => all(value$).catch((error: unknown) => error);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Device processes that this process runs; none where there is no /proc. */
const hostsOf = (parent: number): string[] =>
  (process.platform === 'linux' ? readdirSync('/proc') : []).filter((pid) => {
    try {
      return ppidOf(pid) === parent && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('naudiodon-host');
    } catch {
      return false;
    }
  });
const hosts = (): number => hostsOf(process.pid).length;
const ppidOf = (pid: string): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
};
const gone = async (): Promise<void> => {
  while (hosts() > 0) await pause(10);
};

/** Plays `samples` at once and follows what is taken until all is. */
const play = (
  device: AudioDevice,
  samples: Int16Array,
  onSink: (sink: AudioSink) => void = () => undefined,
): Observable<number> =>
  device.output(loudspeaker).pipe(
    concatMap((sink) => {
      onSink(sink);
      return sink.taken$.pipe(tap({ subscribe: () => sink.write(samples) }));
    }),
  );

describe('naudiodon', () => {
  afterEach(async () => {
    await gone();
    vi.unstubAllEnvs();
  });

  it('lists devices with their directions and defaults', async () => {
    expect(await all(fake().devices())).toEqual([
      [
        { id: '0', name: 'Fake Mic', inputs: 1, outputs: 0, isDefaultInput: true, isDefaultOutput: false, backend: 'naudiodon' },
        {
          id: '1',
          name: 'Fake Speaker',
          inputs: 0,
          outputs: 2,
          isDefaultInput: false,
          isDefaultOutput: true,
          backend: 'naudiodon',
        },
        {
          id: '2',
          name: 'Other Speaker',
          inputs: 0,
          outputs: 2,
          isDefaultInput: false,
          isDefaultOutput: false,
          backend: 'naudiodon',
        },
      ],
    ]);
  });

  it('emits frames of chunkMs without a gap', async () => {
    const frames = await all(
      fake()
        .input({ ...microphone, chunkMs: 10 })
        .pipe(take(60)),
    );
    expect(frames.map(({ position }) => position)).toEqual(frames.map((_, i) => 240 * i));
    expect(frames.flatMap(({ samples }) => [...samples])).toEqual(Array.from({ length: 240 * 60 }, (_, i) => i % 30_000));
  });

  it('emits the default microphone for a part of its name', async () => {
    expect(
      await all(
        fake()
          .input({ ...microphone, device: 'mic' })
          .pipe(take(1)),
      ),
    ).toHaveLength(1);
  });

  it('drops the oldest audio, as a jump, while nobody takes it', async () => {
    const frames: AudioFrame[] = [];
    const stalled = fake('fast') // 20 times real time, so that 2 s are full after 100 ms
      .input(microphone)
      .pipe(
        tap((frame) => {
          frames.push(frame);
          if (frames.length !== 1) return;
          const end = performance.now() + 1000;
          while (performance.now() < end);
        }),
        take(150),
      );
    await all(stalled);
    const jumps = frames.filter((frame, i) => i > 0 && frame.position !== (frames[i - 1]?.position ?? 0) + 480);
    expect(jumps.length).toBeGreaterThan(0);
    for (const { samples, position } of frames) expect(samples[0]).toBe(position % 30_000);
  });

  it('is lost after 500 ms without data', async () => {
    const frames: AudioFrame[] = [];
    const error = await failure(
      fake('unplugged')
        .input(microphone)
        .pipe(tap((frame) => frames.push(frame))),
    );
    expect(error).toMatchObject({ _tag: 'AudioError', code: 'device_lost', retryable: true });
    expect(frames).toHaveLength(10);
  });

  it('is lost when the device process crashes', async () => {
    const error = await failure(fake('crashes').input(microphone));
    expect(error).toMatchObject({ code: 'device_lost', message: expect.stringContaining('SIGSEGV') });
  });

  it.each([
    ['backend_missing', 'missing', /^not installed$/],
    ['no_device', 'no devices', /finds no input device/],
    ['open_failed', 'refuses', /PortAudio: Format not supported: Invalid sample rate$/],
  ])('errors with %s when it %s', async (code, fault, message) => {
    const error = await failure(fake(fault).input(microphone));
    expect(error).toMatchObject({ _tag: 'AudioError', code, message: expect.stringMatching(message) });
  });

  it('asks PortAudio for no device that it does not have', async () => {
    const error = await failure(fake().output({ ...loudspeaker, device: 'Sony' }));
    expect(error).toMatchObject({
      code: 'no_device',
      message: "no output device 'Sony'; naudiodon finds: Fake Speaker, Other Speaker",
    });
  });

  it('says that its program is missing where it was not packed', async () => {
    const absent = naudiodon({ file: '/nowhere/naudiodon-host.js', execArgv: [] });
    expect(await failure(absent.input(microphone))).toMatchObject({ code: 'open_failed' });
  });

  it('takes all that is written, never faster than the device', async () => {
    const started = performance.now();
    const taken = await all(play(fake(), new Int16Array(12_000)).pipe(takeWhile((total) => total < 12_000, true)));
    expect(performance.now() - started).toBeGreaterThan(400);
    expect(taken.length).toBeGreaterThan(10);
    expect(taken).toEqual([...taken].sort((a, b) => a - b));
  });

  it('says what the loudspeaker is given, silence included, once somebody listens', async () => {
    const samples = Int16Array.from({ length: 1000 }, (_, i) => i + 1);
    const given$ = fake()
      .output(loudspeaker)
      .pipe(concatMap((sink) => (sink.reference$ ?? EMPTY).pipe(tap({ subscribe: () => sink.write(samples) }))));
    const frames = await all(given$.pipe(take(20)));
    const [first] = frames;
    expect(frames.map(({ position }) => position - (first?.position ?? 0))).toEqual(frames.map((_, i) => 480 * i));
    const heard = frames.flatMap((frame) => [...frame.samples]);
    const start = heard.indexOf(1);
    expect(heard.slice(start, start + 1000)).toEqual([...samples]);
    expect(heard.filter((sample) => sample !== 0)).toHaveLength(1000);
  });

  it('feeds a loudspeaker that nobody writes to, and wants 60 ms ahead at least', async () => {
    let ahead = 0;
    const sink$ = play(fake(), new Int16Array(0), (sink) => {
      ahead = sink.aheadSamples;
    });
    const subscription = sink$.subscribe({ error: expect.fail });
    await pause(1500);
    subscription.unsubscribe();
    expect(ahead).toBeGreaterThanOrEqual(1440);
  });

  it('counts at a flush what the device holds, and not what it throws away', async () => {
    const totals: number[] = [];
    const flushed$ = fake()
      .output(loudspeaker)
      .pipe(
        concatMap((sink) => {
          let isFlushed = false;
          return sink.taken$.pipe(
            tap({
              subscribe: () => sink.write(new Int16Array(24_000)),
              next: (taken) => {
                totals.push(taken);
                if (isFlushed || taken < 4800) return;
                isFlushed = true;
                sink.flush();
                sink.write(new Int16Array(2400));
              },
            }),
          );
        }),
      );
    const subscription = flushed$.subscribe();
    while ((totals.at(-1) ?? 0) < 4800 + 1440 + 2400) await pause(20);
    await pause(200);
    subscription.unsubscribe();
    const last = totals.at(-1) ?? 0;
    const before = totals.findIndex((taken) => taken >= 4800);
    expect(totals[before + 1]).toBe((totals[before] ?? 0) + 1440);
    expect(last).toBe((totals[before] ?? 0) + 1440 + 2400);
  });

  it('is lost when the loudspeaker takes nothing any more', async () => {
    expect(await failure(play(fake('unplugged'), new Int16Array(48_000)))).toMatchObject({ code: 'device_lost' });
  });

  it('ends a process that cannot close its device after 2 s', async () => {
    await all(fake('quit hangs').input(microphone).pipe(take(2)));
    const closing = performance.now();
    await gone();
    expect(performance.now() - closing).toBeGreaterThan(process.platform === 'linux' ? 1500 : 0);
  });

  it.skipIf(process.platform !== 'linux')('lets go of the device when the application is killed', async () => {
    const program = findHostProgram();
    const code = `
      const { naudiodon } = await import(${JSON.stringify(new URL('../../src/node/naudiodon.ts', import.meta.url).href)});
      naudiodon(${JSON.stringify({ file: program?.file, execArgv: [...(program?.execArgv ?? []), '--import', register] })})
        .input({ sampleRate: 24000, chunkMs: 20 })
        .subscribe({ next: ({ position }) => position === 0 && process.stdout.write('open') });
    `;
    const app = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(app.stdout, 'data');
    const [host] = hostsOf(app.pid ?? 0);
    expect(host).toBeDefined();
    app.kill('SIGKILL');
    while (existsSync(`/proc/${host}/cmdline`) && readFileSync(`/proc/${host}/cmdline`, 'utf8') !== '') await pause(10);
  });

  it('leaves no process behind when it is unsubscribed from while opening', async () => {
    fake().input(microphone).subscribe().unsubscribe();
    await gone();
  });

  it('opens anew for each subscription', async () => {
    const input$ = fake().input(microphone).pipe(take(2));
    expect(await Promise.all([all(input$), all(input$)])).toHaveLength(2);
  });
});
