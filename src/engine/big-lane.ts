import { identity } from 'rxjs';
import { type DelegateTurnsConfig, delegateTurns } from '../../operators/delegateTurns.js';
import { type PipelineConfig, pipeline } from '../../operators/pipeline.js';
import type { AudioStage } from '../audio-stage.js';
import type { Epic } from '../epic.js';
import type { Lane } from '../lane.js';
import type { Provider } from '../providers/provider.js';
import type { Tool } from '../tool.js';
import type { SessionPatch, Transcription } from '../wire/session.js';

/** What the big lane has. */
export interface BigLaneConfig {
  /** @default 'big' */
  readonly name?: string;
  /**
   * What becomes of the audio, see `pipeline`.
   * @default []: it goes through as it is
   */
  readonly stages?: readonly AudioStage[];
  /** How the stages run. */
  readonly pipeline?: PipelineConfig;
  /**
   * What leads the conversation here when the model calls it, declared in every lane.
   * @default []
   */
  readonly tools?: readonly Tool[];
  /**
   * How the user's words are written down while the lane is active.
   * @default as in the other lanes
   */
  readonly transcription?: Transcription;
  /**
   * Further settings of the session while the lane is active.
   * @default none
   */
  readonly session?: SessionPatch;
  /**
   * Epics that are alive while the lane is active.
   * @default []
   */
  readonly epics?: readonly Epic[];
  /**
   * Who answers the user while the lane is active, in the voice of the session: a function, or one and how it is waited for.
   * @default the session's own model
   */
  readonly delegate?: DelegateTurnsConfig['delegate'] | DelegateTurnsConfig;
  /**
   * Who answers while the lane is active: another model, another service.
   * @default who answers in the other lanes
   */
  readonly provider?: Provider;
}

/** The lane of everything that takes time: stages for the audio, tools, words, another model. */
export const bigLane = ({
  name = 'big',
  stages = [],
  pipeline: running,
  tools = [],
  transcription,
  session,
  epics = [],
  delegate,
  provider,
}: BigLaneConfig = {}): Lane => {
  const settings = { ...session, ...(transcription ? { audio: withTranscription(session, transcription) } : {}) };
  return {
    name,
    audio: stages.length > 0 ? pipeline(stages, running) : identity,
    ...(Object.keys(settings).length > 0 ? { session: settings } : {}),
    ...(provider ? { provider } : {}),
    epics,
    tools,
    ...(delegate
      ? { delegation: delegateTurns({ ...(typeof delegate === 'function' ? { delegate } : delegate), lane: name }) }
      : {}),
  };
};

const withTranscription = (
  session: SessionPatch | undefined,
  transcription: Transcription,
): NonNullable<SessionPatch['audio']> => ({
  ...session?.audio,
  input: { ...session?.audio?.input, transcription },
});
