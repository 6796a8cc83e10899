export type {
  AudioFormat,
  Channels,
  ContainerFormat,
  FormatName,
  RawFormat,
  WritableFormat,
} from '../../src/dsp/formats/audio-format.js';
export { type ChunkConfig, chunk } from '../../src/dsp/formats/chunk.js';
export { formatOf } from '../../src/dsp/formats/format-of.js';
export { fromMono, toMono } from '../../src/dsp/formats/mix-channels.js';
export {
  type OpusConfig,
  type OpusDecoder,
  type OpusEncoder,
  type OpusRate,
  openOpusDecoder,
  openOpusEncoder,
} from '../../src/dsp/formats/opus.js';
export {
  addProvider,
  type KnownProvider,
  type ProviderFormat,
  providerFormat,
} from '../../src/dsp/formats/provider-formats.js';
export { decodeRaw, encodeRaw } from '../../src/dsp/formats/raw-samples.js';
export { type Validation, validate } from '../../src/dsp/formats/validate.js';
export type { FrameProcessor } from '../../src/dsp/frame-processor.js';
export { type ConvertConfig, convert } from './convert.js';
export { type DecodeStreamConfig, decodeStream } from './decodeStream.js';
export { type EncodeStreamConfig, encodeStream } from './encodeStream.js';
export { type PrepareForConfig, prepareFor } from './prepareFor.js';
export { processFrames } from './processFrames.js';
