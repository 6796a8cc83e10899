import type { HostCommand, HostReply } from '../../src/node/host-messages.js';
import { micros, stamp, stampOf } from './stamp.js';

// Stands for the process that holds a device: says frames as a microphone would, and how long each write was on its way.

const say = (reply: HostReply): void => {
  process.send?.(reply);
};
const size = 480;
let position = 0;
const frames = setInterval(() => {
  say({ type: 'frame', samples: stamp(new Int16Array(size)), position });
  position += size;
}, 20);

process.on('message', (command: HostCommand) => {
  if (command.type === 'write') say({ type: 'taken', samples: micros() - stampOf(command.samples), flushes: 0 });
  else if (command.type === 'close') {
    clearInterval(frames);
    process.disconnect();
  }
});
process.on('disconnect', () => process.exit());
say({ type: 'opened' });
