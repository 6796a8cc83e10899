import { BehaviorSubject, defer, EMPTY, filter, finalize, map, merge, of, Subject, switchMap, tap } from 'rxjs';
import type { Millis } from '../src/audio.js';
import type { AudioDeviceEvent } from '../src/events.js';
import { keepOpen } from '../src/keep-open.js';
import { createUntaken } from '../src/untaken.js';
import type { AudioSink, OpenSink } from './playTo.js';

/** A loudspeaker that may be lost. */
export interface AudioOutput {
  /** Its name, for events. */
  readonly device: string;
  readonly openSink: OpenSink;
}

/** Settings of `survivingSink`. */
export interface SurvivingSinkConfig {
  /**
   * How long to try after a loss, in milliseconds; 0 for not at all.
   * @default 60000
   */
  readonly giveUpMs?: Millis;
}

/**
 * A loudspeaker that is opened again when it is lost: the same device, then the others in their order, at once and then every 200 ms to 2 s.
 *
 * Subscribing opens the first and emits one sink, which stays the same. While no device is open it takes nothing, so that nothing counts as heard;
 * then it goes on from the first sample that was not taken. Its `events$` tells `audio.device_lost` and `audio.device_restored`, its `reference$` what the open
 * device is given, where the first device says that.
 *
 * @param devices In the order in which they are tried.
 * @throws RangeError on call, when the time is negative.
 * @throws AudioError in-stream: that of the first device when it cannot be opened, however many there are; that of the loss
 * when none was to be had for `giveUpMs`.
 */
export function survivingSink(
  [first, ...others]: readonly [AudioOutput, ...AudioOutput[]],
  { giveUpMs = 60_000 }: SurvivingSinkConfig = {},
): OpenSink {
  if (!(giveUpMs >= 0)) throw new RangeError(`survivingSink: giveUpMs must be >= 0, got ${giveUpMs}`);

  return (sampleRate) =>
    defer(() => {
      const taken$ = new Subject<number>();
      const events$ = new Subject<AudioDeviceEvent>();
      const untaken = createUntaken();
      const device$ = new BehaviorSubject<AudioSink | undefined>(undefined);
      let aheadSamples = 0;
      let taken = 0;

      const sink: AudioSink = {
        write(samples) {
          untaken.push(samples);
          device$.value?.write(samples);
        },
        flush() {
          device$.value?.flush();
          untaken.clear();
        },
        taken$: taken$.asObservable(),
        get aheadSamples() {
          return aheadSamples;
        },
        events$: events$.asObservable(),
      };
      const attach = (opened: AudioSink): void => {
        device$.next(opened);
        ({ aheadSamples } = opened);
        for (const samples of untaken.all()) opened.write(samples);
      };
      const follow = (opened: AudioSink) => {
        let before = 0;
        const take = (total: number): void => {
          const news = total - before;
          before = total;
          untaken.drop(news);
          taken += news;
          taken$.next(taken);
        };
        // Listens before it writes: a device may take at once.
        return merge(opened.taken$.pipe(tap(take)), of(opened).pipe(tap(attach)));
      };
      const reference$ = device$.pipe(switchMap((opened) => opened?.reference$ ?? EMPTY));
      const leave = (): void => {
        device$.next(undefined);
      };
      const wayOf = ({ device: name, openSink }: AudioOutput) => ({
        device: name,
        open$: openSink(sampleRate).pipe(switchMap(follow), tap({ error: leave })),
      });
      const kept$ = keepOpen([wayOf(first), ...others.map(wayOf)], {
        giveUpMs,
        lost: (name, error) => events$.next({ type: 'audio.device_lost', device: name, direction: 'output', error }),
        restored: (name, gapMs) => events$.next({ type: 'audio.device_restored', device: name, direction: 'output', gapMs }),
      });
      return kept$.pipe(
        filter((_, index) => index === 0),
        // One that cannot say it must not seem to.
        map(() => (device$.value?.reference$ ? Object.assign(sink, { reference$ }) : sink)),
        finalize(() => {
          taken$.complete();
          events$.complete();
        }),
      );
    });
}
