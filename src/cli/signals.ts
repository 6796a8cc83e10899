import { constants } from 'node:os';
import { fromEvent, map, merge, type Observable } from 'rxjs';

const names = ['SIGINT', 'SIGTERM'] as const;

/** What asks a command to end. */
export type EndSignal = (typeof names)[number];

/** Each request to end, as it comes. While somebody listens they end nothing by themselves. */
export const endSignals = (): Observable<EndSignal> =>
  merge(...names.map((name) => fromEvent(process, name).pipe(map(() => name))));

/** What a shell says of a program that ended by a signal: 130 or 143. */
export const codeOfSignal = (signal: EndSignal): number => 128 + constants.signals[signal];
