import {
  concat,
  defer,
  first,
  ignoreElements,
  lastValueFrom,
  map,
  type Observable,
  of,
  switchMap,
  takeUntil,
  tap,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import { samplesIn } from '../audio.js';
import { levelOf } from '../dsp/level.js';
import { AudioError } from '../errors.js';
import { capture } from '../node/capture.js';
import type { DeviceInfo } from '../node/device.js';
import { devices } from '../node/devices.js';
import { openSpeaker } from '../node/speaker.js';
import { explain } from './failure.js';

const toneMs = 500;
const listenMs = 1000;
const sampleRate = 24_000;

/** Lists microphones and loudspeakers, a line each. */
export const listDevices = async (): Promise<void> => {
  for (const line of table(await found())) console.log(line);
};

/** Opens each: plays a tone on what plays, shows the level of what records. Rejects when one did not work. */
export const checkDevices = async (): Promise<void> => {
  let failures = 0;
  for (const info of await found()) {
    const checks = [...(info.outputs > 0 ? [playTone(info)] : []), ...(info.inputs > 0 ? [showLevel(info)] : [])];
    const checked$ = concat(...checks).pipe(tap((line) => console.log(`${nameOf(info)}  ${line}`)));
    try {
      await lastValueFrom(checked$, { defaultValue: '' });
    } catch (error) {
      failures++;
      console.log(`${nameOf(info)}  ${explain(error)}`);
    }
  }
  if (failures > 0) throw new AudioError(`${failures} of the devices did not work`, { code: 'open_failed' });
};

const found = async (): Promise<readonly DeviceInfo[]> => {
  const infos = await devices();
  if (infos.length > 0) return infos;
  throw new AudioError('no microphone and no loudspeaker: connect one, or start the sound server', { code: 'no_device' });
};

const nameOf = ({ backend, name }: DeviceInfo): string => `${backend.padEnd(9)} ${name}`;

const table = (infos: readonly DeviceInfo[]): readonly string[] =>
  infos.map((info) => {
    const ways = [
      info.inputs > 0 ? `records${info.isDefaultInput ? ' (default)' : ''}` : '',
      info.outputs > 0 ? `plays${info.isDefaultOutput ? ' (default)' : ''}` : '',
    ];
    return `${nameOf(info)}  [${info.id}]  ${ways.filter(Boolean).join(', ')}`;
  });

/** A' (440 Hz) at a quarter of full scale. */
const tone = (): Int16Array =>
  Int16Array.from({ length: samplesIn(toneMs, sampleRate) }, (_, at) => 8192 * Math.sin((2 * Math.PI * 440 * at) / sampleRate));

const playTone = ({ id, backend }: DeviceInfo): Observable<string> => {
  const samples = tone();
  return openSpeaker({ device: id, backend, giveUpMs: 0 })(sampleRate).pipe(
    tap((sink) => sink.write(samples)),
    switchMap((sink) => sink.taken$),
    first((taken) => taken >= samples.length),
    timeout({ first: 10 * toneMs, with: () => throwError(() => notTaken()) }),
    map(() => `played a tone of ${toneMs} ms`),
  );
};

const notTaken = (): AudioError => new AudioError('it opened, but took no sound', { code: 'device_lost' });

const showLevel = ({ id, backend }: DeviceInfo): Observable<string> =>
  defer(() => {
    let loudest = 0;
    const heard$ = capture({ device: id, backend, sampleRate, giveUpMs: 0 }).pipe(
      tap(({ samples }) => {
        loudest = Math.max(loudest, levelOf(samples));
      }),
      ignoreElements(),
      takeUntil(timer(listenMs)),
    );
    return concat(
      heard$,
      defer(() =>
        of(
          `heard ${loudest === 0 ? 'nothing: is it muted?' : `a level of ${loudest.toFixed(3)} at the most`}  ${meterOf(loudest)}`,
        ),
      ),
    );
  });

const meterOf = (level: number): string => '▮'.repeat(Math.min(20, Math.ceil(level * 60))).padEnd(20, '▯');
