import { map } from 'rxjs';
import { AuthenticationError } from '../errors.js';
import type { SessionPatch } from '../wire/session.js';
import type { Provider } from './provider.js';
import { capabilitiesWith, realtimeErrors, realtimeProtocol } from './realtime-protocol.js';
import { type Credential, secretOf } from './secret-of.js';

/** Whom to be at OpenAI, and what its sessions begin with. */
export interface OpenAiConfig {
  /**
   * What errors call it; `failover` wants names that differ.
   * @default 'openai'
   */
  readonly name?: string;
  /** A key (`sk-…`), an ephemeral secret (`ek_…`), or a function that is asked for one at each attempt. */
  readonly apiKey: Credential;
  /** @default 'gpt-realtime-2.1' */
  readonly model?: string;
  /**
   * Settings to send as soon as the session is ready, beside the model's own defaults. Formats of the audio (`audio/pcmu`, `audio/pcma`) stand here, and
   * then in `capabilities`: a session keeps those that it begins with.
   */
  readonly session?: SessionPatch;
  /** @default 'wss://api.openai.com/v1/realtime' */
  readonly url?: string;
  /** Sent as `OpenAI-Organization`. */
  readonly organization?: string;
  /** Sent as `OpenAI-Project`. */
  readonly project?: string;
}

/**
 * OpenAI's Realtime API (GA) over WebSocket.
 *
 * A wrong key or model is told only after the socket has opened; it ends the conversation with `AuthenticationError`
 * or `ConfigError`.
 *
 * @throws AuthenticationError in-stream with code `missing_key`, before any socket, when there is no key.
 */
export const openai = ({
  name = 'openai',
  apiKey,
  model = 'gpt-realtime-2.1',
  session,
  url = 'wss://api.openai.com/v1/realtime',
  organization,
  project,
}: OpenAiConfig): Provider => ({
  name,
  renewsCredentials: typeof apiKey === 'function',
  capabilities: capabilitiesWith(session),
  request: () =>
    secretOf(apiKey).pipe(
      map((key) => {
        if (!key) {
          const message = `${name}: no API key; set OPENAI_API_KEY or give openai({ apiKey })`;
          throw new AuthenticationError(message, { code: 'missing_key' });
        }
        return {
          url: withModel(url, model),
          headers: {
            Authorization: `Bearer ${key}`,
            ...(organization ? { 'OpenAI-Organization': organization } : {}),
            ...(project ? { 'OpenAI-Project': project } : {}),
          },
        };
      }),
    ),
  ...(session ? { session: { type: 'realtime', ...session } } : {}),
  // A sideband of a call hears no session.created: it has begun already.
  protocol: () => (url.includes('call_id=') ? { ...realtimeProtocol, isReady: () => true } : realtimeProtocol),
  ...realtimeErrors(name),
});

/** Adds the model to the address, unless the address names one. */
const withModel = (url: string, model: string): string =>
  /[?&](model|call_id|intent)=/.test(url) ? url : `${url}${url.includes('?') ? '&' : '?'}model=${encodeURIComponent(model)}`;
