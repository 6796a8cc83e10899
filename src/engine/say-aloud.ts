import { concatMap, EMPTY, filter, map, merge, type Observable, of, switchMap, take, tap, throwIfEmpty } from 'rxjs';
import type { Millis } from '../audio.js';
import { EngineError } from '../errors.js';
import type { VoiceEvent } from '../events.js';
import { wait } from '../wait.js';
import type { ClientEventOf } from '../wire/client-event.js';
import type { ServerEventOf } from '../wire/server-event.js';
import { refusal } from './event-failure.js';
import { joined } from './joined.js';

/** The key of `metadata` under which an out-of-band response is known. */
const nameKey = 'rxvox_say';

/** Asks for a text to be said word for word, beside the conversation: it knows nothing of it, and nothing of it stays in it. */
export const sayAloud = (text: string, name: string): ClientEventOf<'response.create'> => ({
  type: 'response.create',
  event_id: name,
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
 * (`timeout`), when it was cancelled or comes to nothing (`cancelled`, `server_error`), with `StreamError` when the provider refuses it (`invalid_request`).
 */
export const saidAloud = (
  event$: Observable<VoiceEvent>,
  { name, timeoutMs, decode }: SaidAloudConfig,
): Observable<Int16Array> => {
  const refused$ = event$.pipe(
    concatMap((event) => {
      if (event.type === 'error' && event.error.event_id === name) throw refusal(event.error);
      return [];
    }),
  );
  const late$ = wait(timeoutMs).pipe(
    map(() => {
      throw failure(`it was not said within ${timeoutMs} ms`, 'timeout');
    }),
  );
  const said$ = event$.pipe(
    filter((event): event is ServerEventOf<'response.created'> => event.type === 'response.created'),
    filter((event) => nameOf(event) === name),
    take(1),
    switchMap(({ response: { id } }) => partsOf(event$, id ?? '', decode)),
    throwIfEmpty(() => failure('it was not said to the end', 'cancelled')),
  );
  return merge(refused$, late$, said$).pipe(take(1));
};

export interface SaidAloudConfig {
  readonly name: string;
  readonly timeoutMs: Millis;
  /** Samples of a delta; none where it is no audio. */
  readonly decode: (delta: string) => Int16Array | undefined;
}

const partsOf = (event$: Observable<VoiceEvent>, id: string, decode: SaidAloudConfig['decode']): Observable<Int16Array> => {
  const parts: Int16Array[] = [];
  return event$.pipe(
    tap((event) => {
      if (event.type === 'response.output_audio.delta' && event.response_id === id) parts.push(decode(event.delta) ?? none);
    }),
    filter((event) => event.type === 'response.done' && event.response.id === id),
    take(1),
    switchMap((event) => {
      if (event.type !== 'response.done' || event.response.status !== 'completed') return EMPTY;
      if (parts.length === 0) throw failure('the provider said nothing', 'server_error');
      return of(joined(parts));
    }),
  );
};

const none = new Int16Array(0);

const failure = (message: string, code: 'timeout' | 'cancelled' | 'server_error'): EngineError =>
  new EngineError(`textToAudioResponse: ${message}`, { code, retryable: true });
