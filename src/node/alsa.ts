import { forkJoin, map, mergeMap, type Observable } from 'rxjs';
import { type AudioDevice, type DeviceInfo, resolveDevice } from './device.js';
import { player } from './player.js';
import { textOf } from './program.js';
import { recorder } from './recorder.js';

const PERIOD_MICROS = 20_000;
const BUFFER_MICROS = 80_000;

/** What ALSA's plugins add to every list, whether there is a sound card or not. */
const PLUGINS = /^(null|lavrate|samplerate|speexrate|speex|jack|oss|pulse|upmix|vdownmix|usbstream:.*)$/;

/** `-L` prints a name at the beginning of a line and its description on indented ones. */
const parseNames = (text: string): readonly string[] =>
  text.split('\n').filter((line) => /^\S/.test(line) && !PLUGINS.test(line));

const namesOf = (command: 'arecord' | 'aplay'): Observable<readonly string[]> =>
  textOf({ command, args: ['-L'] }).pipe(map(parseNames));

const devices = (): Observable<readonly DeviceInfo[]> =>
  forkJoin([namesOf('arecord'), namesOf('aplay')]).pipe(
    map(([inputs, outputs]) =>
      [...new Set([...inputs, ...outputs])].map((name) => ({
        id: name,
        name,
        inputs: inputs.includes(name) ? 1 : 0,
        outputs: outputs.includes(name) ? 1 : 0,
        isDefaultInput: name === 'default' && inputs.includes(name),
        isDefaultOutput: name === 'default' && outputs.includes(name),
        backend: 'alsa' as const,
      })),
    ),
  );

const raw = (device: string, sampleRate: number): readonly string[] => [
  '-q',
  '-t',
  'raw',
  '-f',
  'S16_LE',
  '-c',
  '1',
  '-r',
  String(sampleRate),
  `--period-time=${PERIOD_MICROS}`,
  `--buffer-time=${BUFFER_MICROS}`,
  '-D',
  device,
];

/** ALSA through the programs arecord and aplay. */
export const alsa = (): AudioDevice => ({
  name: 'alsa',
  devices,
  input: ({ device, sampleRate, chunkMs }) =>
    devices().pipe(
      map((infos) => resolveDevice(infos, device, 'input', 'alsa').name),
      mergeMap((name) => recorder({ program: { command: 'arecord', args: raw(name, sampleRate) }, sampleRate, chunkMs })),
    ),
  output: ({ device, sampleRate }) =>
    devices().pipe(
      map((infos) => resolveDevice(infos, device, 'output', 'alsa').name),
      mergeMap((name) => player({ program: { command: 'aplay', args: raw(name, sampleRate) }, sampleRate })),
    ),
});
