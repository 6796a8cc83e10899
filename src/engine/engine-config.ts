import type { LaneAnalyzer } from '../lane-analyzer.js';
import type { Provider } from '../providers/provider.js';
import type { Tool } from '../tool.js';
import type { EngineCallbacks } from './engine-callbacks.js';
import type { OnFunctionCall } from './engine-tools.js';
export interface EngineSettings extends EngineCallbacks {
  readonly apiKey?: string;
  readonly provider: 'openai' | 'azure' | 'simulator' | Provider;
  readonly providers: readonly Provider[];
  readonly enableMultiProvider: boolean;
  readonly model: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly sampleRate: number;
  readonly chunkDurationMs: number;
  readonly inputDevice?: string;
  readonly outputDevice?: string;
  readonly vadEnabled: boolean;
  readonly vadType: 'client' | 'server' | 'semantic';
  readonly vadThreshold: number;
  readonly vadAdaptive: boolean;
  readonly vadSpeechStartMs: number;
  readonly vadSpeechEndMs: number;
  readonly preRollMs: number;
  readonly tools: readonly Tool[];
  readonly switchAnalyzer?: LaneAnalyzer;
  readonly onFunctionCall?: OnFunctionCall;
  readonly voice?: string;
  readonly instructions?: string;
}
export type VoiceEngineConfig = Partial<EngineSettings>;
export const engineSettings = (c: VoiceEngineConfig): EngineSettings => ({
  provider: 'openai',
  providers: [],
  enableMultiProvider: false,
  model: 'gpt-realtime-2.1',
  metadata: {},
  sampleRate: 24000,
  chunkDurationMs: 20,
  vadEnabled: true,
  vadType: 'client',
  vadThreshold: 0.02,
  vadAdaptive: true,
  vadSpeechStartMs: 100,
  vadSpeechEndMs: 500,
  preRollMs: 300,
  tools: [],
  ...c,
});
