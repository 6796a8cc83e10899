import { Command } from 'commander';
import { hotpath } from './hotpath.js';
import { latency } from './latency.js';
import type { Report } from './report.js';

/** How much of it to do. */
interface Options {
  readonly json?: boolean;
  readonly quick?: boolean;
}

const program = new Command('bench')
  .description('Measures what README says; see there for what the figures mean.')
  .showHelpAfterError('(--help lists the benches)');

const add = (name: string, description: string, measure: (budget: 'full' | 'quick') => Promise<Report>): void => {
  program
    .command(name)
    .description(description)
    .option('--json', 'print one JSON object more, on the last line')
    .option('--quick', 'hardly measure: to see that it runs')
    .action(async ({ json, quick }: Options) => {
      const { lines, figures } = await measure(quick ? 'quick' : 'full');
      for (const line of lines) console.log(line);
      if (json) console.log(JSON.stringify(figures));
    });
};

add('hotpath', 'CPU of 20 ms of audio through the pipeline: without a socket, and against bare ws', hotpath);
add('latency', 'what the pipeline adds to the way of the audio, and what a live session costs', latency);

await program.parseAsync();
