import { concat, concatMap, defer, map, type Observable, type OperatorFunction, of, takeWhile, timer } from 'rxjs';
import { clock } from '../clock.js';
import { type EventFault, isHandshakeFault } from './fault.js';
import { type FaultPlan, happensTo } from './fault-plan.js';
import { seedOf } from './random.js';
import { isLast, type ServerStep } from './server-step.js';
import { freshMemory, type Late, release, stage } from './stage.js';

/** The faults of a plan that a connection can meet once it is open, with the numbers that they have in the plan. */
const meeting = ({ faults }: FaultPlan, connection: number): readonly (readonly [number, EventFault])[] =>
  faults.flatMap((fault, index) => (!isHandshakeFault(fault) && happensTo(fault, connection) ? [[index, fault] as const] : []));

/** Whether the plan has anything for this connection once it is open. */
export const hasFaults = (plan: FaultPlan, connection: number): boolean => meeting(plan, connection).length > 0;

/**
 * Lets faults happen to what a server says over one connection.
 *
 * Each step goes through the faults in their order. Late steps hold up those behind them, as in a stream of bytes.
 * Completes with the source, once all that was held back or delayed has come, and after a step that ends the connection.
 *
 * @param connection Number of the connection, from 1.
 */
export const injectFaults =
  (plan: FaultPlan, connection: number): OperatorFunction<ServerStep, ServerStep> =>
  (steps$) =>
    defer(() => {
      const faults = meeting(plan, connection).map(([index, fault]) => ({
        fault,
        memory: freshMemory(seedOf(plan.seed, connection, index)),
      }));

      /** Sends steps through the faults from one of them on. */
      const through = (late: readonly Late[], from: number): readonly Late[] => {
        let now = late;
        for (const entry of faults.slice(from)) {
          now = now.flatMap((each) => {
            const [memory, next] = stage(entry.fault, entry.memory, each);
            entry.memory = memory;
            return next;
          });
        }
        return now;
      };

      /** What was held back, where nothing more will overtake it. */
      const rest = (): readonly Late[] =>
        faults.flatMap((entry, index) => {
          const [memory, freed] = release(entry.memory);
          entry.memory = memory;
          return through(freed, index + 1);
        });

      return concat(steps$.pipe(concatMap((step) => through([{ step, lateMs: 0 }], 0))), defer(rest)).pipe(
        inTime,
        takeWhile((step) => !isLast(step), true),
      );
    });

/** Each step when it is due, and none before the one ahead of it. One timer at a time. */
const inTime = (late$: Observable<Late>): Observable<ServerStep> =>
  late$.pipe(
    map(({ step, lateMs }) => ({ step, dueMs: clock.now() + lateMs, isLate: lateMs > 0 })),
    concatMap(({ step, dueMs, isLate }) => {
      const wait = isLate ? dueMs - clock.now() : 0;
      return wait > 0 ? timer(wait).pipe(map(() => step)) : of(step);
    }),
  );
