import { samplesIn } from '../audio.js';
import { resolveDevice } from './device.js';
import { type Command, listDevices, messageOf, type Naudiodon, type OpenStream, type Say, streamConfig } from './port-audio.js';
import { sampleFifo } from './sample-fifo.js';

/** How much may be on its way to a process that does not answer. */
const WINDOW_MS = 300;
/** How much waits behind it before the oldest is dropped. */
const MAX_WAITING_MS = 2000;

/**
 * Opens a microphone. It is read without a pause: naudiodon would queue without end and deliver all of it later.
 *
 * @throws AudioError `no_device` on call; what naudiodon throws, when it cannot be opened.
 */
export const openInput = (naudiodon: Naudiodon, { device, sampleRate, chunkMs }: Command<'input'>, say: Say): OpenStream => {
  const size = samplesIn(chunkMs, sampleRate);
  const info = resolveDevice(listDevices(naudiodon), device, 'input', 'naudiodon');
  const io = naudiodon.AudioIO({ inOptions: streamConfig(info, sampleRate, size) });
  const waiting = sampleFifo();
  let end = 0;
  let sent = 0;
  let received = 0;

  const pump = (): void => {
    while (waiting.length > 0 && sent - received < samplesIn(WINDOW_MS, sampleRate) + size) {
      const position = end - waiting.length;
      const samples = waiting.take(size);
      say({ type: 'frame', samples, position });
      sent = position + samples.length;
    }
  };
  io.on('data', (bytes) => {
    const samples = new Int16Array(bytes.length >> 1);
    Buffer.from(samples.buffer).set(bytes.subarray(0, 2 * samples.length));
    waiting.push(samples);
    end += samples.length;
    if (waiting.length > samplesIn(MAX_WAITING_MS, sampleRate)) waiting.take(samples.length);
    pump();
  });
  io.on('error', (error) => say({ type: 'failed', code: 'device_lost', message: `the microphone failed: ${messageOf(error)}` }));
  io.start();
  return {
    received(position) {
      received = position;
      pump();
    },
    quit: () => io.quit(),
  };
};
