import { forkJoin, map, mergeMap, type Observable } from 'rxjs';
import type { Hertz, Millis } from '../audio.js';
import { type AudioDevice, type DeviceInfo, resolveDevice } from './device.js';
import { player } from './player.js';
import { textOf } from './program.js';
import { recorder } from './recorder.js';

/** Of a recording, the length of what comes at once; of playing, what is there against an underrun. */
const INPUT_LATENCY_MS = 20;
const OUTPUT_LATENCY_MS = 60;

interface Names {
  readonly defaultName: string | undefined;
  /** Channels by name. */
  readonly channels: ReadonlyMap<string, number>;
}

/** `pactl list short`: number, name, driver, `s16le 2ch 48000Hz`, state, with tabs between them. */
const parseShort = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text
      .split('\n')
      .map((line) => line.split('\t'))
      .flatMap(([, name, , spec]) => (name === undefined ? [] : [[name, Number(/(\d+)ch/.exec(spec ?? '')?.[1] ?? 1)] as const])),
  );

const pactl = (...args: readonly string[]): Observable<string> => textOf({ command: 'pactl', args });

const namesOf = (kind: 'Sink' | 'Source'): Observable<Names> =>
  forkJoin([pactl('list', 'short', `${kind.toLowerCase()}s`), pactl('info')]).pipe(
    map(([list, info]) => ({
      channels: parseShort(list),
      defaultName: new RegExp(`^Default ${kind}: (.+)$`, 'm').exec(info)?.[1],
    })),
  );

/**
 * With no microphone left the server takes the monitor of a loudspeaker for the default, in which the assistant hears itself; with no loudspeaker,
 * one that nobody hears. Whoever wants them names them.
 */
const isStandIn = (name: string): boolean => name.endsWith('.monitor') || name === 'auto_null';

const devices = (): Observable<readonly DeviceInfo[]> =>
  forkJoin([namesOf('Source'), namesOf('Sink')]).pipe(
    map(([sources, sinks]) =>
      [...new Set([...sources.channels.keys(), ...sinks.channels.keys()])].map((name) => ({
        id: name,
        name,
        inputs: sources.channels.get(name) ?? 0,
        outputs: sinks.channels.get(name) ?? 0,
        isDefaultInput: name === sources.defaultName && !isStandIn(name),
        isDefaultOutput: name === sinks.defaultName && !isStandIn(name),
        backend: 'pulse' as const,
      })),
    ),
  );

const raw = (device: string, sampleRate: Hertz, latencyMs: Millis): readonly string[] => [
  '--raw',
  '--format=s16le',
  '--channels=1',
  `--rate=${sampleRate}`,
  `--latency-msec=${latencyMs}`,
  `--device=${device}`,
  '--client-name=rxvox',
];

/** PulseAudio, or PipeWire in its place, through the programs pactl, parec and pacat. */
export const pulse = (): AudioDevice => ({
  name: 'pulse',
  devices,
  input: ({ device, sampleRate, chunkMs }) =>
    devices().pipe(
      map((infos) => resolveDevice(infos, device, 'input', 'pulse').name),
      mergeMap((name) =>
        recorder({ program: { command: 'parec', args: raw(name, sampleRate, INPUT_LATENCY_MS) }, sampleRate, chunkMs }),
      ),
    ),
  output: ({ device, sampleRate }) =>
    devices().pipe(
      map((infos) => resolveDevice(infos, device, 'output', 'pulse').name),
      mergeMap((name) => player({ program: { command: 'pacat', args: raw(name, sampleRate, OUTPUT_LATENCY_MS) }, sampleRate })),
    ),
});
