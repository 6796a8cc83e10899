import { EMPTY, NEVER, type Observable, of, timer } from 'rxjs';
import { type Marbles, scriptedProvider, scriptedSink } from '../../marbles/index.js';
import { playTo } from '../../operators/playTo.js';
import { type RealtimeConfig, realtime } from '../../operators/realtime.js';
import { runTools } from '../../operators/runTools.js';
import { converse } from '../../src/engine/converse.js';
import type { EngineError } from '../../src/errors.js';
import type { Command, OfType, VoiceEvent } from '../../src/events.js';
import type { Lane } from '../../src/lane.js';
import { explicitRequest, type LaneRule } from '../../src/lane-rules.js';
import type { BreakerConfig } from '../../src/providers/breaker.js';
import { failover } from '../../src/providers/failover.js';
import type { OpenSocket, Provider } from '../../src/providers/provider.js';
import { toArray } from '../../src/state/item-list.js';
import { initialState, sessionState } from '../../src/state/session-state.js';
import { tool } from '../../src/tool.js';
import type { Item } from '../../src/wire/item.js';
import { createService, framesOf, type Plan, type ServiceSession } from './service.js';

export const names = ['first', 'second'] as const;
export type Name = (typeof names)[number];
export type Services = Record<Name, ReturnType<typeof createService>>;

export interface SeveralScene {
  /** What the user and the application do. */
  readonly source: Observable<Command | VoiceEvent>;
  /** What becomes of the services. */
  readonly happens?: (services: Services) => Observable<unknown>;
  /** How each answers, one after the other. */
  readonly plans?: Partial<Record<Name, readonly Plan[]>>;
  /** Lanes of their own providers; @default none: the second stands in for the first when that is down */
  readonly lanes?: (provider: (name: Name) => Provider) => readonly Lane[];
  /** Which lane it is to be; @default what is asked for */
  readonly rules?: readonly LaneRule[];
  readonly breaker?: BreakerConfig;
  /** How long the tool `look` takes. */
  readonly toolMs?: number;
  readonly config?: Partial<RealtimeConfig>;
  /** What of the provider is another's. */
  readonly overrides?: Partial<Record<Name, Partial<Provider>>>;
  /** When the subscriber has had enough; @default when all is said */
  readonly until?: number;
}

/** What a service answers the first of, in samples: tells who is heard. */
export const firstValues: Readonly<Record<Name, number>> = { first: 1000, second: 2000 };

/** Turns that the client ends. */
export const manual: Command = { type: 'session.update', session: { audio: { input: { turn_detection: null } } } };

/** A conversation in virtual time with two services, and waits that are as long as they may be. */
export const several = (t: Marbles, scene: SeveralScene) => {
  const { source, happens = () => EMPTY, plans = {}, breaker, toolMs = 100, config = {}, overrides = {} } = scene;
  const service = (name: Name) =>
    createService({
      name: `${name}_`,
      firstValue: firstValues[name],
      latencyMs: 10,
      spacingMs: 1,
      plans: plans[name] ?? [],
      transcribes: 'all',
    });
  const services: Services = { first: service('first'), second: service('second') };
  /** When each attempt was made, and with whom. */
  const attempts: { readonly at: number; readonly name: Name }[] = [];
  const openSocket: OpenSocket = (request) => {
    const name = names.find((one) => request.url === `ws://${one}`) ?? 'first';
    attempts.push({ at: t.now(), name });
    return services[name].openSocket(request);
  };
  const made = new Map<Name, Provider>();
  const provider = (name: Name): Provider => {
    const one =
      made.get(name) ?? scriptedProvider(NEVER, { name, request: () => of({ url: `ws://${name}` }), ...overrides[name] });
    made.set(name, one);
    return one;
  };
  const runs: string[] = [];
  const look = tool({
    name: 'look',
    description: 'Looks.',
    parameters: { type: 'object', properties: {} },
    run: (_, { callId }) => {
      runs.push(callId);
      return timer(toolMs);
    },
  });
  const sink = scriptedSink();
  const shared = { reconnect: { random: () => 1 }, playout: playTo(sink.openSink), ...config, openSocket };
  const conversation$ = scene.lanes
    ? converse({
        ...shared,
        provider: provider('first'),
        lanes: scene.lanes(provider),
        rules: scene.rules ?? [explicitRequest],
        tools: [look],
        commands: source,
        hysteresis: { preferFast: false, bigLaneTimeoutMs: Number.POSITIVE_INFINITY, cooldownMs: 0 },
      })
    : source.pipe(realtime(failover(names.map(provider), breaker ? { breaker } : {}), { ...shared, epics: [runTools([look])] }));

  const told: { readonly at: number; readonly event: VoiceEvent }[] = [];
  let state = initialState;
  let end: { readonly at: number; readonly error?: EngineError } | undefined;
  const subscription = conversation$.subscribe({
    next(event) {
      state = sessionState(state, event);
      told.push({ at: t.now(), event });
    },
    error(error: unknown) {
      end = { at: t.now(), error: error as EngineError };
    },
    complete() {
      end = { at: t.now() };
    },
  });
  const fate = happens(services).subscribe();
  if (scene.until !== undefined) {
    timer(scene.until).subscribe(() => {
      subscription.unsubscribe();
      fate.unsubscribe();
    });
  }
  t.flush();
  const events = told.map(({ event }) => event);
  return {
    services,
    attempts,
    runs,
    told,
    events,
    state,
    end,
    /** The samples that were heard, each value once for each time it began. */
    heardValues: (): readonly number[] => [...sink.heard()].filter((value, at, all) => value !== 0 && value !== all[at - 1]),
    /** How many samples of a value were heard. */
    heardOf: (value: number): number => sink.heard().filter((sample) => sample === value).length,
    ofType: <Type extends VoiceEvent['type']>(type: Type) =>
      events.filter((event): event is OfType<VoiceEvent, Type> => event.type === type),
    timesOf: (type: VoiceEvent['type']): readonly number[] => told.flatMap(({ at, event }) => (event.type === type ? [at] : [])),
    /** The items as the client has them, by their ids. */
    ids: toArray(state.conversation.items).map(({ id }) => id),
  };
};

/** Who says what in an item, the frames of speech by their numbers. */
export const wordsOf = (item: Item): string => {
  if (item.type === 'function_call') return `call ${item.call_id}`;
  if (item.type === 'function_call_output') return `output ${item.call_id}`;
  if (item.type !== 'message') return item.type;
  const frames = framesOf(item);
  const text = (item.content ?? []).map((part) => ('text' in part ? part.text : part.transcript) ?? '').join('');
  return `${item.role}: ${frames ? `${frames[0]} to ${frames.at(-1)}, ${frames.length}` : text.trim()}`;
};

/** The items of a session in words, without what rxvox says to the model. */
export const itemsOf = (session: ServiceSession | undefined): readonly string[] =>
  (session?.items ?? []).filter((item) => item.type !== 'message' || item.role !== 'system').map(wordsOf);

/** The ids of the items of a session. */
export const idsOf = (session: ServiceSession | undefined): readonly string[] => (session?.items ?? []).map(({ id }) => id ?? '');

/** What a session was sent, by type, without audio. */
export const typesOf = (session: ServiceSession | undefined): readonly string[] =>
  (session?.received ?? []).flatMap(({ type }) => (type === 'input_audio_buffer.append' ? [] : [type]));
