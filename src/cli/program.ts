import { createRequire } from 'node:module';
import { Command, InvalidArgumentError, Option } from 'commander';
import * as E from '../either.js';
import { faultTypes } from '../faults/check-fault.js';
import type { Fault } from '../faults/fault.js';
import { parseFault } from '../faults/parse-fault.js';
import { audio, enhancements } from './audio.js';
import { checkDevices, listDevices } from './devices.js';
import { detectors, mic } from './mic.js';
import { play } from './play.js';
import { simulate } from './simulate.js';
import { talk } from './talk.js';

const { version } = createRequire(import.meta.url)('rxvox/package.json') as { version: string };

const port = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('a port is 0 to 65535');
  return value;
};

/** An empty one would be all addresses of this machine. */
const host = (text: string): string => {
  if (text.trim() === '') throw new InvalidArgumentError('an address, such as 127.0.0.1');
  return text;
};

const whole = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > 2_000_000)
    throw new InvalidArgumentError('a whole number from 0 to 2000000');
  return value;
};

/** What a WAV file may hold. */
const readable = 'PCM of 8 or 16 bits, float, A-law or mu-law, mono or stereo';

const share = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('a number from 0 to 1');
  return value;
};

type Enhancement = (typeof enhancements)[number];
const isEnhancement = (name: string): name is Enhancement => enhancements.some((known) => known === name);

const enhancement = (list: string, others: readonly Enhancement[]): readonly Enhancement[] => {
  const names = list.split(',').map((name) => name.trim());
  if (!names.every(isEnhancement)) throw new InvalidArgumentError(`one or more of ${enhancements.join(', ')}, with commas`);
  return [...others, ...names];
};

const fault = (spec: string, others: readonly Fault[]): readonly Fault[] => {
  const parsed = parseFault(spec);
  if (E.isLeft(parsed)) throw new InvalidArgumentError(parsed.left);
  return [...others, parsed.right];
};

/** The command line: each command in a file of its own. Throws `CommanderError` instead of exiting. */
export const program = (): Command => {
  const rxvox = new Command('rxvox').description('Realtime voice with AI, as RxJS streams.').version(version).exitOverride();

  rxvox
    .command('talk')
    .description('Hold a conversation: from the microphone or a file, to the loudspeaker or a file.')
    .option('-i, --input <file.wav>', `speak this file instead of using the microphone (${readable})`)
    .option('-o, --output <file.wav>', 'write the answer to this file instead of playing it')
    .addOption(new Option('-p, --provider <name>', 'who answers').choices(['simulator', 'openai']).default('simulator'))
    .option('--url <ws-url>', "the provider's address; without it, simulator starts one of its own")
    .option('--model <name>', 'the model that answers', 'gpt-realtime-2.1')
    .option('--voice <name>', 'the voice that answers')
    .option('--push-to-talk', 'the space key begins and ends your turn; without a terminal each line of standard input does')
    .option('--lanes', 'answer small talk in a fast lane, and the weather, sums and music in a big one')
    .option('--json', 'print one JSON event a line, and a summary last')
    .addHelpText('after', '\nOPENAI_API_KEY is read from the environment or from .env, never from an argument.')
    .action(talk);

  rxvox
    .command('devices')
    .description('List microphones and loudspeakers.')
    .option('--check', 'open each, play a tone, show the input level')
    .action(({ check }: { check?: boolean }) => (check ? checkDevices() : listDevices()));

  rxvox
    .command('mic')
    .description('Show the level of the microphone, speech, and how well the voice comes in.')
    .option('-i, --input <file.wav>', `listen to this file instead of the microphone (${readable})`)
    .option('-d, --device <name>', 'the microphone: id, name, or a part of the name')
    .addOption(new Option('--vad <name>', 'what tells speech').choices(Object.keys(detectors)).default('energy'))
    .option('--json', 'print one JSON report a line')
    .action(mic);

  rxvox
    .command('audio')
    .description('Enhance a file; show speech, level and quality before and after.')
    .argument('<file.wav>', readable)
    .option('-e, --enhance <stages>', `what is done to it, with commas: ${enhancements.join(', ')}`, enhancement, [])
    .addOption(
      new Option('-m, --mode <name>', 'how noise is lowered: not at all, by Speex, by RNNoise')
        .choices(['latency', 'balanced', 'quality'])
        .default('balanced'),
    )
    .addOption(new Option('--noise-model <name>', 'what lowers noise, whatever the mode says').choices(['rnnoise', 'speex']))
    .addOption(new Option('--vad <name>', 'what tells speech').choices(Object.keys(detectors)).default('energy'))
    .option('--sensitivity <number>', 'how readily sound is taken for speech, 0 to 1', share, 0.5)
    .option('-o, --output <file.wav>', 'write the sound to this file (PCM16, mono), in time with the original')
    .option('-p, --plot <file.svg>', 'draw waveform, speech and what tells it, before and after')
    .option('--json', 'print one JSON report')
    .action(audio);

  rxvox
    .command('simulate')
    .description('Run the simulator: a Realtime service on this machine, without a key.')
    .option('--port <number>', 'port to listen on; 0 takes a free one', port, 8765)
    .option('--host <name>', 'address to listen on', host, '127.0.0.1')
    .addOption(
      new Option('--pace <name>', 'how fast answers are sent').choices(['instant', 'service', 'realtime']).default('service'),
    )
    .addOption(new Option('--voice <name>', 'who speaks: espeak-ng where it is installed').choices(['espeak-ng', 'built-in']))
    .option('--script <file.json>', 'what each turn says: ["Hello.", {"transcript": "Bye.", "text": "Goodbye."}]')
    .option('--replay <file.jsonl>', 'play a recorded session to every client')
    .option('--fault <spec>', 'let something go wrong, for example close,code=1012,on=response.created', fault, [])
    .option('--seed <number>', 'dice of the faults; printed where it is not given', whole)
    .option('--session-seconds <number>', 'how long a session lasts; an hour by default', whole)
    .addHelpText(
      'after',
      `\nFaults: ${faultTypes.map((name) => name.replace(/_/g, '-')).join(', ')}.\nWhat each can be told: docs/simulator.md.`,
    )
    .action(simulate);

  rxvox
    .command('play')
    .description('Play a recorded call: both sides sound, and the timeline runs beside them.')
    .argument('<file.jsonl>', 'events.jsonl of the recording; mixed.wav stands beside it')
    .option('-o, --output <file.wav>', 'write the sound to this file instead of playing it')
    .action(play);

  for (const command of rxvox.commands) command.exitOverride().allowExcessArguments(false);
  return rxvox;
};
