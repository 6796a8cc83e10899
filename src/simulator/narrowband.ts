/** Taps of the low-pass: enough to keep what 8 kHz cannot hold 40 dB down, few enough for a demo. */
const taps = 31;
/** Of a telephone line, in Hz. */
const cutoffHz = 3400;
const factor = 3;

/** A Hamming-windowed sinc at 24 kHz, summing to one. */
const kernel: readonly number[] = (() => {
  const middle = (taps - 1) / 2;
  const raw = Array.from({ length: taps }, (_, i) => {
    const x = (2 * cutoffHz * (i - middle)) / 24000;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    return sinc * (0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (taps - 1)));
  });
  const sum = raw.reduce((total, tap) => total + tap, 0);
  return raw.map((tap) => tap / sum);
})();

/** Brings a whole recording from 24 to 8 kHz. */
export const narrowband = (samples: Int16Array): Int16Array => {
  const out = new Int16Array(Math.ceil(samples.length / factor));
  const middle = (taps - 1) / 2;
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) sum += (kernel[tap] ?? 0) * (samples[i * factor + tap - middle] ?? 0);
    out[i] = Math.max(-32768, Math.min(32767, Math.round(sum)));
  }
  return out;
};
