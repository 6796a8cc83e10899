import { ConfigError } from '../errors.js';
import { azure } from '../providers/azure.js';
import { failover } from '../providers/failover.js';
import { openai } from '../providers/openai.js';
import type { Provider } from '../providers/provider.js';
import { simulator } from '../providers/simulator.js';
import type { EngineSettings } from './engine-config.js';
import type { Platform } from './platform.js';

/**
 * Whom the engine talks with: a provider of the application's own, several, or one by its name. The address of those that have none of their own
 * stands in `metadata.endpoint`.
 *
 * @throws ConfigError on call, when an address is missing.
 */
export const engineProvider = (settings: EngineSettings, { apiKey: keyOf }: Platform): Provider => {
  const { provider, providers, enableMultiProvider, apiKey = keyOf?.(), model, metadata } = settings;
  const [first, ...others] = enableMultiProvider ? providers : [];
  if (first) return others.length > 0 ? failover([first, ...others]) : first;
  const endpoint = typeof metadata.endpoint === 'string' ? metadata.endpoint : undefined;
  switch (provider) {
    case 'openai':
      return openai({ apiKey, model, ...(endpoint ? { url: endpoint } : {}) });
    case 'azure':
      return azure({ apiKey, endpoint, deployment: model });
    case 'simulator':
      return simulator({ url: endpoint ?? missing('simulator', 'ws://127.0.0.1:8080/v1/realtime'), model });
    default:
      return provider;
  }
};

const missing = (name: string, example: string): never => {
  const message = `provider ${name}: no address; give metadata: { endpoint: '${example}' }`;
  throw new ConfigError(message, { code: 'invalid_config' });
};
