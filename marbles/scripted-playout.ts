import { playTo } from '../operators/playTo.js';
import type { Playout } from '../src/epic.js';
import { type ScriptedSinkConfig, scriptedSink } from './scripted-sink.js';

/** A loudspeaker in virtual time that takes audio at its own pace: `playTo` over a {@link scriptedSink}. */
export const scriptedPlayout = (config: ScriptedSinkConfig = {}): Playout => playTo(scriptedSink(config).openSink);
