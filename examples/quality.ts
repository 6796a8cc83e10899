/** How well a voice comes in: clean, in noise, and over a network that loses packets; with an alert. */
import { concatMap, filter, from, lastValueFrom, map, type Observable, range, timer, toArray } from 'rxjs';
import { type AudioFrame, isFrame, vad } from 'rxvox';
import { measureQuality, monitor, networkJitter } from 'rxvox/audio';
import { wavSource } from 'rxvox/node';

const frames = await lastValueFrom(wavSource('assets/question-tokyo-24k.wav', { pace: 'fast' }).pipe(toArray()), {
  defaultValue: [],
});

const report = async (name: string, frame$: Observable<AudioFrame>): Promise<void> => {
  const score$ = frame$.pipe(
    vad(),
    measureQuality({ everyMs: 500 }),
    monitor({ on: { metric: 'snrDb', when: { below: 15 }, then: ({ metric }) => console.log(`alert: ${metric}`) } }),
    filter((entry) => !isFrame(entry) && entry.type === 'audio.quality'),
    map((entry) => ('score' in entry ? entry.score : 0)),
  );
  console.log(`${name}  ${(await lastValueFrom(score$, { defaultValue: 0 })).toFixed(2)}`);
};

const noisy = frames.map((frame) => ({
  ...frame,
  samples: frame.samples.map((sample) => sample * 0.5 + (Math.random() - 0.5) * 3000),
}));
await report('clean', from(frames));
await report('noisy', from(noisy));

// Every eighth packet is lost on the way.
const packets$ = range(0, 40).pipe(
  concatMap((sequence) => timer(20).pipe(map(() => sequence))),
  filter((sequence) => sequence % 8 !== 4),
  map((sequence) => ({
    sequence,
    timestamp: sequence * 480,
    samples: frames[sequence]?.samples ?? new Int16Array(480),
    sampleRate: 24_000,
  })),
);
const received = await lastValueFrom(packets$.pipe(networkJitter()), { defaultValue: undefined });
if (received) {
  const { lost, received: arrived, concealedMs } = received.network;
  console.log(`packets  ${((100 * lost) / (lost + arrived)).toFixed(1)} % lost, ${concealedMs.toFixed(0)} ms made up`);
}
