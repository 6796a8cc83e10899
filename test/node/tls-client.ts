// Begins a conversation with each address of its command line, and tells as JSON what came of each: how many attempts, and the error or 'established'.
// A process of its own, for authorities that Node is to trust are read when it starts (NODE_EXTRA_CA_CERTS).
import { catchError, concatMap, from, map, NEVER, of, scan, takeWhile, toArray } from 'rxjs';
import { realtime } from '../../operators/realtime.js';
import type { EngineError } from '../../src/errors.js';
import { openSocket } from '../../src/node/open-socket.js';
import { simulator } from '../../src/providers/simulator.js';

from(process.argv.slice(2))
  .pipe(
    concatMap((url) => {
      let attempts = 0;
      return NEVER.pipe(
        realtime(simulator({ url }), { openSocket }),
        scan((_, event) => {
          if (event.type === 'connection.starting') attempts++;
          return event.type;
        }, ''),
        takeWhile((type) => type !== 'connection.established'),
        toArray(),
        map(() => ({ attempts, outcome: 'established' })),
        catchError((error: unknown) => {
          const { _tag, code, retryable, message } = error as EngineError;
          return of({ attempts, _tag, code, retryable, message });
        }),
      );
    }),
    toArray(),
  )
  .subscribe((outcomes) => process.stdout.write(JSON.stringify(outcomes)));
