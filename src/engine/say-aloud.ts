import {
  concat,
  concatMap,
  filter,
  merge,
  mergeMap,
  type Observable,
  of,
  reduce,
  switchMap,
  take,
  takeWhile,
  throwError,
} from 'rxjs';
import type { Millis } from '../audio.js';
import { EngineError } from '../errors.js';
import type { VoiceEvent } from '../events.js';
import { wait } from '../wait.js';
import type { ClientEventOf } from '../wire/client-event.js';
import type { ServerEventOf } from '../wire/server-event.js';
import { joined } from './joined.js';

/** The key of `metadata` under which an out-of-band response is known. */
const nameKey = 'rxvox_say';

/** Asks for a text to be said word for word, beside the conversation: it knows nothing of it, and nothing of it stays in it. */
export const sayAloud = (text: string, name: string): ClientEventOf<'response.create'> => ({
  type: 'response.create',
  response: {
    conversation: 'none',
    metadata: { [nameKey]: name },
    output_modalities: ['audio'],
    tools: [],
    tool_choice: 'none',
    instructions:
      'Say the text that the user has given aloud, word for word, in its language. Say nothing else and do not answer it.',
    input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }],
  },
});

/** The name under which a response was asked for with `sayAloud`. */
export const nameOf = ({ response }: ServerEventOf<'response.created'>): string | undefined => response.metadata?.[nameKey];

/**
 * The audio of the response that was asked for under this name, when it is complete. Emits once; errors with `EngineError` when it takes too long
 * (`timeout`), when it was cancelled or comes to nothing (`cancelled`, `server_error`), when the provider refuses it (`invalid_request`).
 */
export const saidAloud = (
  event$: Observable<VoiceEvent>,
  { name, eventId, timeoutMs, decode }: SaidAloudConfig,
): Observable<Int16Array> => {
  const refused$ = event$.pipe(
    filter((event) => event.type === 'error' && event.error.event_id === eventId),
    switchMap(() => failed('the provider refused to say it', 'invalid_request')),
  );
  const late$ = wait(timeoutMs).pipe(switchMap(() => failed(`it was not said within ${timeoutMs} ms`, 'timeout')));
  const said$ = event$.pipe(
    filter((event): event is ServerEventOf<'response.created'> => event.type === 'response.created'),
    filter((event) => nameOf(event) === name),
    take(1),
    switchMap(({ response: { id } }) => partsOf(event$, id ?? '', decode)),
  );
  return merge(refused$, late$, concat(said$, failed('the conversation ended before', 'cancelled'))).pipe(take(1));
};

export interface SaidAloudConfig {
  readonly name: string;
  /** The `event_id` of the command. */
  readonly eventId: string;
  readonly timeoutMs: Millis;
  /** Samples of a delta; none where it is no audio. */
  readonly decode: (delta: string) => Int16Array | undefined;
}

const partsOf = (event$: Observable<VoiceEvent>, id: string, decode: SaidAloudConfig['decode']): Observable<Int16Array> =>
  event$.pipe(
    takeWhile((event) => !(event.type === 'response.done' && event.response.id === id), true),
    concatMap((event): readonly (Int16Array | 'completed' | 'failed')[] => {
      if (event.type === 'response.output_audio.delta' && event.response_id === id) return [decode(event.delta) ?? none];
      if (event.type !== 'response.done' || event.response.id !== id) return [];
      return [event.response.status === 'completed' ? 'completed' : 'failed'];
    }),
    reduce(({ parts }, part) => (typeof part === 'string' ? { parts, end: part } : { parts: [...parts, part], end: 'lost' }), {
      parts: [] as readonly Int16Array[],
      end: 'lost',
    }),
    mergeMap(({ parts, end }) => {
      if (end !== 'completed') return failed('it was not said to the end', 'cancelled');
      return parts.length > 0 ? of(joined(parts)) : failed('the provider said nothing', 'server_error');
    }),
  );

const none = new Int16Array(0);

const failed = (message: string, code: 'timeout' | 'cancelled' | 'server_error' | 'invalid_request'): Observable<never> =>
  throwError(() => new EngineError(`textToAudioResponse: ${message}`, { code, retryable: code !== 'invalid_request' }));
