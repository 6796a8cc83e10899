import { defer, distinctUntilChanged, filter, map, Observable, startWith } from 'rxjs';
import type { ConversationItem } from '../state/conversation.js';
import { toArray } from '../state/item-list.js';
import type { CostEstimate } from './cost.js';
import type { EngineAccount } from './engine-account.js';
import type { EngineCore } from './engine-core.js';
import type { EngineEvent } from './engine-event.js';
import type { MetricsSummary } from './engine-metrics.js';

/** What there is to be seen of an engine, as streams: hot, over all of its conversations, without an end. */
export interface EngineStreams {
  readonly events$: Observable<EngineEvent>;
  readonly conversation$: Observable<readonly ConversationItem[]>;
  readonly metrics$: Observable<MetricsSummary>;
  readonly cost$: Observable<CostEstimate>;
}

const measured = /^(connection\.|lane\.switched|turn\.|audio\.output_st|playout\.(started|flushed))/;
const spent = /^(response\.done|.*transcription\.completed)$/;

export const engineStreams = ({ emitter, all$, state }: EngineCore, account: EngineAccount): EngineStreams => {
  const after = <T>(types: RegExp, read: () => T): Observable<T> =>
    all$.pipe(
      filter(({ type }) => types.test(type)),
      map(read),
    );
  return {
    events$: new Observable((subscriber) => {
      const id = emitter.on('*', (event) => subscriber.next(event));
      return () => emitter.off(id);
    }),
    conversation$: defer(() =>
      all$.pipe(
        startWith(undefined),
        map(() => state().conversation.items),
        distinctUntilChanged(),
        map(toArray),
      ),
    ),
    metrics$: after(measured, () => account.metrics(state())),
    cost$: after(spent, account.cost).pipe(
      distinctUntilChanged((before, now) => before.total === now.total && before.complete === now.complete),
    ),
  };
};
