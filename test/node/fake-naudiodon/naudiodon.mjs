// Stands in for the package naudiodon in the device process. What it does wrong is told in RXVOX_FAKE.
import { Readable, Writable } from 'node:stream';

const fault = process.env.RXVOX_FAKE ?? '';
if (fault === 'missing') {
  const message = "Cannot find package 'naudiodon' imported from /somewhere/dist/naudiodon-host.js";
  throw Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' });
}

const device = (id, name, maxInputChannels, maxOutputChannels) => ({ id, name, maxInputChannels, maxOutputChannels });

export const getDevices = () =>
  fault === 'no devices' ? [] : [device(0, 'Fake Mic', 1, 0), device(1, 'Fake Speaker', 0, 2), device(2, 'Other Speaker', 0, 2)];
export const getHostAPIs = () => ({ defaultHostAPI: 7, HostAPIs: [{ id: 7, defaultInput: 0, defaultOutput: 1 }] });

// Quits as naudiodon does: the second call never returns, and nothing else lets the process end.
const quitting = () => {
  let isQuit = false;
  const alive = setInterval(() => undefined, 1000);
  return async () => {
    if (isQuit || fault === 'quit hangs') return new Promise(() => undefined);
    isQuit = true;
    clearInterval(alive);
  };
};

const input = ({ framesPerBuffer, highwaterMark, deviceId }) => {
  if (framesPerBuffer * 2 !== highwaterMark || deviceId !== 0) throw new Error('wrong options');
  let sample = 0;
  let timer;
  const io = new Readable({ highWaterMark: highwaterMark, read: () => undefined });
  io.start = () => {
    timer = setInterval(
      () => {
        if (fault === 'unplugged' && sample >= 10 * framesPerBuffer) return;
        if (fault === 'crashes' && sample >= 10 * framesPerBuffer) process.kill(process.pid, 'SIGSEGV');
        const samples = Int16Array.from({ length: framesPerBuffer }, () => sample++ % 30000);
        io.push(Buffer.from(samples.buffer));
      },
      fault === 'fast' ? 1 : 20,
    );
  };
  const quit = quitting();
  io.quit = () => {
    clearInterval(timer);
    return quit();
  };
  return io;
};

// Takes a buffer every 20 ms and holds two, as naudiodon does: a write is done when there is room for it.
const output = ({ framesPerBuffer, highwaterMark, deviceId, maxQueue }) => {
  if (framesPerBuffer * 2 !== highwaterMark || deviceId !== 1) throw new Error('wrong options');
  const queue = [];
  const pending = [];
  let taken = 0;
  let starved = 0;
  const admit = () => {
    while (pending.length > 0 && queue.length < maxQueue) {
      const { chunk, done } = pending.shift();
      queue.push(chunk);
      done();
    }
  };
  const io = new Writable({
    decodeStrings: false,
    write: (chunk, _, done) => {
      pending.push({ chunk, done });
      admit();
    },
  });
  let timer;
  io.start = () => {
    timer = setInterval(() => {
      if (fault === 'unplugged' && taken >= 10) return;
      taken += 1;
      if (queue.shift() === undefined) starved += 1;
      if (starved > 0) io.destroy(new Error('starved'));
      admit();
    }, 20);
  };
  const quit = quitting();
  io.quit = () => {
    clearInterval(timer);
    return quit();
  };
  return io;
};

export const AudioIO = (options) => {
  // What naudiodon prints must reach nobody.
  process.stdout.write('PortAudio V19.7.0-devel\n');
  if (fault === 'refuses') throw new Error('Format not supported:\n Invalid sample rate');
  return 'inOptions' in options ? input(options.inOptions) : output(options.outOptions);
};
