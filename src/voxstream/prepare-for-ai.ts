import { firstValueFrom, from, isObservable, map, Observable, type OperatorFunction, of, pipe, toArray } from 'rxjs';
import { encodeStream } from '../../operators/audio/encodeStream.js';
import { prepareFor } from '../../operators/audio/prepareFor.js';
import type { AudioFrame } from '../audio.js';
import { isRaw } from '../dsp/formats/byte-format.js';
import { joinBytes } from '../dsp/formats/join-bytes.js';
import { type KnownProvider, type ProviderFormat, providerFormat } from '../dsp/formats/provider-formats.js';
import { closeWav } from '../dsp/wav.js';
import { type AudioStream, canWait, iterable, type StreamSource } from './audio-stream.js';
import { heldValues } from './held-values.js';
import { pulledThrough } from './pulled-through.js';
import { inlet, type RawAudio } from './raw-audio.js';
import type { StreamSettings } from './stream-config.js';

/** For whom audio is prepared. */
export interface PrepareConfig {
  /** `openai`, `azure`, `google`, `twilio`, `elevenlabs`, a name of `addProvider`, or a format. */
  readonly provider: KnownProvider | (string & {}) | ProviderFormat;
}

/** Audio that is there as a whole, in one piece and not a sample longer. */
export function preparedBuffer(audio: RawAudio, { provider }: PrepareConfig, settings: StreamSettings): Promise<Uint8Array> {
  const { chunkMs, ...rest } = providerFormat(provider);
  const { format } = rest;
  if (format === 'opus')
    throw new RangeError('prepareForAi: packets of Opus have no bounds in one piece; take ogg, or give a stream');
  const encode = encodeStream(isRaw(format) || format === 'wav' ? rest : { ...rest, chunkMs });
  const whole = (bytes: Uint8Array): Uint8Array => (format === 'wav' ? closeWav(bytes) : bytes);
  const prepared = firstValueFrom(of(audio).pipe(map(inlet(settings).read), encode, toArray(), map(joinBytes), map(whole)), {
    defaultValue: new Uint8Array(0),
  });
  prepared.catch(() => undefined);
  return prepared;
}

/** Audio that comes piece by piece, message by message. */
export function preparedStream(
  source: StreamSource<RawAudio>,
  { provider }: PrepareConfig,
  settings: StreamSettings,
): AudioStream<Uint8Array> {
  const format = providerFormat(provider);
  const operator = (): OperatorFunction<RawAudio, Uint8Array> => {
    const { read } = inlet(settings);
    return pipe(
      map((audio: RawAudio): AudioFrame => read(audio)),
      prepareFor(format),
    );
  };
  const messages$ = isObservable(source) ? source : from(source);
  const prepared$ = new Observable<Uint8Array>((subscriber) => messages$.pipe(operator()).subscribe(subscriber));
  return iterable(prepared$, () =>
    canWait(source)
      ? pulledThrough(source, operator())
      : heldValues(prepared$, { sizeOf: () => format.chunkMs, maxHeldMs: 60_000 }),
  );
}
