import { isObservable, type Observable, Subscription, timer } from 'rxjs';
import type { Millis, VoiceFrame } from './audio.js';
import type { AudioStage } from './audio-stage.js';
import { clock } from './clock.js';
import { isFrame, type VoiceEvent } from './events.js';
import { type StageFailure, type StageLimits, stageHealth } from './stage-health.js';
import { askStage, type StageOutcome } from './stage-outcome.js';
import { type StageTiming, stageTiming } from './stage-timing.js';

type Entry = VoiceFrame | VoiceEvent;

/** A stage that runs. */
export interface StageRun {
  readonly timing: StageTiming;
  push(entry: Entry): void;
  /** No more will come; `done` is called when all has gone on. */
  end(done: () => void): void;
  /** Leaves the stage, and forgets what has not gone on. */
  stop(): void;
}

export interface StageRunConfig extends StageLimits {
  /** Takes what goes on, in order. */
  give(entry: Entry): void;
  /** Does something when nothing else is being done. */
  later(action: () => void): void;
}

/** Longer than a timer can wait, in milliseconds: for ever. */
const forever: Millis = 2 ** 31;

/**
 * Runs a stage: gives it one frame at a time, and gives on each frame in order, treated or as it came, at the latest twice the budget after it
 * came: once for its turn, once for the work.
 *
 * A stage that is late is given nothing more until it has answered, for it may keep a state, or has failed so often that it is to rest.
 */
export const runStage = (stage: AudioStage, { give, later, ...limits }: StageRunConfig): StageRun => {
  const { name, budgetMs = 10 } = stage;
  const timing = stageTiming(name);
  const health = stageHealth(name, limits);
  let waiting: { readonly entry: Entry; readonly cameAt: Millis }[] = [];
  /** Whether a frame is still to go on, so that nothing else may. */
  let isBlocked = false;
  /** The answer that is awaited, be it late. */
  let answer: Subscription | undefined;
  let deadline = Subscription.EMPTY;
  let done: (() => void) | undefined;

  const forget = (): void => {
    answer?.unsubscribe();
    answer = undefined;
    deadline.unsubscribe();
  };

  const until = (ms: Millis, action: () => void): void => {
    if (ms >= forever) return;
    // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
    deadline = timer(Math.max(0, ms)).subscribe(() => later(action));
  };

  const leave = (frame: VoiceFrame, isTreated: boolean): void => {
    timing.left(isTreated);
    const change = health.change(isTreated);
    if (change) give(change);
    give(frame);
  };

  const bypass = (frame: VoiceFrame, failure: StageFailure, counts = true): void => {
    if (health.fail(failure, counts)) forget();
    leave(frame, false);
  };

  const settle = (frame: VoiceFrame, outcome: StageOutcome, durationMs: Millis): void => {
    timing.worked(durationMs);
    if ('reason' in outcome) bypass(frame, { ...outcome, durationMs });
    else if (durationMs <= budgetMs) {
      health.succeed();
      leave(outcome, true);
    } else if (health.isBypassed) bypass(frame, { reason: 'overrun', durationMs });
    else {
      // It is here, so that it is used; only those after it can be spared.
      health.fail({ reason: 'overrun', durationMs });
      leave(outcome, true);
    }
  };

  const wait = (frame: VoiceFrame, outcome$: Observable<StageOutcome>, startedAt: Millis): void => {
    const own = new Subscription();
    let isLate = false;
    answer = own;
    isBlocked = true;
    own.add(
      // eslint-disable-next-line rxjs-x/no-ignored-error -- It has none.
      outcome$.subscribe((outcome) => {
        const durationMs = clock.now() - startedAt;
        later(() => {
          if (answer !== own) return;
          forget();
          isBlocked = false;
          if (!isLate) settle(frame, outcome, durationMs);
          proceed();
        });
      }),
    );
    // Behind the answer, which comes first when both come together.
    until(budgetMs - (clock.now() - startedAt), () => {
      isLate = true;
      isBlocked = false;
      const durationMs = clock.now() - startedAt;
      timing.worked(durationMs);
      bypass(frame, { reason: 'overrun', durationMs });
      proceed();
    });
  };

  const work = (frame: VoiceFrame): void => {
    const startedAt = clock.now();
    const outcome = askStage(stage, frame);
    if (isObservable(outcome)) wait(frame, outcome, startedAt);
    else settle(frame, outcome, clock.now() - startedAt);
  };

  const take = (entry: Entry, waitedMs: Millis): void => {
    if (!isFrame(entry)) give(entry);
    else if (health.rests(entry)) leave(entry, false);
    // The stage was not late: many frames came at once.
    else if (waitedMs > budgetMs) bypass(entry, { reason: 'busy', durationMs: waitedMs }, false);
    else work(entry);
  };

  const proceed = (): void => {
    for (let first = waiting[0]; first !== undefined && !isBlocked; first = waiting[0]) {
      const { entry, cameAt } = first;
      const waitedMs = clock.now() - cameAt;
      if (answer && isFrame(entry) && waitedMs < budgetMs) {
        isBlocked = true;
        until(budgetMs - waitedMs, () => {
          isBlocked = false;
          proceed();
        });
        return;
      }
      waiting.shift();
      if (answer && isFrame(entry)) bypass(entry, { reason: 'busy', durationMs: waitedMs });
      else take(entry, waitedMs);
    }
    finish();
  };

  const finish = (): void => {
    if (!done || isBlocked || waiting.length > 0) return;
    forget();
    done();
  };

  return {
    timing,
    push(entry) {
      if (!isBlocked && !answer) return take(entry, 0);
      waiting.push({ entry, cameAt: clock.now() });
      proceed();
    },
    end(action) {
      done = action;
      finish();
    },
    stop() {
      waiting = [];
      forget();
    },
  };
};
