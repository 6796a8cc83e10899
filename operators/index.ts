export {
  type AggregateResponsesConfig,
  aggregateResponses,
  type ResponseSummary,
  type ToolCall,
} from './aggregateResponses.js';
export { type AnalyzeContextConfig, analyzeContext } from './analyzeContext.js';
export { askAnew } from './askAnew.js';
export { awaitLane } from './awaitLane.js';
export { awaitTools } from './awaitTools.js';
export { awaitTurn } from './awaitTurn.js';
export { type BargeInConfig, bargeIn } from './bargeIn.js';
export { clientTurns } from './clientTurns.js';
export { type DecideLaneConfig, decideLane } from './decideLane.js';
export { type AnswerFrame, decodeAudio } from './decodeAudio.js';
export { decodeServerEvents } from './decodeServerEvents.js';
export { delegateAnswers } from './delegateAnswers.js';
export { type DelegateTurnsConfig, delegateTurns } from './delegateTurns.js';
export { detectTurns } from './detectTurns.js';
export { dismissSpeech } from './dismissSpeech.js';
export { type EncodeConfig, encode } from './encode.js';
export { encodeClientEvents } from './encodeClientEvents.js';
export { type FrameConfig, frame } from './frame.js';
export { gateSpeech } from './gateSpeech.js';
export { halfDuplex } from './halfDuplex.js';
export { type HysteresisConfig, hysteresis } from './hysteresis.js';
export {
  allOf,
  anyOf,
  atOnce,
  backchannelWords,
  type InterruptionPolicy,
  minSpeechMs,
  minWords,
  notBackchannel,
  type PauseFirstConfig,
  pauseFirst,
  uninterruptible,
  type Verdict,
  warmUp,
} from './interruptions.js';
export { laneSession } from './laneSession.js';
export { type LimitBudgetConfig, limitBudget } from './limitBudget.js';
export { type LongPauseConfig, longPause } from './longPause.js';
export { moveWithLane } from './moveWithLane.js';
export { ofType } from './ofType.js';
export { overdueTools } from './overdueTools.js';
export { overlap } from './overlap.js';
export { type PipelineConfig, pipeline } from './pipeline.js';
export { type PlaySoundConfig, playSound } from './playSound.js';
export { type AudioSink, type OpenSink, type PlayToConfig, playTo } from './playTo.js';
export { type PushToTalkConfig, pushToTalk } from './pushToTalk.js';
export { type RealtimeConfig, realtime } from './realtime.js';
export { repeatRefused } from './repeatRefused.js';
export { replayHeard } from './replayHeard.js';
export { type ResampleConfig, resample } from './resample.js';
export { type RunToolsConfig, runTools } from './runTools.js';
export { sequenceResponses } from './sequenceResponses.js';
export { speechEvents } from './speechEvents.js';
export {
  type EndOfTurnConfig,
  type EndOfTurnModel,
  endOfTurn,
  type FinishedSentenceConfig,
  finishedSentence,
  type WakePhraseConfig,
  wakePhrase,
} from './spokenConditions.js';
export { type SummarizeConfig, summarizeConversation, type ToSummarize } from './summarizeConversation.js';
export { type AudioOutput, type SurvivingSinkConfig, survivingSink } from './survivingSink.js';
export { type AudioSource, type Microphone, type SurvivingSourceConfig, survivingSource } from './survivingSource.js';
export { type SwitchLanesConfig, switchLanes } from './switchLanes.js';
export { type TranscriptsConfig, transcripts } from './transcripts.js';
export { truncateHeard } from './truncateHeard.js';
export {
  assistantHeard,
  endedByService,
  heardByService,
  keyHeld,
  monologue,
  type Reason,
  silence,
  speaking,
  type TurnCondition,
  whenAll,
  whenAny,
  whenNot,
} from './turnConditions.js';
export { type TurnStrategyConfig, turnStrategy } from './turnStrategy.js';
export { type UserAwayConfig, userAway } from './userAway.js';
export { type VadConfig, vad } from './vad.js';
export { type WatchStallsConfig, watchStalls } from './watchStalls.js';
