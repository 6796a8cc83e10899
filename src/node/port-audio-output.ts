import { samplesIn } from '../audio.js';
import { resolveDevice } from './device.js';
import {
  type Command,
  listDevices,
  MAX_QUEUE,
  messageOf,
  type Naudiodon,
  type OpenStream,
  type Say,
  streamConfig,
} from './port-audio.js';
import { sampleFifo } from './sample-fifo.js';

const BUFFER_MS = 20;
/** Silent buffers are reported too, more seldom, to say that the device is alive. */
const SILENT_REPORT_BUFFERS = 5;

/**
 * Opens a loudspeaker and feeds it without a break, with silence when there is nothing else: so starving and being lost
 * differ.
 *
 * @throws AudioError `no_device` on call; what naudiodon throws, when it cannot be opened.
 */
export const openOutput = (naudiodon: Naudiodon, { device, sampleRate }: Command<'output'>, say: Say): OpenStream => {
  const size = samplesIn(BUFFER_MS, sampleRate);
  const info = resolveDevice(listDevices(naudiodon), device, 'output', 'naudiodon');
  const io = naudiodon.AudioIO({ outOptions: streamConfig(info, sampleRate, size) });
  const waiting = sampleFifo();
  /** Of each buffer in flight, how many of its samples are not silence of ours. */
  let inFlight: number[] = [];
  let flushes = 0;
  let taken = 0;
  let silent = 0;
  let given = 0;
  let isHeard = false;
  let isClosing = false;

  const fail = (error: unknown): void =>
    say({ type: 'failed', code: 'device_lost', message: `the loudspeaker failed: ${messageOf(error)}` });
  const feed = (): void => {
    const samples = waiting.take(size);
    const buffer = new Int16Array(size);
    buffer.set(samples);
    inFlight.push(samples.length);
    if (isHeard) say({ type: 'given', samples: buffer, position: given });
    given += size;
    io.write(Buffer.from(buffer.buffer), (error) => {
      if (isClosing) return;
      if (error) fail(error);
      const gone = inFlight.length > MAX_QUEUE ? (inFlight.shift() ?? 0) : 0;
      taken += gone;
      silent = gone > 0 ? 0 : silent + 1;
      if (gone > 0 || silent % SILENT_REPORT_BUFFERS === 0) say({ type: 'taken', samples: taken, flushes });
      if (!error) feed();
    });
  };
  io.on('error', (error) => fail(error));
  feed();
  io.start();
  return {
    write: (samples) => waiting.push(samples),
    flush(number) {
      waiting.clear();
      inFlight = inFlight.map(() => 0);
      taken = 0;
      flushes = number;
    },
    listen() {
      isHeard = true;
    },
    quit() {
      isClosing = true;
      return io.quit();
    },
  };
};
