import { type OpenAiConfig, openai } from './openai.js';
import type { Provider } from './provider.js';
import { realtimeErrors } from './realtime-protocol.js';

export interface SimulatorConfig extends Omit<OpenAiConfig, 'apiKey' | 'organization' | 'project'> {
  /** Where `startSimulator` or `rxvox simulate` says that it listens, for example `ws://127.0.0.1:8080/v1/realtime`. */
  readonly url: string;
}

/** The simulator of `rxvox/simulator`: OpenAI's protocol, without a key. */
export const simulator = (config: SimulatorConfig): Provider => ({
  ...openai({ ...config, apiKey: 'simulator' }),
  name: 'simulator',
  ...realtimeErrors('simulator'),
});
