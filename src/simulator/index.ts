export type { Answer, Respond, Script, ScriptedTurn, ToolRequest, ToolResult, Turn } from './answer.js';
export type { Transcribe, Utterance } from './hearing.js';
export type { Pace } from './pace.js';
export type { Tool } from './shapes.js';
export { type Simulator, type SimulatorConfig, startSimulator } from './simulator.js';
export type { VoiceName } from './speech/voice.js';
