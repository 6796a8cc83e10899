import { filter, map, switchMap, timer } from 'rxjs';
import type { Millis } from '../src/audio.js';
import type { Epic } from '../src/epic.js';
import { ofType } from './ofType.js';

/** As long as a turn may take to be answered, before it is taken for none: nobody is to wait in silence for longer. */
const patienceMs: Millis = 1000;

/** The epic that keeps answers from waiting for slow tools: says `tool.overdue` when calls are open a second after the last one was taken on. */
export const overdueTools: Epic = (events$, state) =>
  events$.pipe(
    ofType('tool.invoked'),
    switchMap(() => timer(patienceMs)),
    filter(() => state().tools.openCount > 0),
    map(() => ({ type: 'tool.overdue' })),
  );
