import type { Hertz, Millis } from '../../audio.js';
import { assertFormat, type Channels, type WritableFormat } from './byte-format.js';
import { assertOpus } from './opus.js';

/** How a service wants to be sent audio. */
export interface ProviderFormat {
  /** Samples per second. */
  readonly sampleRate: Hertz;
  /** How samples are written. */
  readonly format: WritableFormat;
  /** Length of what is sent at once, in milliseconds. */
  readonly chunkMs: Millis;
  /**
   * Two channels get the same sound each.
   * @default 1
   */
  readonly channels?: Channels;
}

/** Services whose format is known. */
export type KnownProvider = 'openai' | 'azure' | 'google' | 'twilio' | 'elevenlabs';

/**
 * What the services want, by their own documents:
 * - `openai`: the Realtime API's `audio/pcm`, 24 kHz; chunks of any length.
 *   {@link https://platform.openai.com/docs/api-reference/realtime-client-events | Realtime client events}
 * - `azure`: Azure OpenAI's Realtime API, which follows OpenAI's. (Azure Speech takes 16 kHz: `{ sampleRate: 16000, format: 'pcm16', chunkMs: 100 }`.)
 *   {@link https://learn.microsoft.com/azure/foundry/openai/realtime-audio-reference | Realtime API reference}
 * - `google`: Gemini Live, PCM16 of 16 kHz, and Speech-to-Text alike, which asks for frames of 100 ms.
 *   {@link https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/live-api/send-audio-video-streams | Live API},
 *   {@link https://docs.cloud.google.com/speech-to-text/docs/best-practices | Speech-to-Text}
 * - `twilio`: Media Streams, µ-law of 8 kHz without any header, in base64; Twilio itself sends 20 ms at a time.
 *   {@link https://www.twilio.com/docs/voice/media-streams/websocket-messages | WebSocket messages}
 * - `elevenlabs`: Agents, `pcm_16000`, in base64, for which their client takes 250 ms at a time. What an agent is set to is told in
 *   `conversation_initiation_metadata`.
 *   {@link https://elevenlabs.io/docs/agents-platform/api-reference/agents-platform/websocket | Agent WebSockets}
 */
const known: Readonly<Record<KnownProvider, ProviderFormat>> = {
  openai: { sampleRate: 24_000, format: 'pcm16', chunkMs: 20 },
  azure: { sampleRate: 24_000, format: 'pcm16', chunkMs: 20 },
  google: { sampleRate: 16_000, format: 'pcm16', chunkMs: 100 },
  twilio: { sampleRate: 8000, format: 'mulaw', chunkMs: 20 },
  elevenlabs: { sampleRate: 16_000, format: 'pcm16', chunkMs: 250 },
};
const providers = new Map<string, ProviderFormat>(Object.entries(known));

const assertProviderFormat = (who: string, format: ProviderFormat): ProviderFormat => {
  assertFormat(who, format);
  if ((format.format as string) === 'webm') throw new RangeError(`${who}: webm can be read, not written; take ogg`);
  if (format.format === 'opus' || format.format === 'ogg') {
    if (format.channels === 2) throw new RangeError(`${who}: Opus is written with 1 channel, got 2`);
    assertOpus(who, { sampleRate: format.sampleRate, packetMs: format.chunkMs });
  }
  if (!(format.chunkMs > 0 && format.chunkMs <= 60_000))
    throw new RangeError(`${who}: chunkMs must be above 0 and at most 60000, got ${format.chunkMs}`);
  return format;
};

/**
 * Makes the format of a service known by a name, for all of the program; a name that is known already gets the new format.
 *
 * @throws RangeError on call, when the name is empty, or the format cannot be written.
 */
export const addProvider = (name: string, format: ProviderFormat): void => {
  if (name === '') throw new RangeError('addProvider: the name is empty');
  providers.set(name, assertProviderFormat('addProvider', format));
};

/**
 * How a service wants its audio: by its name, or as it is given.
 *
 * @throws RangeError on call, when nobody knows the name, or the format cannot be written.
 */
export const providerFormat = (provider: KnownProvider | (string & {}) | ProviderFormat): ProviderFormat => {
  if (typeof provider !== 'string') return assertProviderFormat('providerFormat', provider);
  const found = providers.get(provider);
  if (found) return found;
  throw new RangeError(
    `providerFormat: no format is known for ${provider}: take one of ${[...providers.keys()].join(', ')}, or addProvider(name, format) first`,
  );
};
