export type { Answer, Respond, Script, ScriptedTurn, ToolRequest, ToolResult, Turn } from './answer.js';
export type { Transcribe, Utterance } from './hearing.js';
export { type MockConfig, type MockProvider, mock } from './mock.js';
export type { Pace } from './pace.js';
export type { Tool } from './shapes.js';
export type { Speak } from './speech/voice.js';
