import { type OpenAiConfig, openai } from './openai.js';
import type { Provider } from './provider.js';

/** Where the simulator is. */
export interface SimulatorConfig extends Omit<OpenAiConfig, 'apiKey' | 'name' | 'organization' | 'project'> {
  /**
   * What errors call it.
   * @default 'simulator'
   */
  readonly name?: string;
  /** Where `startSimulator` or `rxvox simulate` says that it listens, for example `ws://127.0.0.1:8080/v1/realtime`. */
  readonly url: string;
}

/** The simulator of `rxvox/simulator`: OpenAI's protocol, without a key. */
export const simulator = ({ name = 'simulator', ...config }: SimulatorConfig): Provider =>
  openai({ ...config, name, apiKey: 'simulator' });
