/** The two compandings of ITU-T G.711: µ-law (North America, Japan) and A-law (elsewhere). */
export type Companding = 'pcmu' | 'pcma';

/** G.711 §3: µ-law adds this before it takes the logarithm, and clips above what then fits 15 bits. */
const bias = 0x84;
const clip = 32_635;

const exponentOf = (magnitude: number): number => 31 - Math.clz32(magnitude);

const toMuLaw = (sample: number): number => {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), clip) + bias;
  const exponent = exponentOf(magnitude) - 7;
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff;
};

const fromMuLaw = (byte: number): number => {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + bias) << ((code >> 4) & 7)) - bias;
  return code & 0x80 ? -magnitude : magnitude;
};

/**
 * Every second bit is turned over on the line, and the sign bit is set for positive samples. Both signs are cut alike, as most software does; ITU-T G.191
 * puts negative samples that lie exactly between two steps one step nearer to zero.
 */
const toALaw = (sample: number): number => {
  const isPositive = sample >= 0;
  const magnitude = Math.min(Math.abs(sample), 32_767);
  const exponent = magnitude < 256 ? 0 : exponentOf(magnitude) - 7;
  const code = (exponent << 4) | ((magnitude >> (exponent === 0 ? 4 : exponent + 3)) & 0x0f);
  return (code | (isPositive ? 0x80 : 0)) ^ 0x55;
};

const fromALaw = (byte: number): number => {
  const code = byte ^ 0x55;
  const exponent = (code >> 4) & 7;
  const mantissa = ((code & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 256) << (exponent - 1);
  return code & 0x80 ? magnitude : -magnitude;
};

/** By sample as an unsigned number, and by byte. */
const tables = (to: (sample: number) => number, from: (byte: number) => number) => ({
  encode: Uint8Array.from({ length: 65_536 }, (_, i) => to((i << 16) >> 16)),
  decode: Int16Array.from({ length: 256 }, (_, i) => from(i)),
});
const laws = new Map<Companding, ReturnType<typeof tables>>();

/** Tables cost 64 kB and a millisecond: made for the law that is used, when it is. */
const tablesOf = (law: Companding): ReturnType<typeof tables> => {
  const known = laws.get(law) ?? (law === 'pcmu' ? tables(toMuLaw, fromMuLaw) : tables(toALaw, fromALaw));
  laws.set(law, known);
  return known;
};

/** Compresses PCM16 to one byte a sample. */
export function encodeG711(samples: Int16Array, law: Companding): Uint8Array {
  const { encode } = tablesOf(law);
  const bytes = new Uint8Array(samples.length);
  for (let i = 0; i < samples.length; i++) bytes[i] = encode[(samples[i] as number) & 0xffff] as number;
  return bytes;
}

/** Expands one byte a sample to PCM16. */
export function decodeG711(bytes: Uint8Array, law: Companding): Int16Array {
  const { decode } = tablesOf(law);
  const samples = new Int16Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) samples[i] = decode[bytes[i] as number] as number;
  return samples;
}
