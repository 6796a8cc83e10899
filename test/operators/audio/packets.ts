import { concat, concatMap, defer, delay, map, merge, type Observable, of, range, timer } from 'rxjs';
import { type AudioPacket, networkJitter, type ReceivedFrame } from '../../../operators/audio/networkJitter.js';
import { clock } from '../../../src/clock.js';
import { marbles } from '../../marbles.js';

export const sampleRate = 8000;
const length = 160;

/** The value of all samples of the packet: what is heard of it can be told. */
export const levelOf = (index: number): number => 100 * (index + 1);

/** The packet of this index, of 20 ms; numbers begin anew shortly after the stream began. */
export const packet = (index: number): AudioPacket => ({
  sequence: (65_530 + index) % 65_536,
  timestamp: (2 ** 32 - 500 + index * length) % 2 ** 32,
  samples: new Int16Array(length).fill(levelOf(index % 300)),
  sampleRate,
});

/** When each packet arrives. */
export type Schedule = readonly { readonly index: number; readonly atMs: number }[];

export const packets$ = (schedule: Schedule): Observable<AudioPacket> =>
  merge(...schedule.map(({ index, atMs }) => timer(atMs).pipe(map(() => packet(index)))));

/** The same, one after the other: for many that stand in order. */
export const marching$ = (schedule: Schedule): Observable<AudioPacket> =>
  defer(() =>
    range(0, schedule.length).pipe(
      concatMap((at) => timer((schedule[at]?.atMs ?? 0) - clock.now()).pipe(map(() => packet(schedule[at]?.index ?? 0)))),
    ),
  );

/** All frames of packets that come every 20 ms. */
export const paced = (packets: readonly AudioPacket[]): readonly ReceivedFrame[] => {
  const frames: ReceivedFrame[] = [];
  marbles(() => {
    concat(...packets.map((each) => of(each).pipe(delay(20))))
      .pipe(networkJitter())
      .subscribe((frame) => frames.push(frame));
  })();
  return frames;
};

/** All frames of an operator in virtual time, and when they came. */
export const run = (schedule: Schedule, operator: (source: Observable<AudioPacket>) => Observable<ReceivedFrame>) => {
  const frames: (ReceivedFrame & { readonly atMs: number })[] = [];
  let completedMs: number | undefined;
  marbles(({ now }) => {
    operator(packets$(schedule)).subscribe({
      next: (frame) => frames.push({ ...frame, atMs: now() }),
      complete: () => {
        completedMs = now();
      },
    });
  })();
  return { frames, completedMs };
};

/** The indices of packets that are heard, in order: values that stand for 5 ms at least. */
export const heardIn = (frames: readonly ReceivedFrame[]): readonly number[] => {
  const heard: number[] = [];
  let value = 0;
  let count = 0;
  for (const frame of frames) {
    for (const sample of frame.samples) {
      count = sample === value ? count + 1 : 1;
      value = sample;
      if (count === 40 && value > 0 && value % 100 === 0) heard.push(value / 100 - 1);
    }
  }
  return heard;
};
