import { AudioError, type ErrorCode } from '../errors.js';
import type { HostCommand, HostReply } from './host-messages.js';
import { type Command, listDevices, messageOf, type Naudiodon, type OpenStream } from './port-audio.js';
import { openInput } from './port-audio-input.js';
import { openOutput } from './port-audio-output.js';

// The process that holds one PortAudio device, forked by hostProcess.ts. It is alone with it because naudiodon prints to
// stdout, catches SIGSEGV, blocks threads of the pool, and may hang for ever when a device is unplugged.

const say = (reply: HostReply): void => {
  process.send?.(reply, undefined, undefined, () => undefined);
};
/** Not there at all, which Node says with paths; what else goes wrong, such as a binding that was not built, is said as it is. */
const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
const fail = (code: ErrorCode, message: string): void => say({ type: 'failed', code, message });

const main = (): void => {
  let stream: OpenStream | undefined;
  let isClosing = false;

  const open = async (command: Command<'devices' | 'input' | 'output'>): Promise<void> => {
    let naudiodon: Naudiodon;
    try {
      naudiodon = await import('naudiodon');
    } catch (error) {
      return fail('backend_missing', isAbsent(error) ? 'not installed' : messageOf(error));
    }
    try {
      if (command.type === 'devices') return say({ type: 'devices', devices: listDevices(naudiodon) });
      stream = command.type === 'input' ? openInput(naudiodon, command, say) : openOutput(naudiodon, command, say);
      say({ type: 'opened' });
    } catch (error) {
      if (error instanceof AudioError) fail(error.code, error.message);
      else fail('open_failed', `PortAudio: ${messageOf(error)}`);
    }
  };
  const close = async (): Promise<void> => {
    if (isClosing) return;
    isClosing = true;
    await stream?.quit();
    process.exit(0);
  };

  process.on('message', (command: HostCommand) => {
    switch (command.type) {
      case 'devices':
      case 'input':
      case 'output':
        void open(command);
        break;
      case 'received':
        stream?.received?.(command.position);
        break;
      case 'write':
        stream?.write?.(command.samples);
        break;
      case 'flush':
        stream?.flush?.(command.flushes);
        break;
      case 'listen':
        stream?.listen?.();
        break;
      case 'close':
        void close();
    }
  });
  // Whoever forked us is gone; exit() may hang with a device that is gone too.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // Ctrl-C reaches the whole group; when to end is for the application to say.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
};

main();
