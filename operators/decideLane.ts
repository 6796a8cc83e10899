import { filter, map, merge, switchMap } from 'rxjs';
import type { Millis } from '../src/audio.js';
import type { Epic } from '../src/epic.js';
import type { VoiceEvent } from '../src/events.js';
import type { LaneRule } from '../src/lane-rules.js';
import { wait } from '../src/wait.js';
import type { Item } from '../src/wire/item.js';
import { analyzeContext } from './analyzeContext.js';
import { type HysteresisConfig, hysteresis } from './hysteresis.js';
import { ofType } from './ofType.js';

/** Settings of `decideLane`. */
export interface DecideLaneConfig extends HysteresisConfig {
  /**
   * How long what the user said may wait for a decision, in milliseconds from the provider's confirmation that it has it.
   * @default 150
   */
  readonly withinMs?: Millis;
}

/**
 * The epic that looks for the lane that the conversation needs: says `lane.decided` when a rule has found one (`analyzeContext`), `lane.overdue`
 * when none has in time, and `lane.chosen` when the lane is to change (`hysteresis`).
 *
 * `switchLanes` follows `lane.chosen`; with the gate `awaitLane` answers wait until it has. The rules see every event but the assistant's audio.
 *
 * @param rules As for `analyzeContext`.
 * @throws RangeError on call, when `withinMs` or `cooldownMs` is negative, or `bigLaneTimeoutMs` not positive.
 */
export const decideLane = (rules: readonly LaneRule[], { withinMs = 150, ...config }: DecideLaneConfig = {}): Epic => {
  if (!(withinMs >= 0)) throw new RangeError(`decideLane: withinMs must be >= 0, got ${withinMs}`);
  const steady = hysteresis(config);
  const { fast: lane = 'fast' } = config;

  return (events$, state) => {
    const isAwaited = (): boolean => state().lanes.isAwaited && !state().lanes.isOverdue;
    const seen$ = events$.pipe(filter(({ type }) => type !== 'response.output_audio.delta'));
    return merge(
      seen$.pipe(
        analyzeContext(rules, { state, lane }),
        map((decision): VoiceEvent => ({ ...decision, type: 'lane.decided' })),
      ),
      seen$.pipe(
        steady,
        map((decision): VoiceEvent => ({ ...decision, type: 'lane.chosen' })),
      ),
      events$.pipe(
        // No words will come.
        ofType('conversation.item.input_audio_transcription.failed'),
        filter(isAwaited),
        map((): VoiceEvent => ({ type: 'lane.overdue' })),
      ),
      events$.pipe(
        // A refusal is no word about anything, but the last one that comes.
        ofType('input_audio_buffer.committed', 'conversation.item.added', 'conversation.item.created', 'error'),
        filter((event) => isAwaited() && (!('item' in event) || isOfUser(event.item))),
        // What is said next has a time of its own.
        switchMap(() => wait(withinMs)),
        filter(isAwaited),
        map((): VoiceEvent => ({ type: 'lane.overdue' })),
      ),
    );
  };
};

const isOfUser = (item: Item): boolean => item.type === 'message' && item.role === 'user';
