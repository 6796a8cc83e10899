import { lastValueFrom, map, NEVER, type Observable, of, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { AudioError, type ErrorCode } from '../../src/errors.js';
import { withBackend } from '../../src/node/backends.js';
import type { AudioDevice, BackendName, DeviceInfo } from '../../src/node/device.js';
import { devices } from '../../src/node/devices.js';
import { capture, openSpeaker, speaker } from '../../src/node/index.js';

const failing = (code: ErrorCode, message: string): Observable<never> => throwError(() => new AudioError(message, { code }));
const info = (backend: BackendName): DeviceInfo => ({
  id: 'mic',
  name: 'mic',
  inputs: 1,
  outputs: 0,
  isDefaultInput: true,
  isDefaultOutput: false,
  backend,
});
const backend = (name: BackendName, failure?: { code: ErrorCode; message: string }): AudioDevice => ({
  name,
  devices: () => (failure ? failing(failure.code, failure.message) : of([info(name)])),
  input: () =>
    failure ? failing(failure.code, failure.message) : of({ samples: new Int16Array(1), sampleRate: 8000, position: 0 }),
  output: () => NEVER,
});
const missing = (name: BackendName): AudioDevice => backend(name, { code: 'backend_missing', message: `no ${name} here` });

const open = (backends: readonly AudioDevice[], name?: BackendName): Promise<unknown> => {
  const opened$ = withBackend(name, (one) => one.input(config).pipe(map(() => one.name)), backends);
  return lastValueFrom(opened$.pipe(toArray()), { defaultValue: [] }).catch((error: unknown) => error);
};
const config = { device: undefined, sampleRate: 8000, chunkMs: 20 };

describe('withBackend', () => {
  it('takes the first backend that is installed', async () => {
    expect(await open([missing('naudiodon'), missing('pulse'), backend('alsa')])).toEqual(['alsa']);
  });

  it('takes only the one that is named', async () => {
    expect(await open([backend('naudiodon'), backend('alsa')], 'alsa')).toEqual(['alsa']);
    expect(await open([missing('naudiodon'), backend('alsa')], 'naudiodon')).toMatchObject({ code: 'backend_missing' });
  });

  it('does not go on from a device that cannot be had', async () => {
    const noDevice = backend('naudiodon', { code: 'no_device', message: 'none' });
    expect(await open([noDevice, backend('alsa')])).toMatchObject({ code: 'no_device' });
  });

  it('says what was tried and what to install', async () => {
    const error = await open([missing('naudiodon'), missing('pulse')]);
    expect(error).toMatchObject({ _tag: 'AudioError', code: 'backend_missing' });
    expect((error as Error).message).toMatch(
      /^no sound system: tried naudiodon \(no naudiodon here\), pulse \(no pulse here\); install [^\n]+$/,
    );
  });
});

describe('devices', () => {
  it('lists those of all backends that are installed', async () => {
    expect(await devices({}, [backend('naudiodon'), missing('pulse'), backend('alsa')])).toEqual([
      info('naudiodon'),
      info('alsa'),
    ]);
  });

  it('lists those of one backend', async () => {
    expect(await devices({ backend: 'alsa' }, [backend('naudiodon'), backend('alsa')])).toEqual([info('alsa')]);
  });

  it('rejects when no backend is installed', async () => {
    await expect(devices({}, [missing('naudiodon'), missing('alsa')])).rejects.toMatchObject({ code: 'backend_missing' });
  });
});

describe('capture and speaker', () => {
  it.each([{ chunkMs: 0 }, { chunkMs: 2000 }, { sampleRate: 0 }, { sampleRate: 24_000.5 }, { sampleRate: Number.NaN }])(
    'refuse %o on call',
    (wrong) => {
      expect(() => capture(wrong)).toThrow(RangeError);
    },
  );

  it('open nothing before they are subscribed to', () => {
    const before = process.getActiveResourcesInfo().length;
    const idle = [capture(), openSpeaker()(24_000), speaker()(NEVER)];
    expect(idle).toHaveLength(3);
    expect(process.getActiveResourcesInfo().length).toBe(before);
  });
});
