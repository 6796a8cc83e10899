import { lastValueFrom, map, mergeMap, type Observable, takeUntil, timer } from 'rxjs';
import { type Host, startHost } from '../../src/node/host-process.js';
import { micros, stamp, stampOf } from './stamp.js';

/** What to do. */
interface Plan {
  /** What to fork in place of the host of the device. */
  readonly host: string;
  readonly seconds: number;
}

/** Milliseconds that each frame was on its way between the processes. */
export interface HostHop {
  readonly fromDevice: readonly number[];
  readonly toDevice: readonly number[];
}

// The way between rxvox and the process that holds the device, with the real messages in both directions.

const { host: file, seconds } = JSON.parse(process.argv[2] ?? '{}') as Plan;
const fromDevice: number[] = [];
const toDevice: number[] = [];
const measure = ({ reply$, send }: Host): Observable<void> =>
  reply$.pipe(
    map((reply) => {
      if (reply.type === 'taken') toDevice.push(reply.samples / 1000);
      if (reply.type !== 'frame') return;
      fromDevice.push((micros() - stampOf(reply.samples)) / 1000);
      send({ type: 'write', samples: stamp(new Int16Array(reply.samples.length)) });
    }),
  );
const hop$ = startHost({ file, execArgv: [] }).pipe(mergeMap(measure), takeUntil(timer(seconds * 1000)));
await lastValueFrom(hop$, { defaultValue: undefined });
process.send?.({ fromDevice, toDevice } satisfies HostHop, () => process.exit());
