import type { OperatorFunction } from 'rxjs';
import type { AudioFrame } from '../../src/audio.js';
import { type KnownProvider, type ProviderFormat, providerFormat } from '../../src/dsp/formats/provider-formats.js';
import type { Resampler } from '../../src/dsp/resampler.js';
import { encodeStream } from './encodeStream.js';

/** How audio is prepared. */
export interface PrepareForConfig {
  /**
   * A resampler that is already loaded: `await loadResampler()`. Needed in virtual time, where promises do not run.
   * @default loaded with the first frame that has another rate
   */
  readonly resampler?: Resampler;
}

/**
 * Makes of any frames what a service wants to be sent: rate, format and length of a message. What is around it, JSON and base64 for example, is yours.
 *
 * Emits the bytes of one message as soon as they are complete; on completion the last is filled up with silence. All else is as with `encodeStream`.
 *
 * @param provider `openai`, `azure`, `google`, `twilio`, `elevenlabs`, a name of `addProvider`, or a format of your own.
 * @throws RangeError on call, when nobody knows the name, or the format cannot be written.
 * @throws AudioError `backend_missing`, in-stream, when a WebAssembly module cannot be loaded.
 */
export const prepareFor = (
  provider: KnownProvider | (string & {}) | ProviderFormat,
  config: PrepareForConfig = {},
): OperatorFunction<AudioFrame, Uint8Array> => encodeStream({ ...providerFormat(provider), ...config });
