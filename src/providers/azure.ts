import { map } from 'rxjs';
import { AuthenticationError, ConfigError } from '../errors.js';
import type { SessionPatch } from '../wire/session.js';
import type { Provider } from './provider.js';
import { capabilitiesWith, realtimeErrors, realtimeProtocol } from './realtime-protocol.js';
import { type Credential, secretOf } from './secret-of.js';

/** Give one of `resource`, `endpoint` and `url`, and one of `apiKey` and `token`. */
export interface AzureConfig {
  /** Name of the deployment of a realtime model. */
  readonly deployment: string;
  /** Name of the resource: `my-resource` for `https://my-resource.openai.azure.com`. */
  readonly resource?: string | undefined;
  /** Endpoint of the resource, as the portal shows it: `https://my-resource.openai.azure.com/`, with `openai/v1` or without. */
  readonly endpoint?: string | undefined;
  /** The whole address, where it is another; the deployment is added as `model` unless it names one. */
  readonly url?: string | undefined;
  /** A key of the resource, sent as `api-key`. */
  readonly apiKey?: Credential;
  /** A token of Microsoft Entra ID, sent as `Authorization: Bearer`. */
  readonly token?: Credential;
  /**
   * Settings to send as soon as the session is ready, beside the model's own defaults. `transcription.model` is the name of
   * a deployment, too.
   */
  readonly session?: SessionPatch;
  /**
   * What errors call it; `failover` wants names that differ.
   * @default 'azure'
   */
  readonly name?: string;
}

/**
 * Azure OpenAI's Realtime API (GA) over WebSocket. It speaks OpenAI's protocol.
 *
 * A deployment that does not exist is told in place of the connection, and ends the conversation with `ConfigError`; a
 * key or token that is not accepted with `AuthenticationError`.
 *
 * @throws ConfigError on call with code `invalid_config`, when there is no deployment, or not one address and at most one
 * credential.
 * @throws AuthenticationError in-stream with code `missing_key`, before any socket, when there is neither key nor token.
 */
export const azure = (config: AzureConfig): Provider => {
  const { deployment, apiKey, token, session, name = 'azure' } = config;
  const misfit = misfitOf(config);
  if (misfit !== undefined) throw new ConfigError(`${name}: ${misfit}`, { code: 'invalid_config' });

  const url = addressOf(config);
  const errors = realtimeErrors(name);
  const credential = apiKey ?? token;
  return {
    name,
    renewsCredentials: typeof credential === 'function',
    capabilities: capabilitiesWith(session),
    request: () =>
      secretOf(credential).pipe(
        map((secret) => {
          if (!secret) {
            const message = `${name}: no credentials; give azure({ apiKey }) or azure({ token })`;
            throw new AuthenticationError(message, { code: 'missing_key' });
          }
          const headers = apiKey === undefined ? { Authorization: `Bearer ${secret}` } : { 'api-key': secret };
          return { url, headers };
        }),
      ),
    ...(session ? { session: { type: 'realtime', ...session } } : {}),
    protocol: () => realtimeProtocol,
    ...errors,
    rejected: (answer) => {
      const { status } = answer;
      if (status !== 400 && status !== 404) return errors.rejected(answer);
      const message = `${name} answered HTTP ${status}: is "${deployment}" a deployment of this resource? check both`;
      return new ConfigError(message, { code: 'invalid_config', status });
    },
  };
};

const misfitOf = ({ deployment, resource, endpoint, url, apiKey, token }: AzureConfig): string | undefined => {
  if (!deployment) return 'no deployment; give azure({ deployment })';
  const addresses = [resource, endpoint, url].filter(Boolean);
  if (addresses.length !== 1) return `give one of resource, endpoint and url, not ${addresses.length}`;
  if (resource && !/^[a-z0-9-]+$/i.test(resource)) return 'resource is a name, not an address; give that as endpoint';
  if (endpoint && !/^(https?|wss?):\/\/./.test(endpoint)) return 'endpoint begins with https://; give a name as resource';
  return apiKey !== undefined && token !== undefined ? 'give apiKey or token, not both' : undefined;
};

const addressOf = ({ deployment, resource, endpoint, url }: AzureConfig): string => {
  const base = endpoint || `https://${resource}.openai.azure.com`;
  const socketBase = base.replace(/^http/, 'ws').replace(/\/*(openai\/?(v1\/?(realtime\/?)?)?)?$/, '');
  const address = url || `${socketBase}/openai/v1/realtime`;
  if (/[?&]model=/.test(address)) return address;
  return `${address}${address.includes('?') ? '&' : '?'}model=${encodeURIComponent(deployment)}`;
};
