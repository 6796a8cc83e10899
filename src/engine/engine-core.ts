import {
  catchError,
  concat,
  defer,
  EMPTY,
  filter,
  from,
  ignoreElements,
  type Observable,
  of,
  Subject,
  switchMap,
  take,
  takeUntil,
  throwIfEmpty,
} from 'rxjs';
import { rateConverter } from '../dsp/rate-converter.js';
import { loadResampler, type Resampler } from '../dsp/resampler.js';
import { EngineError } from '../errors.js';
import type { VoiceEvent } from '../events.js';
import type { Provider } from '../providers/provider.js';
import { initialState, type SessionState, sessionState } from '../state/session-state.js';
import type { ChunkConversion } from './answer-sound.js';
import { type Call, type CallConfig, createCall } from './call.js';
import { dispensablePlayout } from './dispensable-playout.js';
import { createEmitter, type Emitter } from './emitter.js';
import { type EngineAccount, keepAccount } from './engine-account.js';
import type { EngineSettings } from './engine-config.js';
import { type EngineEvent, failureEvent, inputChunk, stamped } from './engine-event.js';
import { engineEvents } from './engine-events.js';
import { asEngineError } from './event-failure.js';
import { listeningTo } from './listening-to.js';
import type { Platform } from './platform.js';
import { promised, promiseOf } from './promise-of.js';

/** Connecting and disconnecting, and what is told of both and of all between. */
export interface EngineCore {
  readonly emitter: Emitter & { emit(event: EngineEvent): void };
  /** The stream underneath: every event of every conversation of this engine. */
  readonly all$: Observable<VoiceEvent>;
  /** That of the conversation that is open, else of the next one; completes and errors with it. */
  readonly voice$: Observable<VoiceEvent>;
  /** Resolves when the session is ready; the same promise while it is or will be. */
  connect(attempts: number | undefined): Promise<void>;
  /** Resolves when all is closed. */
  disconnect(): Promise<void>;
  /** The conversation that is open: connecting, connected or reconnecting. */
  readonly call: Call | undefined;
  /** Of the conversation that is open, else of the last one. */
  state(): SessionState;
}

/** What a conversation is made of that may differ from one to the next. */
export type CallSetup = Pick<CallConfig, 'findTool' | 'lanes' | 'greeting' | 'epics'>;

export interface EngineCoreConfig {
  readonly settings: EngineSettings;
  readonly platform: Platform;
  readonly provider: Provider;
  /** Asked at each `connect`. */
  setup(): CallSetup;
  /** Told of everything before anybody else. */
  readonly account: EngineAccount;
}

/** The inner part of an engine, not connected. */
export const engineCore = ({ settings, platform, provider, setup, account }: EngineCoreConfig): EngineCore => {
  const { inputDevice, outputDevice, sampleRate, chunkDurationMs } = settings;
  const { input, output } = provider.capabilities;
  const emitter = createEmitter();
  const all$ = new Subject<VoiceEvent>();
  let voice$ = new Subject<VoiceEvent>();
  let open: Call | undefined;
  let state = (): SessionState => initialState;
  let connecting: Promise<void> | undefined;
  let closing: Promise<void> | undefined;
  const disconnect$ = new Subject<void>();

  /** Opens a conversation: emits once when it is ready, errors when it does not come to that. */
  const begin = (resampler: Resampler | undefined, attempts: number | undefined): Observable<unknown> => {
    const toEvents = engineEvents(resampler ? { conversion: () => conversionTo(sampleRate, resampler) } : {});
    let isListening = false;
    const inputStopped = (reason: string): void => {
      if (isListening) emitter.emit(stamped({ type: 'audio.input_stopped', reason }, 'device'));
      isListening = false;
    };
    const { epics, ...rest } = setup();
    const loudspeaker = platform.loudspeaker?.({ device: outputDevice });
    const call: Call = createCall({
      ...rest,
      epics: [keepAccount(account), ...epics],
      settings,
      platform,
      provider,
      resampler,
      attempts,
      modelFailed: (error) => emitter.emit(failureEvent(asEngineError(error, 'vadModel failed'), 'application')),
      detected: (ms) => account.measured('vadMs', ms),
      answered: (ms) => account.measured('rttMs', ms),
      processed: (ms) => account.measured('audioProcessingMs', ms),
      source: platform.microphone?.({ device: inputDevice, sampleRate, chunkMs: chunkDurationMs }),
      playout: loudspeaker && dispensablePlayout(loudspeaker),
      reference$: loudspeaker && 'reference$' in loudspeaker ? loudspeaker.reference$ : undefined,
      heard(frame) {
        if (!isListening) emitter.emit(stamped({ type: 'audio.input_started', device: inputDevice ?? 'default' }, 'device'));
        isListening = true;
        account.captured();
        emitter.emit(inputChunk(frame));
      },
      quiet(reason, error) {
        inputStopped(reason);
        if (error !== undefined) emitter.emit(failureEvent(asEngineError(error, 'the microphone failed'), 'device'));
      },
    });
    const tell = (event: VoiceEvent): void => {
      if (event.type === 'connection.closed') {
        give();
        // The microphone is closed behind it, but nothing is told behind the end.
        inputStopped('stopped');
      }
      all$.next(event);
      voice$.next(event);
      // What is said for somebody else's ears is not the assistant's voice.
      if (event.type === 'response.output_audio.delta' && call.asides.isMuted(event.response_id)) return;
      for (const each of toEvents(event, call.state())) emitter.emit(each);
    };
    /** Whoever connects from now on, means the next conversation; where this one is closed by `disconnect`, that was so before. */
    const give = (): void => {
      if (!closing) connecting = undefined;
    };
    /** Whoever looks now waits for the next conversation. */
    const leave = (): Subject<VoiceEvent> => {
      const over$ = voice$;
      open = undefined;
      voice$ = new Subject();
      return over$;
    };
    const fail = (error: unknown): void => {
      give();
      const over$ = leave();
      const failure = asEngineError(error, 'the conversation failed');
      const closed = { type: 'connection.closed', reason: failure.code } as const;
      const atEnd = sessionState(call.state(), closed);
      state = () => atEnd;
      account.happened(closed, atEnd);
      inputStopped('stopped');
      emitter.emit(failureEvent(failure, 'engine', false));
      for (const each of toEvents(closed, atEnd).slice(1)) emitter.emit(each);
      over$.error(failure);
    };
    open = call;
    state = call.state;
    call.event$.subscribe({ next: tell, error: fail, complete: () => leave().complete() });
    const ready$ = call.event$.pipe(
      filter(({ type }) => type === 'connection.established'),
      take(1),
    );
    return listeningTo(ready$, call.open);
  };

  const connect = (attempts: number | undefined): Observable<unknown> => {
    const isSame = [input, output].every((format) => format.sampleRate === sampleRate);
    return concat(
      defer(() => closing ?? (open ? over(open) : [])).pipe(ignoreElements()),
      resamplerFor(isSame).pipe(switchMap((resampler) => begin(resampler, attempts))),
    ).pipe(takeUntil(disconnect$), throwIfEmpty(disconnected));
  };

  /** What goes wrong at the end is told by `engine.error`; closed is closed. */
  const over = ({ event$ }: Call): Observable<never> =>
    event$.pipe(
      ignoreElements(),
      catchError(() => EMPTY),
    );

  const close = (call: Call): Observable<unknown> => listeningTo(over(call), () => call.send({ type: 'connection.close' }));

  return {
    emitter,
    all$,
    voice$: defer(() => voice$),
    connect(attempts) {
      if (connecting) return connecting;
      const promise = promiseOf(connect(attempts));
      connecting = promise;
      promise.catch(() => {
        if (connecting === promise) connecting = undefined;
      });
      return promise;
    },
    disconnect() {
      connecting = undefined;
      disconnect$.next();
      if (closing) return closing;
      const closed$ = new Subject();
      const promise = promiseOf(closed$);
      closing = promise;
      promised(
        promise.finally(() => {
          closing = undefined;
        }),
      );
      // Whoever connects while this is told, waits for it.
      concat(open ? close(open) : [], platform.closed$ ?? []).subscribe(closed$);
      return promise;
    },
    get call() {
      return open;
    },
    state: () => state(),
  };
};

/** Loaded where it is needed. */
const resamplerFor = (isSame: boolean): Observable<Resampler | undefined> => (isSame ? of(undefined) : from(loadResampler()));

const disconnected = (): EngineError => new EngineError('disconnected before the session was ready', { code: 'cancelled' });

const conversionTo = (to: number, resampler: Resampler): ChunkConversion => {
  const converter = rateConverter({ to, quality: 5 });
  return { convert: (frame) => converter.convert(frame, resampler), flush: converter.flush };
};
