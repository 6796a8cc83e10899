import {
  concat,
  defer,
  EMPTY,
  endWith,
  filter,
  merge,
  NEVER,
  type Observable,
  type OperatorFunction,
  of,
  Subject,
  switchMap,
  tap,
} from 'rxjs';
import { askAnew } from '../../operators/askAnew.js';
import { awaitLane } from '../../operators/awaitLane.js';
import { decideLane } from '../../operators/decideLane.js';
import { delegateAnswers } from '../../operators/delegateAnswers.js';
import { encode } from '../../operators/encode.js';
import type { HysteresisConfig } from '../../operators/hysteresis.js';
import { laneSession } from '../../operators/laneSession.js';
import { moveWithLane } from '../../operators/moveWithLane.js';
import { ofType } from '../../operators/ofType.js';
import { type RealtimeConfig, realtime } from '../../operators/realtime.js';
import { type RunToolsConfig, runTools } from '../../operators/runTools.js';
import { switchLanes } from '../../operators/switchLanes.js';
import { vad } from '../../operators/vad.js';
import type { AudioFrame, Millis, VoiceFrame } from '../audio.js';
import type { Epic } from '../epic.js';
import { type Command, isFrame, type LaneDecision, type VoiceEvent } from '../events.js';
import type { Lane } from '../lane.js';
import type { LaneRule } from '../lane-rules.js';
import type { Provider } from '../providers/provider.js';
import { type Tool, toolDeclarations } from '../tool.js';
import type { SessionPatch, Transcription } from '../wire/session.js';
import { defaultRules } from './default-rules.js';
import { fastLane } from './fast-lane.js';

export interface ConverseConfig extends RealtimeConfig {
  readonly provider: Provider;
  /**
   * The user's voice, at the rate of the wire: `capture()`, `wavSource(path)`. Its `events$`, if it has any, count as `commands` do.
   * @default none: the user writes
   */
  readonly input?: Observable<AudioFrame> & { readonly events$?: Observable<VoiceEvent> };
  /**
   * What the application has to say: text, settings, `lane.request`.
   * @default nothing
   */
  readonly commands?: Observable<Command | VoiceEvent>;
  /**
   * What tells speech; may say things among the frames, as `measureQuality` does.
   * @default vad()
   */
  readonly vad?: OperatorFunction<AudioFrame, VoiceFrame | VoiceEvent>;
  /**
   * What of the voice is sent, and who ends turns: `encode()`, `pushToTalk(key$)`.
   * @default encode()
   */
  readonly encode?: OperatorFunction<VoiceFrame | VoiceEvent, Command | VoiceEvent>;
  /**
   * The conversation begins in the first, and returns to it when nothing holds another.
   * @default [fastLane()]
   */
  readonly lanes?: readonly Lane[];
  /**
   * Which lane the conversation needs.
   * @default defaultRules(tools)
   */
  readonly rules?: readonly LaneRule[];
  /** How readily lanes change. */
  readonly hysteresis?: HysteresisConfig;
  /**
   * How much audio a lane may hold, in milliseconds of media time, before it counts as failed.
   * @default 1000
   */
  readonly maxHeldMs?: Millis;
  /**
   * How long an answer waits for the decision about its lane, in milliseconds; rules that go by the user's words need some.
   * @default 150 with `transcription`, else 0: answers wait for nothing
   */
  readonly decideWithinMs?: Millis;
  /**
   * What the model may call in any lane, beside the tools of the lanes themselves.
   * @default []
   */
  readonly tools?: readonly Tool[];
  /** How tools run. */
  readonly runTools?: RunToolsConfig;
  /**
   * How the user's words are written down, in every lane; rules that go by words need them.
   * @default as the provider does it by itself
   */
  readonly transcription?: Transcription;
}

/**
 * A whole conversation as one Observable: voice in, answers out, through the lane that each moment needs. Subscribing opens it all,
 * unsubscribing leaves nothing of it.
 *
 * Wires `input → vad → switchLanes → encode → realtime → playout`, and back: `decideLane` watches the events, and `switchLanes` follows it, also
 * when no more voice comes. Emits what `realtime` does; completes when `input` and `commands` have and nothing is open any more; errors as
 * `realtime` does.
 *
 * @throws RangeError, ConfigError on call, when rules, lanes or tools cannot be what they are said to be.
 */
export const converse = ({
  provider,
  input = EMPTY as NonNullable<ConverseConfig['input']>,
  commands = EMPTY,
  vad: detect = vad(),
  encode: send = encode(),
  lanes = [fastLane()],
  tools = [],
  transcription,
  rules = defaultRules(toolsOf(tools, lanes)),
  decideWithinMs = transcription ? 150 : 0,
  hysteresis,
  runTools: toolRun,
  maxHeldMs = 1000,
  others = [],
  epics = [],
  gates = [],
  ...rest
}: ConverseConfig): Observable<VoiceEvent> => {
  const all = toolsOf(tools, lanes);
  const isSwitching = lanes.length > 1;
  const decide = decideLane(rules, { fast: lanes[0]?.name ?? '', ...hysteresis, withinMs: decideWithinMs });

  return defer(() => {
    const chosen = new Subject<LaneDecision>();
    const voice$ = input.pipe(detect, switchLanes(chosen, lanes, { maxHeldMs }), send, endWith(voiceOver));
    const follow: Epic = (events$, state) =>
      events$.pipe(
        ofType(voiceOver.type),
        switchMap(() => NEVER.pipe(switchLanes(chosen, lanes, { maxHeldMs, lane: state().lanes.lane }))),
        filter((entry): entry is VoiceEvent => !isFrame(entry)),
      );
    const talk = realtime(provider, {
      ...rest,
      others: [...others, ...lanes.flatMap((each) => each.provider ?? [])],
      epics: [
        ...(isSwitching ? [decide, follow] : []),
        moveWithLane(lanes, provider.name),
        laneSession(lanes),
        askAnew(lanes),
        ...lanes.flatMap(({ delegation }) => delegation ?? []),
        ...(all.length > 0 ? [runTools(all, toolRun)] : []),
        ...epics,
      ],
      gates: [...(isSwitching && decideWithinMs > 0 ? [awaitLane] : []), delegateAnswers(lanes), ...gates],
    });
    const choose = (event: VoiceEvent): void => {
      if (event.type === 'lane.chosen') chosen.next(event);
    };
    return merge(concat(declared(all, transcription), voice$), input.events$ ?? EMPTY, commands).pipe(talk, tap(choose));
  });
};

/** The voice is over; the conversation need not be. */
const voiceOver = { type: 'audio.input_stopped', reason: 'completed' } as const;

const toolsOf = (tools: readonly Tool[], lanes: readonly Lane[]): readonly Tool[] => [
  ...new Set([...tools, ...lanes.flatMap((lane) => lane.tools ?? [])]),
];

/** What holds in every lane. */
const declared = (tools: readonly Tool[], transcription: Transcription | undefined): Observable<Command> => {
  const session: SessionPatch = {
    ...(tools.length > 0 ? { tools: toolDeclarations(tools) } : {}),
    ...(transcription ? { audio: { input: { transcription } } } : {}),
  };
  return Object.keys(session).length > 0 ? of({ type: 'session.update', session }) : EMPTY;
};
