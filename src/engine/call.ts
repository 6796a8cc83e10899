import {
  concatMap,
  defer,
  filter,
  finalize,
  identity,
  map,
  merge,
  type Observable,
  type OperatorFunction,
  of,
  Subject,
  switchMap,
  tap,
  throwError,
} from 'rxjs';
import { encode } from '../../operators/encode.js';
import { ofType } from '../../operators/ofType.js';
import { resample } from '../../operators/resample.js';
import { runTools } from '../../operators/runTools.js';
import type { Microphone } from '../../operators/survivingSource.js';
import { vad } from '../../operators/vad.js';
import type { AudioFrame, Millis, VoiceFrame } from '../audio.js';
import { clock } from '../clock.js';
import type { Resampler } from '../dsp/resampler.js';
import type { Epic, Playout } from '../epic.js';
import { AudioError } from '../errors.js';
import { type Command, isFrame, type VoiceEvent } from '../events.js';
import type { ReconnectConfig } from '../providers/keep-connected.js';
import type { AudioFormat, Provider } from '../providers/provider.js';
import type { Acknowledged } from '../state/acknowledgements.js';
import { initialState, type SessionState } from '../state/session-state.js';
import { isUnheard } from '../state/unheard.js';
import { stopAnswer } from '../stop-answer.js';
import type { FindTool } from '../tool.js';
import { acknowledged } from './acknowledged.js';
import { type Asides, createAsides } from './asides.js';
import { type CallMicrophone, callMicrophone } from './call-microphone.js';
import { type ConverseConfig, converse } from './converse.js';
import { dispensableModel } from './dispensable-model.js';
import { echoFreeInput } from './echo-free-input.js';
import type { EngineSettings } from './engine-config.js';
import { enhancedInput } from './enhanced-input.js';
import { latencyModes } from './latency-mode.js';
import { listeningTo } from './listening-to.js';
import { mutedPlayout } from './muted-playout.js';
import type { Platform } from './platform.js';
import { recorded } from './recorded.js';
import type { Recorder } from './recorder.js';
import { roundTrips } from './round-trips.js';
import { type SentAudio, sentAudio } from './sent-audio.js';

/** One conversation of an engine, from `connect` to `disconnect`, as something to talk to. */
export interface Call {
  /** Everything that happens. Errors and completes as `converse` does. */
  readonly event$: Observable<VoiceEvent>;
  state(): SessionState;
  /** Names of the lanes that there are. */
  readonly lanes: readonly string[];
  /** The provider's format of the user's audio. */
  readonly input: AudioFormat;
  /** Says it to the provider, the loudspeaker, the lanes. */
  send(...entries: readonly (Command | VoiceEvent)[]): void;
  /** The same for one command that the provider answers; emits once when it has, errors when it has refused it. */
  ask(command: Acknowledged): Observable<true>;
  readonly microphone: Pick<CallMicrophone, 'listening' | 'listen' | 'stop'>;
  /** Stops the assistant, if there is anything of it that was not heard. */
  interrupt(): void;
  /** Audio that the application gives piece by piece. */
  readonly audio: SentAudio;
  /** What is said beside the conversation. */
  readonly asides: Asides;
  /** Opens all; to be called once, after `event$` was subscribed. */
  open(): void;
}

export interface CallConfig {
  readonly settings: EngineSettings;
  readonly platform: Platform;
  readonly provider: Provider;
  /** The microphone, at `settings.sampleRate`. */
  readonly source: Microphone | Observable<AudioFrame> | undefined;
  readonly playout: Playout | undefined;
  /** What the loudspeaker is given, where it says so. */
  readonly reference$: Observable<AudioFrame> | undefined;
  readonly findTool: FindTool;
  /** How lanes are decided, and with what settings they begin. */
  readonly lanes: Partial<ConverseConfig>;
  /** What is said first, when the session is ready. */
  readonly greeting: readonly Command[];
  readonly resampler: Resampler | undefined;
  /** Epics beside those of the conversation. */
  readonly epics: readonly Epic[];
  /**
   * Attempts to connect, in all.
   * @default as the settings say
   */
  readonly attempts: number | undefined;
  /** Each frame of the microphone. */
  heard(frame: AudioFrame): void;
  /** No more frames come; the conversation goes on without them. */
  quiet(reason: 'stopped' | 'completed' | 'failed', error?: unknown): void;
  /** The application's model of speech has failed; the level takes its place. */
  modelFailed(error: unknown): void;
  /** How long the detector of speech took for a frame. */
  detected(ms: Millis): void;
  /** How long a ping took to be answered. */
  answered(ms: Millis): void;
  /** How long all that is done to the user's audio took for a frame, the detector included, until it could be sent. */
  processed(ms: Millis): void;
}

/** More silence than this many milliseconds ends whatever was being said, beside the VAD's own hangover. */
const silenceMs: Millis = 200;

/** A conversation that is ready to be opened. */
export const createCall = ({ settings, platform, provider, source, playout, lanes, ...config }: CallConfig): Call => {
  const command$ = new Subject<Command | VoiceEvent>();
  const interrupt$ = new Subject<void>();
  const event$ = new Subject<VoiceEvent>();
  const asides = createAsides();
  let state = (): SessionState => initialState;
  /** What is said before anybody takes it: the first attempt to connect is told while the conversation is being put together. */
  const early: (Command | VoiceEvent)[] = [];
  let asked = 0;
  let heardAt: Millis = 0;

  const tell = (entry: Command | VoiceEvent): void => {
    if (command$.observed) command$.next(entry);
    else early.push(entry);
  };
  const steer: Epic = (events$, now) => {
    state = now;
    const stop$ = interrupt$.pipe(
      filter(() => isUnheard(now())),
      switchMap(() => stopAnswer(events$, now)),
    );
    return merge(events$.pipe(ofType('response.created', 'response.done'), concatMap(asides.follow)), stop$);
  };

  const { encoding, sampleRate: wireRate } = provider.capabilities.input;
  const { vadSpeechEndMs, sampleRate } = settings;
  const isDetecting = settings.vadEnabled && settings.mode !== 'provider';
  const isTreated = settings.mode !== 'provider';
  const isEnhanced = isTreated && latencyModes[settings.latencyMode].isEnhanced;
  const echo$ = isTreated && settings.echoCancellation ? config.reference$ : undefined;
  const audio = sentAudio(sampleRate, provider.capabilities.input, wireRate === sampleRate ? undefined : config.resampler);
  const microphone = callMicrophone({
    microphone$: defer(() => source ?? throwError(() => noMicrophone())),
    silenceMs: isDetecting ? vadSpeechEndMs + silenceMs : 0,
    sampleRate,
    event$,
    heard: config.heard,
    quiet: config.quiet,
  });
  const talk$ = defer(() => {
    const conversation: ConverseConfig = {
      ...lanes,
      provider,
      openSocket: platform.openSocket,
      wrapSocket: (open) => roundTrips(open, config.answered),
      ...(playout ? { playout: mutedPlayout(playout, asides.isMuted) } : {}),
      input: microphone.voice$.pipe(
        tap(() => {
          heardAt = clock.now();
        }),
        echo$ ? echoFreeInput(echo$, tell) : identity,
        isEnhanced ? enhancedInput(tell) : identity,
        resample({ to: wireRate, ...(config.resampler ? { resampler: config.resampler } : {}) }),
      ),
      commands: merge(
        command$,
        defer(() => [...config.greeting, ...early.splice(0)]),
        source && 'events$' in source ? source.events$ : [],
      ),
      vad: isDetecting ? timed(detector(settings, config.modelFailed), config.detected) : unheard,
      encode: (entry$) =>
        entry$.pipe(
          tap((entry) => {
            if (isFrame(entry)) config.processed(clock.now() - heardAt);
          }),
          encode({ turns: turnsOf(settings), encoding, preRollMs: settings.preRollMs }),
        ),
      reconnect: reconnectOf(settings.reconnect, config.attempts),
      epics: [steer, runTools(config.findTool), ...config.epics],
    };
    return settings.saveAudio ? recorded(conversation, recorderOf(settings, platform)) : converse(conversation);
  });

  return {
    event$,
    input: provider.capabilities.input,
    state: () => state(),
    lanes: (lanes.lanes ?? []).map(({ name }) => name),
    send: (...entries) => {
      for (const entry of entries) tell(entry);
    },
    ask(command) {
      return defer(() => {
        const named = { ...command, event_id: `rxvox_ask_${++asked}` };
        return listeningTo(acknowledged(named, event$, state), () => tell(named));
      });
    },
    microphone,
    interrupt: () => interrupt$.next(),
    audio,
    asides,
    open() {
      talk$.pipe(finalize(audio.end)).subscribe(event$);
    },
  };
};

const recorderOf = ({ audioSavePath: path }: EngineSettings, platform: Platform): Recorder => {
  if (platform.recorder) return platform.recorder({ path });
  const error = new AudioError('saveAudio: this platform cannot save; the conversation is not recorded', { code: 'file' });
  return () => of({ type: 'recording.failed', error });
};

/** What was asked of this `connect` goes before the settings. */
const reconnectOf = (reconnect: EngineSettings['reconnect'] = {}, attempts: number | undefined): ReconnectConfig | false => {
  const firstAttempts = attempts === undefined ? {} : { firstAttempts: attempts };
  if (reconnect) return { ...reconnect, ...firstAttempts };
  return attempts === undefined ? false : { attempts: 0, ...firstAttempts };
};

const noMicrophone = (): AudioError =>
  new AudioError('this platform has no microphone; give audio with sendAudio', { code: 'no_device' });

/** With mode `provider` nothing is made of the audio here: all of it goes to the provider. */
const turnsOf = ({ vadEnabled, vadType, mode }: EngineSettings): 'client' | 'server' | 'manual' => {
  if (mode === 'provider') return 'server';
  if (!vadEnabled) return 'manual';
  return vadType === 'client' ? 'client' : 'server';
};

const detector = (settings: EngineSettings, failed: CallConfig['modelFailed']): OperatorFunction<AudioFrame, VoiceFrame> => {
  const { vadModel, vadAdaptive: adaptive } = settings;
  return vad({
    ...(settings.vadType === 'client' ? { threshold: settings.vadThreshold } : {}),
    ...(vadModel ? { model: dispensableModel(vadModel, adaptive, failed) } : {}),
    adaptive,
    speechStartMs: settings.vadSpeechStartMs,
    speechEndMs: settings.vadSpeechEndMs,
  });
};

/** Nobody looks for speech. */
const unheard: OperatorFunction<AudioFrame, VoiceFrame> = map((frame) => ({ ...frame, vad: 'silence', level: 0 }));

/** Measures how long an operator takes that emits at once. */
const timed =
  <In, Out>(operator: OperatorFunction<In, Out>, tell: (ms: Millis) => void): OperatorFunction<In, Out> =>
  (source) =>
    defer(() => {
      let startedAt: Millis = 0;
      return source.pipe(
        tap(() => {
          startedAt = clock.now();
        }),
        operator,
        tap(() => tell(clock.now() - startedAt)),
      );
    });
