import {
  concatMap,
  count,
  EMPTY,
  filter,
  finalize,
  ignoreElements,
  last,
  map,
  merge,
  NEVER,
  Observable,
  of,
  Subject,
  switchMap,
  take,
  takeUntil,
  takeWhile,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { closes, type Marbles, opens, refused, rejects, scriptedPlayout, scriptedProvider } from '../../marbles/index.js';
import { ofType } from '../../operators/ofType.js';
import { realtime } from '../../operators/realtime.js';
import type { Epic, Gate } from '../../src/epic.js';
import { AudioError, type EngineError } from '../../src/errors.js';
import type { Command, PlayoutEvent, VoiceEvent } from '../../src/events.js';
import type { OpenSocket, ParsedEvent } from '../../src/providers/provider.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import type { ServerEvent } from '../../src/wire/server-event.js';
import { marbles } from '../marbles.js';

const created: ServerEvent = { type: 'session.created', event_id: 'event_1', session: { type: 'realtime', id: 'sess_1' } };
const append: ClientEvent = { type: 'input_audio_buffer.append', audio: 'AAAA' };
const manual: ClientEvent = { type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } };
const truncate: ClientEvent = { type: 'conversation.item.truncate', item_id: 'item_1', content_index: 0, audio_end_ms: 20 };
const ask: ClientEvent = { type: 'response.create' };
const answering: ServerEvent = {
  type: 'response.created',
  event_id: 'event_2',
  response: { id: 'resp_1', status: 'in_progress' },
};
const answered: ServerEvent = { type: 'response.done', event_id: 'event_3', response: { id: 'resp_1', status: 'completed' } };
const audio = (samples: number): ServerEvent => ({
  type: 'response.output_audio.delta',
  event_id: 'event_4',
  response_id: 'resp_1',
  item_id: 'item_1',
  output_index: 0,
  content_index: 0,
  delta: Buffer.alloc(samples * 2).toString('base64'),
});
const audioDone: ServerEvent = {
  type: 'response.output_audio.done',
  event_id: 'event_5',
  response_id: 'resp_1',
  item_id: 'item_1',
  output_index: 0,
  content_index: 0,
};
const steps = { o: opens, c: created, r: answering, d: answered, a: audio(960), e: audioDone, x: closes(1006), k: closes(3000) };

/** One letter an event, so that a stream of events can be drawn. */
const letter = (event: VoiceEvent): string =>
  ({
    'connection.starting': 's',
    'session.created': 'c',
    'connection.established': 'E',
    'connection.failed': 'F',
    'connection.lost': 'L',
    'connection.closed': 'C',
    'response.created': 'r',
    'response.output_audio.delta': 'a',
    'response.output_audio.done': 'e',
    'response.done': 'd',
    'playout.started': 'p',
    'playout.progress': 'P',
    'playout.item_done': 'i',
    'playout.drained': 'D',
    'diagnostic.epic_failed': 'b',
    'diagnostic.command_unsupported': 'u',
    'diagnostic.command_failed': 'w',
    'diagnostic.gate_failed': 'g',
    'diagnostic.malformed_event': 'm',
    'speech.started': '1',
    'speech.stopped': '2',
    error: 'x',
  })[event.type as string] ?? '?';
const started: VoiceEvent = { type: 'speech.started', position: 0 };
const stopped: VoiceEvent = { type: 'speech.stopped', position: 480, durationMs: 20 };

const typeOf = (entry: unknown): string => (entry as { type: string }).type;

/** Commands that were sent, by type. */
const wire = {
  a: 'input_audio_buffer.append',
  q: 'response.create',
  u: 'session.update',
  t: 'conversation.item.truncate',
};

describe('realtime: what it takes', () => {
  const count = [0, -1, Number.NaN];
  const time = [-1, Number.NaN];
  it.each([
    ...count.map((firstAttempts) => ({ firstAttempts })),
    ...count.slice(1).map((attempts) => ({ attempts })),
    ...time.map((withinMs) => ({ withinMs })),
  ])('refuses to connect again with %o', (reconnect) => {
    expect(() => realtime(scriptedProvider(EMPTY), { openSocket: () => EMPTY, reconnect })).toThrow(RangeError);
  });

  it('may try for ever', () => {
    const ever = Number.POSITIVE_INFINITY;
    const reconnect = { firstAttempts: ever, attempts: ever, withinMs: ever };
    expect(() => realtime(scriptedProvider(EMPTY), { openSocket: () => EMPTY, reconnect })).not.toThrow();
  });
});

describe('realtime: connecting', () => {
  it(
    'connects on subscribe, is ready on session.created and not on open, and sends what came before in order',
    marbles((t) => {
      const service = scriptedProvider(t.cold('--o--c', steps));
      const source = t.hot<Command>('              a-q-----------', { a: append, q: ask });
      const socket = '                          ^------------!';
      const sub = '                             ^------------!';
      const sent = '                            -----(aq)';
      const events = '                          s----(cE)';

      t.expectObservable(source.pipe(realtime(service, service), map(letter)), sub).toBe(events);
      t.expectObservable(service.sent$.pipe(map(typeOf))).toBe(sent, wire);
      t.expectSubscriptions(service.subscriptions).toBe(socket);
    }),
  );

  it(
    'sends the settings of the provider ahead of all that was held',
    marbles((t) => {
      const service = scriptedProvider(t.cold('-oc', steps), { session: { type: 'realtime', instructions: 'Be brief.' } });
      const source = t.hot<Command>('              a--------', { a: append });

      t.expectObservable(source.pipe(realtime(service, service), map(letter)), '^----!').toBe('s-(cE)');
      t.expectObservable(service.sent$.pipe(map(typeOf))).toBe('--(ua)', wire);
    }),
  );

  it(
    'tells how long it took to be ready',
    marbles((t) => {
      const service = scriptedProvider(t.cold('--o--c', steps));
      const established$ = NEVER.pipe(
        realtime(service, service),
        ofType<VoiceEvent, 'connection.established'>('connection.established'),
      );

      t.expectObservable(established$.pipe(map(({ latencyMs, connectionId }) => [latencyMs, connectionId])), '^-------!').toBe(
        '-----e',
        {
          e: [100, 'sess_1'],
        },
      );
    }),
  );

  const failing = (title: string, diagram: string, expected: string, error: object) =>
    it(
      title,
      marbles((t) => {
        const values = { ...steps, q: rejects(401), w: rejects(429, { 'retry-after': '2' }), v: rejects(503) };
        const service = scriptedProvider(t.cold(diagram, values, refused()));
        const source = t.hot<Command>('a-------', { a: append });

        t.expectObservable(source.pipe(realtime(service, { ...service, reconnect: false }), map(letter))).toBe(
          expected,
          undefined,
          expect.objectContaining(error),
        );
        t.expectObservable(service.sent$).toBe('-');
      }),
    );

  failing('errors with refused when nobody listens', '--#', 's-(F#)', { code: 'refused', retryable: true });
  failing('errors with unauthorized on a 401', '--q', 's-(F#)', { _tag: 'AuthenticationError', code: 'unauthorized' });
  failing('errors with rate_limited and the wait on a 429', '--w', 's-(F#)', { code: 'rate_limited', retryAfterMs: 2000 });
  failing('errors with http on a 503', '--v', 's-(F#)', { code: 'http', retryable: true });
  failing('errors with unauthorized on a close with 3000 after the 101', '-o-k', 's--(F#)', { _tag: 'AuthenticationError' });
  failing('errors with timeout when an open socket is silent for 5 s', '-o', 's 5s (F#)', { code: 'timeout', retryable: true });

  it(
    'errors with lost when the connection ends in mid-session and is not to be made again, and lets go of everything',
    marbles((t) => {
      const service = scriptedProvider(t.cold('-oc---x', steps));
      const source = t.hot<Command>('              -------');
      const subs = '                                ^-----!';
      const events = '                              s-(cE)(L#)';

      const lost = expect.objectContaining({ _tag: 'ConnectionError', code: 'lost' });
      t.expectObservable(source.pipe(realtime(service, { ...service, reconnect: false }), map(letter))).toBe(
        events,
        undefined,
        lost,
      );
      t.expectSubscriptions(source.subscriptions).toBe(subs);
      t.expectSubscriptions(service.subscriptions).toBe(subs);
    }),
  );
});

/** What a run emits, each with its moment: `s@0 c@20 … |@300`. For moments at which too much happens to draw. */
const trace = (events$: Observable<VoiceEvent>, { now, flush }: Pick<Marbles, 'now' | 'flush'>): string => {
  const seen: string[] = [];
  const note = (what: string): unknown => seen.push(`${what}@${now()}`);
  events$.subscribe({
    next: (event) => note(letter(event)),
    error: (error: unknown) => note(`#${(error as EngineError).code}`),
    complete: () => note('|'),
  });
  flush();
  return seen.join(' ');
};

describe('realtime: ending', () => {
  it(
    'waits for the open response when its source has completed, then closes and completes',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc---r---d', steps));
      const source = t.hot<Command>('          -----q|', { q: ask });
      const events = '                          s(cE)r---(dC|)';
      const socket = '                          ^--------!';

      t.expectObservable(source.pipe(realtime(service, service), map(letter))).toBe(events);
      t.expectSubscriptions(service.subscriptions).toBe(socket);
    }),
  );

  it(
    'waits for commands that are held until the session is ready',
    marbles((t) => {
      const service = scriptedProvider(t.cold('o---c-', steps));
      const source = t.hot<Command>('          (ut|)', { u: manual, t: truncate });
      const events = '                          s---(cEC|)';
      const sent = '                            ----(ut)';

      t.expectObservable(source.pipe(realtime(service, service), map(letter))).toBe(events);
      t.expectObservable(service.sent$.pipe(map(typeOf))).toBe(sent, wire);
    }),
  );

  it(
    'waits until the playout has sounded',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc----r(aed)', steps));
      const source = t.hot<Command>('          -----q|', { q: ask });
      const run = source.pipe(realtime(service, { ...service, playout: scriptedPlayout() }));

      // the answer is 40 ms long, and comes in one piece
      expect(trace(run, t)).toBe('s@0 c@20 E@20 r@120 a@140 e@140 d@140 p@160 P@160 P@180 i@180 D@180 C@180 |@180');
    }),
  );

  it(
    'counts received audio as sounding where it has a playout, and where it has none not',
    marbles((t) => {
      const sounding = (config: { readonly playout?: ReturnType<typeof scriptedPlayout> }): readonly boolean[] => {
        const seen: boolean[] = [];
        const look: Epic = (events$, state) =>
          events$.pipe(
            ofType('response.output_audio.delta', 'response.done'),
            tap(() => seen.push(state().playout.isSounding)),
            ignoreElements(),
          );
        const service = scriptedProvider(t.cold('ocr(ad)', steps));
        t.expectObservable(
          NEVER.pipe(realtime(service, { ...service, ...config, epics: [look] }), ignoreElements()),
          '^------!',
        ).toBe('-');
        return seen;
      };
      const [silent, playing] = [sounding({}), sounding({ playout: scriptedPlayout() })];
      t.flush();
      expect([silent, playing]).toEqual([
        [false, false],
        [true, true],
      ]);
    }),
  );

  it(
    'lingers for 1 s when the service holds audio in which it may find the end of a turn',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc', steps));
      const source = t.hot<Command>('          --a|', { a: append });

      expect(trace(source.pipe(realtime(service, service)), t)).toBe('s@0 c@20 E@20 C@1060 |@1060');
    }),
  );

  it(
    'answers a turn that the service finds while it lingers',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc 480ms r--d', steps));
      const source = t.hot<Command>('          --a|', { a: append });

      expect(trace(source.pipe(realtime(service, service)), t)).toBe('s@0 c@20 E@20 r@520 d@580 C@1580 |@1580');
    }),
  );

  it(
    'ends at once on connection.close',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc---r-', steps));
      const source = t.hot<Command>('          -----q---x---', { q: ask, x: { type: 'connection.close' } });
      const subs = '                            ^--------!';

      t.expectObservable(source.pipe(realtime(service, service), map(letter))).toBe('s(cE)r---(C|)');
      t.expectSubscriptions(source.subscriptions).toBe(subs);
      t.expectSubscriptions(service.subscriptions).toBe(subs);
    }),
  );

  it(
    'says goodbye where the protocol has a word for it, and waits for the answer',
    marbles((t) => {
      const bye = '{"type":"session.close"}';
      const isLast = (event: ParsedEvent): boolean => event.type === 'session.closed';
      const service = scriptedProvider(({ sent$ }) =>
        merge(
          t.cold('oc', steps),
          sent$.pipe(
            ofType<ClientEvent, 'session.close'>('session.close'),
            switchMap(() => t.cold<ServerEvent>('--z', { z: { type: 'session.closed', event_id: 'event_9' } })),
          ),
        ),
      );
      const polite = { ...service, protocol: () => ({ ...service.protocol(), farewell: { frame: bye, isLast } }) };
      const source = t.hot<Command>('---|');

      expect(trace(source.pipe(realtime(polite, polite)), t)).toBe('s@0 c@20 E@20 ?@100 C@100 |@100');
    }),
  );

  it(
    'errors when its source does, and lets go of everything',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc-----', steps));
      const source = t.hot<Command>('          -----#');
      const subs = '                            ^----!';

      t.expectObservable(source.pipe(realtime(service, service), map(letter))).toBe('s(cE)#');
      t.expectSubscriptions(service.subscriptions).toBe(subs);
    }),
  );

  it(
    'errors when the playout does',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc-----', steps));
      const lost = new AudioError('gone', { code: 'device_lost' });
      const playout = () => t.cold<PlayoutEvent>('-----#', {}, lost);

      t.expectObservable(NEVER.pipe(realtime(service, { ...service, playout }), map(letter))).toBe('s(cE)#', undefined, lost);
      t.expectSubscriptions(service.subscriptions).toBe('^----!');
    }),
  );

  it(
    'ends source, epics, playout and socket, in that order, when it is unsubscribed',
    marbles((t) => {
      const order: string[] = [];
      const noted = <T>(name: string, stream$: Observable<T>): Observable<T> => stream$.pipe(finalize(() => order.push(name)));
      const service = scriptedProvider(NEVER);
      const openSocket: OpenSocket = (request) => noted('socket', service.openSocket(request));
      const epic =
        (name: string): Epic =>
        () =>
          noted(name, NEVER);
      const run = noted('source', NEVER).pipe(
        realtime(service, { openSocket, turns: epic('turns'), epics: [epic('epic')], playout: () => noted('playout', NEVER) }),
      );

      t.expectObservable(run.pipe(map(letter)), '^--!').toBe('s---');
      t.flush();
      expect(order).toEqual(['source', 'turns', 'epic', 'playout', 'socket']);
    }),
  );

  it(
    'stops a synchronous source when it is unsubscribed in its midst',
    marbles((t) => {
      let count = 0;
      const service = scriptedProvider(NEVER);
      const source = new Observable<VoiceEvent>((subscriber) => {
        while (!subscriber.closed && count < 1000) {
          count++;
          subscriber.next(started);
        }
      });

      t.expectObservable(source.pipe(realtime(service, service), take(3), map(letter))).toBe('(s11|)');
      t.flush();
      expect(count).toBe(2);
    }),
  );

  it(
    'runs anew for each subscriber',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc-', steps));
      const run = t.cold<VoiceEvent>('-----|').pipe(realtime(service, service), map(letter));

      t.expectObservable(run).toBe('s(cE)(C|)');
      t.expectObservable(run, '--^----------!').toBe('--s(cE)(C|)');
      t.expectSubscriptions(service.subscriptions).toBe(['^----!', '--^----!']);
    }),
  );
});

describe('realtime: ending, when something is amiss', () => {
  const playing = (diagram: string, more: object, t: Marbles): string => {
    const service = scriptedProvider(t.cold(diagram, { ...steps, ...more }));
    const source = t.hot<Command>('-----q|', { q: ask });
    return trace(source.pipe(realtime(service, { ...service, playout: scriptedPlayout() })), t);
  };

  it(
    'ends when the playout has overtaken the service',
    marbles((t) => {
      expect(playing('oc----r(aa) 500ms (ed)', {}, t)).toMatch(/P@\d+ .*d@(\d+) .*\|@\1$/);
    }),
  );

  it.each([
    ['empty', ''],
    ['no base64', '§§§§'],
  ])('ends after audio that is %s', (_, payload) => {
    marbles((t) => {
      const broken = { ...(audio(1) as object), delta: payload } as ServerEvent;
      expect(playing('oc----rb(ed)', { b: broken }, t)).toMatch(/\|@\d+$/);
    })();
  });

  it(
    'ends after a command that the provider does not have',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc', steps));
      const poor = { ...service, protocol: () => ({ ...service.protocol(), serialize: () => undefined }) };
      const source = t.hot<Command>('-----q|', { q: ask });

      expect(trace(source.pipe(realtime(poor, poor)), t)).toBe('s@0 c@20 E@20 u@100 C@120 |@120');
    }),
  );

  it(
    'drops a command that cannot be written, says so, and goes on',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc', steps));
      const endless: { item?: unknown } = {};
      endless.item = endless;
      const source = t.hot<Command>('-----xt|', {
        x: { type: 'conversation.item.create', item: endless } as Command,
        t: truncate,
      });

      t.expectObservable(source.pipe(realtime(service, service), map(letter))).toBe('s(cE)w-(C|)');
      t.expectObservable(service.sent$.pipe(map(typeOf))).toBe('------t', wire);
    }),
  );

  it(
    'lingers no longer for what does not concern the conversation',
    marbles((t) => {
      const service = scriptedProvider(
        t.cold('oc 480ms p 480ms p 480ms p', { ...steps, p: { type: 'ping', event_id: 'e' } as ServerEvent }),
      );
      const source = t.hot<Command>('          --a|', { a: append });

      expect(trace(source.pipe(realtime(service, service)), t)).toMatch(/C@1060 \|@1060$/);
    }),
  );

  const leaving = { farewell: { frame: '{"type":"session.close"}', isLast: () => false } };
  it(
    'ends well when the service closes instead of saying goodbye, and sends nothing more meanwhile',
    marbles((t) => {
      const service = scriptedProvider(({ sent$ }) =>
        merge(
          t.cold('oc', steps),
          sent$.pipe(
            ofType('session.close'),
            switchMap(() => t.cold('--k', { k: closes(1000) })),
          ),
        ),
      );
      const polite = { ...service, protocol: () => ({ ...service.protocol(), ...leaving }) };
      const source = t.hot<Command>('-----xttt', { x: { type: 'connection.close' }, t: truncate });

      t.expectObservable(source.pipe(realtime(polite, polite), map(letter))).toBe('s(cE)--(C|)');
      t.expectObservable(service.sent$.pipe(map(typeOf))).toBe('-----z', { z: 'session.close' });
    }),
  );

  it(
    'ends well after 1 s when the service does not answer the goodbye',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc', steps));
      const polite = { ...service, protocol: () => ({ ...service.protocol(), ...leaving }) };

      expect(trace(t.hot<Command>('-----|').pipe(realtime(polite, polite)), t)).toBe('s@0 c@20 E@20 C@1100 |@1100');
    }),
  );

  it(
    'opens nothing for a subscriber that has enough of the first event',
    marbles((t) => {
      const service = scriptedProvider(NEVER);
      const source = t.cold<Command>('---');

      t.expectObservable(source.pipe(realtime(service, service), take(1), map(letter))).toBe('(s|)');
      t.expectSubscriptions(service.subscriptions).toBe([]);
      t.expectSubscriptions(source.subscriptions).toBe([]);
    }),
  );

  it(
    'sends nothing after it was unsubscribed within an event',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc---r', steps));
      const untilAnswer: Gate = ({ conversation }, { type }) =>
        type === 'response.cancel' && conversation.activeResponseId === undefined ? 'hold' : 'send';
      const source = t.hot<Command>('-----c', { c: { type: 'response.cancel' } });
      const run = source.pipe(
        realtime(service, { ...service, gates: [untilAnswer] }),
        takeWhile(({ type }) => type !== 'response.created'),
      );

      t.expectObservable(run.pipe(map(letter))).toBe('s(cE)|');
      t.expectObservable(service.sent$).toBe('-');
    }),
  );

  it(
    'errors with a class and a code, whatever the provider throws',
    marbles((t) => {
      const service = scriptedProvider(NEVER, { request: () => throwError(() => new TypeError('bug')) });
      const none = scriptedProvider(NEVER, { request: () => EMPTY });

      t.expectObservable(NEVER.pipe(realtime(service, { ...service, reconnect: false }), map(letter))).toBe(
        '(sF#)',
        undefined,
        expect.objectContaining({ code: 'missing_key' }),
      );
      t.expectObservable(NEVER.pipe(realtime(none, none), map(letter))).toBe(
        '(sF#)',
        undefined,
        expect.objectContaining({ code: 'invalid_config' }),
      );
    }),
  );

  it(
    'errors when its source errors with nothing',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc', steps));
      const source = t.hot('-----x').pipe(switchMap(() => new Observable<never>((subscriber) => subscriber.error())));
      const codes: unknown[] = [];
      source
        .pipe(realtime(service, service))
        .subscribe({ error: (error: unknown) => codes.push(error), complete: () => codes.push('completed') });
      t.flush();
      expect(codes).toEqual([undefined]);
    }),
  );

  it(
    'tells what is said of a failure in response.done alone',
    marbles((t) => {
      const failed: ServerEvent = { type: 'response.done', event_id: 'e', response: { id: 'resp_1', status: 'failed' } };
      const service = scriptedProvider(t.cold('oc---f', { ...steps, f: failed }));
      const failure$ = NEVER.pipe(
        realtime(service, service),
        ofType<VoiceEvent, 'diagnostic.response_failed'>('diagnostic.response_failed'),
      );

      t.expectObservable(failure$.pipe(map(({ error }) => error.code)), '^------!').toBe('-----f', { f: 'server_error' });
    }),
  );

  it(
    'passes through closing on its way to closed',
    marbles((t) => {
      const seen: string[] = [];
      const service = scriptedProvider(t.cold('oc', steps));
      const watch: Epic = (_, state) =>
        t.cold('-------w').pipe(
          tap(() => seen.push(state().connection.status)),
          ignoreElements(),
        );
      const polite = { ...service, protocol: () => ({ ...service.protocol(), ...leaving }) };
      const source = t.hot<Command>('-----x', { x: { type: 'connection.close' } });
      source.pipe(realtime(polite, { ...polite, epics: [watch] })).subscribe();
      t.flush();
      expect(seen).toEqual(['closing']);
    }),
  );
});

describe('realtime: order', () => {
  it(
    'gives each event to the state, the epics in their order, the playout and the subscriber, and what they cause after it',
    marbles((t) => {
      const order: string[] = [];
      const service = scriptedProvider(t.cold('oc', steps));
      const note =
        (name: string, answer?: VoiceEvent): Epic =>
        (events$, state) =>
          events$.pipe(
            ofType('speech.started'),
            tap(() => order.push(`${name} (${state().connection.status})`)),
            switchMap(() => (answer ? [answer] : [])),
          );
      const epics = [
        note('first', stopped),
        (events$) =>
          events$.pipe(
            ofType('speech.stopped'),
            tap(() => order.push('caused')),
            ignoreElements(),
          ),
      ] satisfies Epic[];
      const source = t.hot('-----1-', { 1: started });
      const run = source.pipe(
        realtime(service, { ...service, turns: note('turns'), epics }),
        tap((event) => order.push(`app ${letter(event)}`)),
      );

      t.expectObservable(run.pipe(map(letter)), '^------!').toBe('s(cE)(12)');
      t.flush();
      expect(order.slice(3)).toEqual(['turns (ready)', 'first (ready)', 'app 1', 'caused', 'app 2']);
    }),
  );

  it(
    'appends what a synchronous socket answers to a command, and never nests it',
    marbles((t) => {
      const service = scriptedProvider(({ sent$ }) =>
        merge(t.cold('oc', steps), sent$.pipe(switchMap(() => [answering, answered]))),
      );
      const echo: Epic = (events$) =>
        events$.pipe(
          ofType('speech.started'),
          switchMap(() => [ask, stopped]),
        );
      const source = t.hot('-----1-', { 1: started });

      t.expectObservable(source.pipe(realtime(service, { ...service, turns: echo }), map(letter)), '^------!').toBe(
        's(cE)(12rd)',
      );
    }),
  );

  it(
    'does as its subscriber says while an event is being delivered, after it',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc', steps));
      const source = new Subject<VoiceEvent>();
      const seen: string[] = [];
      source.pipe(realtime(service, service), takeUntil(timer(1000))).subscribe((event) => {
        seen.push(`<${letter(event)}`);
        if (event.type === 'connection.established') source.next(started);
        seen.push(`${letter(event)}>`);
      });
      t.flush();
      expect(seen.join(' ')).toBe('<s s> <c c> <E E> <1 1>');
    }),
  );

  it(
    'subscribes all epics before the first event, and takes what they emit on subscription',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc', steps));
      const eager: Epic = () => of(started);
      const later: Epic = (events$) =>
        events$.pipe(
          ofType('speech.started'),
          map(() => stopped),
        );

      t.expectObservable(NEVER.pipe(realtime(service, { ...service, turns: eager, epics: [later] }), map(letter)), '^!').toBe(
        '(1s2)',
      );
    }),
  );

  it(
    'lets one entry cause thousands',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc', steps));
      const flood: Epic = (events$) =>
        events$.pipe(
          ofType('speech.started'),
          concatMap(() => Array.from({ length: 5000 }, () => stopped)),
        );
      const source = t.hot<VoiceEvent>('-----1|', { 1: started });

      t.expectObservable(
        source.pipe(
          realtime(service, { ...service, epics: [flood] }),
          filter(({ type }) => type === 'speech.stopped'),
          count(),
        ),
      ).toBe('------(n|)', { n: 5000 });
    }),
  );

  it(
    'errors with epic_loop when epics feed each other without end',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc', steps));
      const loop: Epic = (events$) =>
        events$.pipe(
          ofType('speech.started'),
          map(() => started),
        );
      const source = t.hot('-----1-', { 1: started });
      const run = source.pipe(realtime(service, { ...service, epics: [loop] }), last());

      t.expectObservable(run).toBe('-----#', undefined, expect.objectContaining({ _tag: 'StreamError', code: 'epic_loop' }));
    }),
  );
});

describe('realtime: epics and gates', () => {
  it(
    'starts an epic that throws once more, and lets the others live',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc', steps));
      const failing: Epic = (events$) =>
        events$.pipe(
          ofType('speech.started'),
          map((): VoiceEvent => {
            throw new Error('bug');
          }),
        );
      const steady: Epic = (events$) =>
        events$.pipe(
          ofType('speech.started'),
          map(() => stopped),
        );
      const source = t.hot('-----1----1----1---', { 1: started });
      const events = '      s(cE)(1b2)(1b2)(12)';
      const sub = '         ^------------------!';

      const run = source.pipe(realtime(service, { ...service, epics: [failing, steady] }), map(letter));
      t.expectObservable(run, sub).toBe(events);
    }),
  );

  it(
    'errors when an epic says what is no command and no event',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc', steps));
      const silent: Epic = (events$) =>
        events$.pipe(
          ofType('speech.started'),
          map(() => undefined as unknown as VoiceEvent),
        );
      const run = t.hot('-----1', { 1: started }).pipe(realtime(service, { ...service, epics: [silent] }));

      t.expectObservable(run.pipe(ignoreElements())).toBe('-----#', undefined, expect.objectContaining({ code: 'protocol' }));
    }),
  );

  it(
    'holds what a gate holds, asks again after each event in order, and drops what it drops',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc', steps));
      const untilSpeech: Gate = ({ conversation }, command) =>
        command.type === 'response.cancel'
          ? 'drop'
          : command.type === 'conversation.item.truncate' && !conversation.session
            ? 'hold'
            : 'send';
      const source = t.hot<Command>('-----tcu', { t: truncate, c: { type: 'response.cancel' }, u: manual });

      t.expectObservable(
        source.pipe(realtime(service, { ...service, gates: [untilSpeech] }), ignoreElements()),
        '^-------!',
      ).toBe('--------');
      t.expectObservable(service.sent$.pipe(map(typeOf))).toBe('-----t-u', wire);
    }),
  );

  it(
    'tells once of a gate that throws, and sends what it threw at',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc', steps));
      const broken: Gate = () => {
        throw new Error('bug');
      };
      const source = t.hot<Command>('-----ttt', { t: truncate });

      t.expectObservable(source.pipe(realtime(service, { ...service, gates: [broken] }), map(letter)), '^--------!').toBe(
        's(cE)g',
      );
      t.expectObservable(service.sent$.pipe(map(typeOf))).toBe('-----ttt', wire);
    }),
  );

  it(
    'gives each command an id by which it can be refused, and each session its type',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc', steps));
      const source = t.hot<Command>('-----tu', {
        t: truncate,
        u: { type: 'session.update', session: { instructions: 'Be brief.' } },
      });

      t.expectObservable(source.pipe(realtime(service, service), ignoreElements()), '^-------!').toBe('-');
      t.expectObservable(service.sent$).toBe('-----tu', {
        t: { event_id: 'rxvox_1', ...truncate },
        u: { event_id: 'rxvox_2', type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } },
      });
    }),
  );

  it(
    'sends one response.create at a time, the next after the first is done',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc----r----d', steps));
      const source = t.hot<Command>('          -----qq-----', { q: ask });
      const sent = '                            -----q-----q';

      t.expectObservable(source.pipe(realtime(service, service), ignoreElements()), '^------------!').toBe('-');
      t.expectObservable(service.sent$.pipe(map(typeOf))).toBe(sent, wire);
    }),
  );

  it(
    'reports a command that the provider does not have',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc', steps));
      const poor = { ...service, protocol: () => ({ ...service.protocol(), serialize: () => undefined }) };
      const source = t.hot<Command>('-----t-', { t: truncate });

      t.expectObservable(source.pipe(realtime(poor, poor), map(letter)), '^------!').toBe('s(cE)u');
    }),
  );
});
