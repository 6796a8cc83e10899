import { Command, InvalidArgumentError, Option } from 'commander';
import { type AudioConfig, audio } from './audio.js';
import { conversation } from './conversation.js';
import { echo } from './echo.js';
import { hotpath } from './hotpath.js';
import { lanes } from './lanes.js';
import { type LatencyConfig, latency } from './latency.js';
import { type LoadConfig, load } from './load.js';
import type { Report } from './report.js';
import { type SessionsConfig, sessions } from './sessions.js';
import { type VadBenchConfig, vad } from './vad.js';
import { voxstream } from './voxstream.js';

/** How much of it to do. */
interface Options {
  readonly json?: boolean;
  readonly quick?: boolean;
}

const program = new Command('bench')
  .description('Measures what README says; see there for what the figures mean.')
  .showHelpAfterError('(--help lists the benches)');

const add = <Config>(
  name: string,
  description: string,
  measure: (budget: 'full' | 'quick', config: Config) => Promise<Report>,
): Command =>
  program
    .command(name)
    .description(description)
    .option('--json', 'print one JSON object more, on the last line')
    .option('--quick', 'hardly measure: to see that it runs')
    .action(async ({ json, quick, ...config }: Options & Config) => {
      const { lines, figures, failure } = await measure(quick ? 'quick' : 'full', config as Config);
      for (const line of lines) console.log(line);
      if (json) console.log(JSON.stringify(figures));
      if (failure === undefined) return;
      console.error(`bench ${name}: ${failure}`);
      process.exitCode = 1;
    });

const atLeast =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!(Number.isInteger(value) && value >= least))
      throw new InvalidArgumentError(`It must be a whole number from ${least} up.`);
    return value;
  };

const aboveZero = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
};

add<AudioConfig>('audio', 'CPU of 20 ms of audio in each stage, and whether its memory grows', audio)
  .option('--frames <count>', 'over how many frames memory is watched; 100,000 when left out', atLeast(1))
  .option('--stage <name>', 'only stages whose name begins so');
add('conversation', 'a conversation of 100 turns through two lanes, at the pace of speech', conversation);
add('echo', 'what both modes of cancelEcho take away in a simulated room, what they leave of a voice, and their CPU', echo);
add('hotpath', 'CPU of 20 ms of audio through the pipeline: without a socket, and against bare ws', hotpath);
add('lanes', 'what switching lanes costs by the frame, how fast it is, and whether it holds memory', lanes);
add<LatencyConfig>('latency', 'what the pipeline adds to the way of the audio, and what a live session costs', latency).addOption(
  new Option('--lane <name>', 'the shortest way, or a big lane with stages, tools and words')
    .choices(['fast', 'big'])
    .default('fast'),
);
add<LoadConfig>('load', "what importing the built package costs, against import 'rxjs'", load).option(
  '--limit <ratio>',
  'fail when rxvox takes more than this many times as long as rxjs',
  aboveZero,
);
add<SessionsConfig>('sessions', 'voice sessions at once against one simulator process', sessions)
  .option('--sessions <count>', 'how many; 500 when left out', atLeast(1))
  // The first turn has ended by then.
  .option('--seconds <count>', 'how long; 60 when left out', atLeast(3));
add('voxstream', 'what VoxStream costs a chunk, against its bounds', voxstream);

add<VadBenchConfig>('vad', 'speech in noise, told by the level, by the network, and behind noise suppression', vad).option(
  '--plot <path>',
  'write a plot there, an SVG',
);

await program.parseAsync();
