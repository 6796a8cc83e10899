import { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { concatMap, EMPTY, lastValueFrom, type Observable, take, takeWhile, tap, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { capture, devices, openSpeaker } from '../../src/node/index.js';
import { player } from '../../src/node/player.js';
import { runProgram } from '../../src/node/program.js';
import { recorder } from '../../src/node/recorder.js';

const all = <T>(value$: Observable<T>): Promise<T[]> => lastValueFrom(value$.pipe(toArray()), { defaultValue: [] });
const failure = (value$: Observable<unknown>): Promise<unknown> => all(value$).catch((error: unknown) => error);
const node = (code: string) => ({ command: process.execPath, args: ['-e', code] });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Counts up, 480 samples every 20 ms, in pieces of an odd number of bytes. */
const COUNTING = `
  let n = 0, rest = Buffer.alloc(0);
  setInterval(() => {
    const bytes = Buffer.concat([rest, Buffer.from(Int16Array.from({ length: 480 }, () => n++ % 30000).buffer)]);
    process.stdout.write(bytes.subarray(0, 701));
    rest = bytes.subarray(701);
  }, 20);
`;

describe('runProgram', () => {
  // Of such a program Node knows no number: its kill hits this process with its whole group, or anybody.
  it('kills nothing when it is left before its program has failed to start', () => {
    const kill = vi.spyOn(ChildProcess.prototype, 'kill').mockReturnValue(false);
    onTestFinished(() => kill.mockRestore());
    runProgram({ command: 'rxvox-no-such-program', args: [] })
      .subscribe({ error: () => undefined })
      .unsubscribe();
    expect(kill).not.toHaveBeenCalled();
  });
});

describe('recorder', () => {
  const record = (code: string) => recorder({ program: node(code), sampleRate: 24_000, chunkMs: 20 });

  it('cuts what comes into frames, with no sample lost or doubled', async () => {
    const frames = await all(record(COUNTING).pipe(take(20)));
    expect(frames.map(({ position, samples }) => [position, samples.length])).toEqual(frames.map((_, i) => [480 * i, 480]));
    expect(frames.flatMap(({ samples }) => [...samples])).toEqual(Array.from({ length: 9600 }, (_, i) => i % 30_000));
  });

  it('is lost after 500 ms without data', async () => {
    const error = await failure(record('process.stdout.write(Buffer.alloc(960)); setInterval(() => 0, 1000)'));
    expect(error).toMatchObject({ _tag: 'AudioError', code: 'device_lost', retryable: true });
  });

  it('waits longer for frames that are longer than that', async () => {
    const config = { program: node(COUNTING), sampleRate: 24_000, chunkMs: 700 };
    expect(await all(recorder(config).pipe(take(2)))).toHaveLength(2);
  });

  it('is lost when the program ends, with its last words', async () => {
    const error = await failure(
      record("process.stdout.write(Buffer.alloc(960)); console.error('first\\nConnection terminated')"),
    );
    expect(error).toMatchObject({ code: 'device_lost', message: expect.stringMatching(/Connection terminated$/) });
  });

  it('could not be opened when the program ends before any audio', async () => {
    const error = await failure(record("console.error('Device or resource busy'); process.exit(1)"));
    expect(error).toMatchObject({ code: 'open_failed', message: expect.stringMatching(/Device or resource busy$/) });
  });

  it('is missing when there is no such program', async () => {
    const error = await failure(
      recorder({ program: { command: 'rxvox-no-such-program', args: [] }, sampleRate: 8000, chunkMs: 20 }),
    );
    expect(error).toMatchObject({ code: 'backend_missing', message: 'no program rxvox-no-such-program' });
  });

  it('ends the program when it is unsubscribed from', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
    await all(record(COUNTING).pipe(take(2)));
    while (process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length > before) await pause(10);
  });
});

describe('player', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rxvox-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const keep = (path: string) => node(`process.stdin.pipe(require('node:fs').createWriteStream(${JSON.stringify(path)}))`);

  it('feeds what is written, in order, and silence without a break', async () => {
    const path = join(folder, 'played.raw');
    const samples = Int16Array.from({ length: 4800 }, (_, i) => i + 1);
    const playing = player({ program: keep(path), sampleRate: 24_000 })
      .pipe(concatMap((sink) => sink.taken$.pipe(tap({ subscribe: () => setTimeout(() => sink.write(samples), 200) }))))
      .subscribe({ error: expect.fail });
    while ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < 48_000) await pause(20);
    playing.unsubscribe();
    const bytes = readFileSync(path);
    const played = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length - (bytes.length % 2)));
    const first = played.indexOf(1);
    expect(first).toBeGreaterThan(480);
    expect([...played.subarray(first, first + 4800)]).toEqual([...samples]);
    expect(played.length).toBeGreaterThan(first + 4800 + 480);
  });

  it('says what it feeds, silence included, where the device will have it', async () => {
    const samples = Int16Array.from({ length: 1000 }, (_, i) => i + 1);
    const given$ = player({ program: keep(join(folder, 'x.raw')), sampleRate: 24_000 }).pipe(
      concatMap((sink) => (sink.reference$ ?? EMPTY).pipe(tap({ subscribe: () => sink.write(samples) }))),
    );
    const frames = await all(given$.pipe(take(10)));
    const ends = frames.map(({ position }) => position + 480);
    // A stall of this process is as much silence of the device.
    for (const [i, { position }] of frames.slice(1).entries()) expect(position).toBeGreaterThanOrEqual(ends[i] ?? 0);
    expect(frames.every((frame) => frame.samples.length === 480 && frame.position % 480 === 0)).toBe(true);
    expect(frames.flatMap((frame) => [...frame.samples]).filter((sample) => sample !== 0)).toEqual([...samples]);
  });

  it('is never more than 80 ms ahead of real time', async () => {
    const ahead: number[] = [];
    const started = performance.now();
    const total$ = player({ program: keep(join(folder, 'x.raw')), sampleRate: 24_000 }).pipe(
      concatMap((sink) => sink.taken$.pipe(tap({ subscribe: () => sink.write(new Int16Array(24_000)) }))),
      tap((total) => ahead.push(total / 24 - (performance.now() - started))),
    );
    await all(total$.pipe(takeWhile((total) => total < 12_000, true)));
    expect(Math.max(...ahead)).toBeLessThanOrEqual(80);
  });

  it('takes at a flush what is under way, and nothing more of what was flushed', async () => {
    const totals: number[] = [];
    const total$ = player({ program: keep(join(folder, 'x.raw')), sampleRate: 24_000 }).pipe(
      concatMap((sink) =>
        sink.taken$.pipe(
          tap({
            subscribe: () => sink.write(new Int16Array(24_000)),
            next: (total) => {
              totals.push(total);
              if (totals.length !== 5) return;
              sink.flush();
              sink.write(new Int16Array(100));
            },
          }),
        ),
      ),
    );
    await all(total$.pipe(take(7)));
    // 80 ms, four buffers, are in the pipe
    expect(totals).toEqual([480, 960, 1440, 1920, 2400, 4320, 4420]);
  });

  it('is lost when the program ends', async () => {
    const lost$ = player({ program: node("console.error('Stream error'); process.exit(1)"), sampleRate: 24_000 });
    expect(await failure(lost$)).toMatchObject({ code: 'device_lost', message: expect.stringMatching(/Stream error$/) });
  });

  it('is lost when the program takes no more audio', async () => {
    const stuck$ = player({ program: node('setInterval(() => 0, 1000)'), sampleRate: 192_000 });
    expect(await failure(stuck$)).toMatchObject({ code: 'device_lost' });
  });
});

describe('pulse and alsa', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rxvox-'));
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  const install = (name: string, code: string): void => {
    const path = join(folder, name);
    writeFileSync(path, `#!${process.execPath}\n${code}`);
    chmodSync(path, 0o755);
  };
  const say = (text: string): string => `process.stdout.write(${JSON.stringify(text)})`;
  const installPulse = (): void =>
    install(
      'pactl',
      `const [a, b, c] = process.argv.slice(2);
      if (a === 'info') ${say('Server Name: x\nDefault Sink: speaker\nDefault Source: mic\n')};
      else if (c === 'sources') ${say('1\tmic\tmodule\ts16le 2ch 48000Hz\tIDLE\n2\tspeaker.monitor\tmodule\ts16le 2ch 48000Hz\tIDLE\n')};
      else ${say('1\tspeaker\tmodule\ts16le 6ch 48000Hz\tIDLE\n')};`,
    );
  const installAlsa = (): void => {
    for (const name of ['arecord', 'aplay']) {
      install(
        name,
        `if (process.argv[2] === '-L') ${say('null\n    Discard\ndefault\n    The default\nhw:CARD=PCH\n    Intel\n')}; else {${COUNTING}}`,
      );
    }
  };

  it('lists what PulseAudio has', async () => {
    installPulse();
    expect(await devices({ backend: 'pulse' })).toEqual([
      { id: 'mic', name: 'mic', inputs: 2, outputs: 0, isDefaultInput: true, isDefaultOutput: false, backend: 'pulse' },
      {
        id: 'speaker.monitor',
        name: 'speaker.monitor',
        inputs: 2,
        outputs: 0,
        isDefaultInput: false,
        isDefaultOutput: false,
        backend: 'pulse',
      },
      { id: 'speaker', name: 'speaker', inputs: 0, outputs: 6, isDefaultInput: false, isDefaultOutput: true, backend: 'pulse' },
    ]);
  });

  it('takes neither the monitor of a loudspeaker nor the dummy output for a default', async () => {
    install(
      'pactl',
      `const [a, b, c] = process.argv.slice(2);
      if (a === 'info') ${say('Server Name: x\nDefault Sink: auto_null\nDefault Source: auto_null.monitor\n')};
      else if (c === 'sources') ${say('1\tauto_null.monitor\tmodule\ts16le 2ch 48000Hz\tIDLE\n')};
      else ${say('1\tauto_null\tmodule\ts16le 2ch 48000Hz\tIDLE\n')};`,
    );
    expect(
      (await devices({ backend: 'pulse' })).map(({ isDefaultInput, isDefaultOutput }) => [isDefaultInput, isDefaultOutput]),
    ).toEqual([
      [false, false],
      [false, false],
    ]);
    expect(await failure(capture({ backend: 'pulse' }))).toMatchObject({ code: 'no_device' });
    expect(await failure(openSpeaker({ backend: 'pulse' })(24_000))).toMatchObject({ code: 'no_device' });
  });

  it('lists what ALSA has', async () => {
    installAlsa();
    expect(await devices({ backend: 'alsa' })).toMatchObject([
      { id: 'default', inputs: 1, outputs: 1, isDefaultInput: true, isDefaultOutput: true },
      { id: 'hw:CARD=PCH', inputs: 1, outputs: 1, isDefaultInput: false, isDefaultOutput: false },
    ]);
  });

  it('records with parec from the device that is meant', async () => {
    installPulse();
    install(
      'parec',
      `if (!process.argv.includes('--device=mic') || !process.argv.includes('--rate=16000')) process.exit(9); ${COUNTING}`,
    );
    expect(await all(capture({ backend: 'pulse', sampleRate: 16_000 }).pipe(take(3)))).toHaveLength(3);
  });

  it('records with arecord', async () => {
    installAlsa();
    expect(await all(capture({ backend: 'alsa', device: 'pch' }).pipe(take(3)))).toHaveLength(3);
  });

  it('says what arecord says of a rate that it cannot have, not the settings that it lists behind it', async () => {
    installAlsa();
    const words =
      'ALSA lib: no\narecord: set_params:1416: Unable to install hw params:\nACCESS:  RW_INTERLEAVED\nTICK_TIME: [0 0]';
    install(
      'arecord',
      `if (process.argv[2] === '-L') ${say('default\n    The default\n')}; else { console.error(${JSON.stringify(words)}); process.exit(1); }`,
    );
    expect(await failure(capture({ backend: 'alsa' }))).toMatchObject({
      code: 'open_failed',
      message: 'the microphone could not be opened: arecord: set_params:1416: Unable to install hw params',
    });
  });

  it('plays with pacat', async () => {
    installPulse();
    install('pacat', "if (!process.argv.includes('--device=speaker')) process.exit(9); process.stdin.resume()");
    const total$ = openSpeaker({ backend: 'pulse' })(24_000).pipe(
      concatMap((sink) => sink.taken$.pipe(tap({ subscribe: () => sink.write(new Int16Array(960)) }))),
    );
    expect(await all(total$.pipe(take(2)))).toEqual([480, 960]);
  });

  it('is not used when its server does not answer', async () => {
    install('pactl', "console.error('Connection failure: Connection refused'); process.exit(1)");
    await expect(devices({ backend: 'pulse' })).rejects.toMatchObject({
      code: 'backend_missing',
      message: expect.stringContaining('Connection refused'),
    });
  });
});
