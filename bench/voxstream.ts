import { Subject } from 'rxjs';
import { clock } from '../src/clock.js';
import type { EnhancementOptions } from '../src/voxstream/enhancement-options.js';
import type { OptimizeFor } from '../src/voxstream/optimizations.js';
import { VoxStream } from '../src/voxstream/vox-stream.js';
import { machine, type Report, table } from './report.js';
import { percentiles } from './statistics.js';

const chunksOf = { full: 5000, quick: 50 } as const;
const creations = { full: 1000, quick: 10 } as const;

/** What a stream may add, delay and processing, by what it is optimized for. */
const boundsMs: Readonly<Record<OptimizeFor, number>> = { latency: 5, balanced: 20, quality: 50 };
const everything: EnhancementOptions = { noiseReduction: true, gainControl: true, clarityBoost: true };

/** Milliseconds that each of many runs takes. */
const timesOf = (count: number, act: (at: number) => void): { readonly p50: number; readonly p99: number } =>
  percentiles(
    Array.from({ length: count }, (_, at) => {
      const started = clock.now();
      act(at);
      return clock.now() - started;
    }),
  );

const chunkAt = (samples: Int16Array, at: number): Int16Array => {
  const from = (at * 480) % (samples.length - 480);
  return samples.subarray(from, from + 480);
};

/** What `VoxStream` costs a chunk of 20 ms at 24 kHz, against its bounds: by the clock, on a machine that does other things, too. */
export const voxstream = async (budget: 'full' | 'quick'): Promise<Report> => {
  const count = chunksOf[budget];
  const { samples } = new VoxStream().generateTestAudio({ durationMs: 10_000 });
  const plain = new VoxStream();
  const costs: (readonly [what: string, times: { readonly p50: number; readonly p99: number }, bound: number])[] = [
    ['creation', timesOf(creations[budget], () => void new VoxStream()), 2],
    ['process', timesOf(count, (at) => void plain.process(chunkAt(samples, at))), 1],
    ['detectVoice', timesOf(count, (at) => void plain.detectVoice(chunkAt(samples, at))), 0.5],
  ];
  const delays: (readonly [what: string, ms: number, bound: number])[] = [];
  for (const optimizeFor of ['latency', 'balanced', 'quality'] as const) {
    const stream = new VoxStream({ optimizeFor });
    await stream.enhanceVoice(everything);
    costs.push([`process, enhanced for ${optimizeFor}`, timesOf(count, (at) => void stream.process(chunkAt(samples, at))), 3]);
    delays.push([`delay and processing for ${optimizeFor}`, stream.metrics.latencyMs, boundsMs[optimizeFor]]);
    stream.close();
  }
  for (const optimizeFor of ['latency', 'balanced', 'quality'] as const) {
    const stream = new VoxStream({ optimizeFor });
    await stream.enhanceVoice({ ...everything, echoCancellation: true });
    const played = new Subject<Int16Array>();
    stream.attachPlayback(played);
    const both = (at: number): void => {
      played.next(chunkAt(samples, at));
      stream.process(chunkAt(samples, at));
    };
    costs.push([`process, enhanced for ${optimizeFor}, with echo cancellation`, timesOf(count, both), 3]);
    delays.push([
      `delay and processing for ${optimizeFor}, with echo cancellation`,
      stream.metrics.latencyMs,
      boundsMs[optimizeFor],
    ]);
    stream.close();
  }
  return {
    lines: [
      `voxstream: ${count} chunks of 20 ms. ${machine()}`,
      '',
      ...table(
        ['milliseconds', 'p50', 'p99', 'bound'],
        costs.map(([what, { p50, p99 }, bound]) => [what, p50.toFixed(4), p99.toFixed(4), `≤ ${bound}`]),
      ),
      '',
      ...table(
        ['milliseconds', '', 'bound'],
        delays.map(([what, ms, bound]) => [what, ms.toFixed(2), `≤ ${bound}`]),
      ),
    ],
    figures: {
      costs: Object.fromEntries(costs.map(([what, { p50, p99 }]) => [what, { p50, p99 }])),
      delays: Object.fromEntries(delays.map(([what, ms]) => [what, ms])),
    },
  };
};
