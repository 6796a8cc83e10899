import { identity, Observable, type OperatorFunction, Subject, Subscription, switchMap, takeUntil } from 'rxjs';
import type { Millis, VoiceFrame } from '../src/audio.js';
import { isFrame, type LaneDecision, type LaneSwitched, type VoiceEvent } from '../src/events.js';
import { createFifo } from '../src/fifo.js';
import type { Lane } from '../src/lane.js';
import { laneLedger } from '../src/lane-ledger.js';
import { endedEarly, heldTooLong, type LaneInput, type LaneRun, type LaneSignal, runLane, unknownLane } from '../src/lane-run.js';
import { wait } from '../src/wait.js';

/** Settings of `switchLanes`. */
export interface SwitchLanesConfig {
  /**
   * How much audio a lane may hold, in milliseconds of media time, before it counts as failed.
   * @default 1000
   */
  readonly maxHeldMs?: Millis;
  /**
   * The lane to begin in.
   * @default the first
   */
  readonly lane?: string;
}

type Entry = VoiceFrame | VoiceEvent;

/** All that is no entry of the source. */
type Signal =
  | LaneSignal
  | { readonly signal: 'decision'; readonly decision: LaneDecision }
  | { readonly signal: 'decisions_failed'; readonly error: unknown }
  | { readonly signal: 'source_over'; readonly error?: unknown };

/**
 * Sends the audio through one lane at a time, and changes lanes when `lane$` says so, without losing, doubling or reordering a sample.
 *
 * Begins in the first of `lanes`, unless told otherwise; there the audio goes also when another lane fails. The frames that a lane was given and has not
 * given back go into the next one, ahead of the live ones. Samples that a lane leaves out come out as they went in; those that are out
 * already come out no more. Events of the source keep their place among the frames; those of a lane come where it has got to. A switch is told by `lane.switched`, a failure by `lane.failed`, ahead of
 * the first frame of the new lane. A decision for the active lane does nothing; one for an unknown lane is a failure, and nothing changes.
 *
 * Adds nothing asynchronous of its own. Completes when its source has and the active lane has given back all, at the latest
 * `maxHeldMs` after, whatever `lane$` does. When the source errors, what is held comes out first.
 *
 * @param lane$ Subscribed before the source; when it errors, `lane.decisions_failed` says so and the lane stays.
 * @param lanes At least one; each name once.
 * @throws RangeError on call, for no lanes, a name that stands twice, an unknown one to begin with, or `maxHeldMs` that is not positive.
 */
export function switchLanes(
  lane$: Observable<LaneDecision>,
  lanes: readonly Lane[],
  { maxHeldMs = 1000, lane: begin }: SwitchLanesConfig = {},
): OperatorFunction<Entry, Entry> {
  const home = lanes[0];
  if (!home) throw new RangeError('switchLanes: there must be a lane to begin with');
  const named = new Map(lanes.map((lane) => [lane.name, lane] as const));
  if (named.size < lanes.length) throw new RangeError('switchLanes: each lane must have a name of its own');
  const first = begin === undefined ? home : named.get(begin);
  if (!first) throw new RangeError(`switchLanes: there is no lane ${begin} to begin with`);
  if (!(maxHeldMs > 0)) throw new RangeError(`switchLanes: maxHeldMs must be > 0, got ${maxHeldMs}`);

  return (source) =>
    new Observable((subscriber) => {
      const ledger = laneLedger();
      const runs = new Subject<LaneRun>();
      const gone = new Subject<void>();
      let active = first;
      let audio = first.audio;
      let input: LaneInput = new Subject();
      let isSourceOpen = true;
      let isGiving = false;
      let answer: Entry | undefined;
      let patience = Subscription.EMPTY;

      const emit = (entries: readonly Entry[]): void => {
        for (const entry of entries) subscriber.next(entry);
      };

      /** Starts the lane anew, and gives it what is held. */
      const run = (): void => {
        input = new Subject();
        runs.next({ audio, input });
        for (const frame of ledger.frames()) input.next(frame);
        if (!isSourceOpen) finishRun();
      };

      const finishRun = (): void => {
        const by = input;
        by.complete();
        patience.unsubscribe();
        if (ledger.heldMs === 0) return;
        // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
        patience = wait(maxHeldMs).subscribe(() => push({ signal: 'lane_over', by, error: heldTooLong(active, maxHeldMs) }));
      };

      const change = (to: Lane, why: Pick<LaneSwitched, 'reason' | 'confidence' | 'decidedAt' | 'abortsTools'>): void => {
        const { gapMs } = ledger;
        const from = active.name;
        active = to;
        audio = to.audio;
        emit([{ type: 'lane.switched', from, to: to.name, ...why, heldFrames: ledger.frames().length, gapMs }]);
        run();
      };

      const decide = ({ lane, reason, confidence, at, abortsTools }: LaneDecision): void => {
        const to = named.get(lane);
        if (to === active) return;
        if (to) change(to, { reason, confidence, decidedAt: at, ...(abortsTools ? { abortsTools } : {}) });
        else emit([{ type: 'lane.failed', lane, to: active.name, error: unknownLane(lane, lanes) }]);
      };

      const fail = (error: unknown): void => {
        emit([{ type: 'lane.failed', lane: active.name, to: home.name, error }]);
        if (active === home) {
          audio = identity;
          run();
        } else change(home, { reason: 'lane_failed', confidence: 1 });
      };

      const output = (entry: Entry): void => {
        if (!isFrame(entry)) {
          subscriber.next(entry);
          return;
        }
        let entries: readonly Entry[];
        try {
          entries = ledger.acknowledge(entry);
        } catch (error) {
          fail(error);
          return;
        }
        emit(entries);
      };

      const finish = (): void => {
        emit(ledger.release());
        subscriber.complete();
      };

      const act = (signal: Signal): void => {
        // What a lane did that has been left meanwhile is done anew by the lane that came after it.
        if ('by' in signal && signal.by !== input) return;
        if (signal.signal === 'output') output(signal.entry);
        else if (signal.signal === 'decision') decide(signal.decision);
        else if (signal.signal === 'decisions_failed') emit([{ type: 'lane.decisions_failed', error: signal.error }]);
        else if (signal.signal === 'lane_over') {
          if (isSourceOpen || 'error' in signal) fail(signal.error ?? endedEarly(active));
          else finish();
        } else {
          isSourceOpen = false;
          if ('error' in signal) {
            emit(ledger.release());
            subscriber.error(signal.error);
          } else finishRun();
        }
      };

      const take = (frame: VoiceFrame): void => {
        if (ledger.isBreak(frame)) {
          emit(ledger.release());
          run();
        }
        ledger.accept(frame);
        isGiving = true;
        input.next(frame);
        isGiving = false;
        if (answer) {
          const first = answer;
          answer = undefined;
          output(first);
        }
      };

      const push = (entry: Entry | Signal): void => {
        isGiving = false;
        fifo.push(entry);
      };

      /** What a lane gives back at once, and before anything else happens, needs no queue, which would cost a frame more than all else here. */
      const give = (entry: Entry, by: LaneInput): void => {
        if (isGiving && by === input) {
          isGiving = false;
          answer = entry;
        } else push({ signal: 'output', by, entry });
      };

      const fifo = createFifo<Entry | Signal>({
        handle(entry) {
          if ('signal' in entry) act(entry);
          else if (isFrame(entry)) take(entry);
          else if (!ledger.keep(entry)) subscriber.next(entry);
        },
        idle() {
          if (ledger.heldMs > maxHeldMs) fifo.push({ signal: 'lane_over', by: input, error: heldTooLong(active, maxHeldMs) });
          else if (!isSourceOpen && ledger.heldMs === 0) finish();
        },
        overflow: () => undefined,
        limit: Number.POSITIVE_INFINITY,
      });

      subscriber.add(() => {
        fifo.stop();
        patience.unsubscribe();
        gone.next();
      });
      runs.pipe(switchMap(runLane(give, push)), takeUntil(gone)).subscribe();
      run();
      fifo.start();
      lane$.pipe(takeUntil(gone)).subscribe({
        next: (decision) => push({ signal: 'decision', decision }),
        error: (error: unknown) => push({ signal: 'decisions_failed', error }),
      });
      source.pipe(takeUntil(gone)).subscribe({
        next: (entry) => push(entry),
        error: (error: unknown) => push({ signal: 'source_over', error }),
        complete: () => push({ signal: 'source_over' }),
      });
    });
}
