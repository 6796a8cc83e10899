import { createRequire } from 'node:module';
import { Command, InvalidArgumentError, Option } from 'commander';
import { checkDevices, listDevices } from './devices.js';
import { simulate } from './simulate.js';
import { talk } from './talk.js';

const { version } = createRequire(import.meta.url)('rxvox/package.json') as { version: string };

const port = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new InvalidArgumentError('a port is 0 to 65535');
  return value;
};

/** The command line: each command in a file of its own. Throws `CommanderError` instead of exiting. */
export const program = (): Command => {
  const rxvox = new Command('rxvox').description('Realtime voice with AI, as RxJS streams.').version(version).exitOverride();

  rxvox
    .command('talk')
    .description('Hold a conversation: from the microphone or a file, to the loudspeaker or a file.')
    .option('-i, --input <file.wav>', 'speak this file instead of using the microphone (PCM16, mono or stereo)')
    .option('-o, --output <file.wav>', 'write the answer to this file instead of playing it')
    .addOption(new Option('-p, --provider <name>', 'who answers').choices(['simulator', 'openai']).default('simulator'))
    .option('--url <ws-url>', "the provider's address; without it, simulator starts one of its own")
    .option('--model <name>', 'the model that answers', 'gpt-realtime-2.1')
    .option('--voice <name>', 'the voice that answers')
    .option('--json', 'print one JSON event a line, and a summary last')
    .addHelpText('after', '\nOPENAI_API_KEY is read from the environment or from .env, never from an argument.')
    .action(talk);

  rxvox
    .command('devices')
    .description('List microphones and loudspeakers.')
    .option('--check', 'open each, play a tone, show the input level')
    .action(({ check }: { check?: boolean }) => (check ? checkDevices() : listDevices()));

  rxvox
    .command('simulate')
    .description('Run the simulator: a Realtime service on this machine, without a key.')
    .option('--port <number>', 'port to listen on; 0 takes a free one', port, 8765)
    .option('--host <name>', 'address to listen on', '127.0.0.1')
    .action(simulate);

  for (const command of rxvox.commands) command.exitOverride().allowExcessArguments(false);
  return rxvox;
};
