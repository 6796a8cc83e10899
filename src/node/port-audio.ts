/// <reference path="./naudiodon-module.d.ts" />
import type { StreamConfig } from 'naudiodon';
import type { Hertz } from '../audio.js';
import type { DeviceInfo } from './device.js';
import type { HostCommand, HostReply } from './host-messages.js';

/** The package naudiodon, loaded. */
export type Naudiodon = typeof import('naudiodon');

/** A command of one type. */
export type Command<T extends HostCommand['type']> = Extract<HostCommand, { readonly type: T }>;

/** Answers the process that forked us. */
export type Say = (reply: HostReply) => void;

/** A device that is open, in the process that holds it. */
export interface OpenStream {
  /** All frames before `position` have arrived. */
  received?(position: number): void;
  write?(samples: Int16Array): void;
  flush?(flushes: number): void;
  listen?(): void;
  /** To be called once only: a second quit() would never return. */
  quit(): Promise<void>;
}

/** Two buffers wait in the queue of naudiodon; with the one that PortAudio takes up, three are in flight. */
export const MAX_QUEUE = 2;

/** What was thrown, in one line. */
export const messageOf = (error: unknown): string => String(error instanceof Error ? error.message : error).replace(/\s+/g, ' ');

/** The devices of PortAudio; the ids are its own numbers. */
export const listDevices = ({ getDevices, getHostAPIs }: Naudiodon): DeviceInfo[] => {
  const { defaultHostAPI, HostAPIs } = getHostAPIs();
  const api = HostAPIs.find(({ id }) => id === defaultHostAPI);
  return getDevices().map(({ id, name, maxInputChannels, maxOutputChannels }) => ({
    id: String(id),
    name,
    inputs: maxInputChannels,
    outputs: maxOutputChannels,
    isDefaultInput: id === api?.defaultInput,
    isDefaultOutput: id === api?.defaultOutput,
    backend: 'naudiodon',
  }));
};

/**
 * What naudiodon is told. Without both lengths frames come in lumps of 340 ms; with `closeOnError` a mere underrun would
 * end the stream.
 */
export const streamConfig = (device: DeviceInfo, sampleRate: Hertz, size: number): StreamConfig => ({
  deviceId: Number(device.id),
  sampleRate,
  channelCount: 1,
  sampleFormat: 16,
  framesPerBuffer: size,
  highwaterMark: 2 * size,
  maxQueue: MAX_QUEUE,
  closeOnError: false,
});
