import { createRealFft } from '../../src/dsp/echo/real-fft.js';
import { randomFrom } from '../../src/faults/random.js';

/** A room with a loudspeaker and a microphone in it. */
export interface RoomConfig {
  readonly sampleRate: number;
  /** Time in which the reverberation falls by 60 dB, in seconds. */
  readonly rt60?: number;
  /** Where things stand in the room, and its size. */
  readonly seed?: number;
}

const speedOfSound = 343;
const metres = { width: 4, length: 5, height: 2.6 };

/**
 * The impulse response from loudspeaker to microphone by the image-source method: every reflection at six walls as a source of its own.
 * Its strongest path is 0.5, so that the echo is about 6 dB quieter than what the loudspeaker is given.
 *
 * @see Allen and Berkley, "Image method for efficiently simulating small-room acoustics", JASA 65 (1979).
 */
export const roomResponse = ({ sampleRate, rt60 = 0.2, seed = 1 }: RoomConfig): Float64Array => {
  const random = randomFrom(seed);
  const size = [metres.width, metres.length, metres.height].map((side) => side * (0.9 + 0.2 * random()));
  const [x = 0, y = 0, z = 0] = size;
  const volume = x * y * z;
  const surface = 2 * (x * y + y * z + x * z);
  // Eyring: what the walls must absorb for this time of reverberation.
  const reflection = Math.sqrt(Math.exp((-0.161 * volume) / (surface * rt60)));
  const source = size.map((side) => side * (0.35 + 0.1 * random()));
  const microphone = source.map((coordinate) => coordinate + 0.15 + 0.2 * random());
  const response = new Float64Array(Math.round(rt60 * sampleRate));
  const reach = (rt60 * speedOfSound) / Math.min(...size) / 2 + 1;

  const images = (axis: number): readonly { readonly distance: number; readonly bounces: number }[] => {
    const side = size[axis] ?? 0;
    const from = source[axis] ?? 0;
    const to = microphone[axis] ?? 0;
    const found: { distance: number; bounces: number }[] = [];
    for (let n = -Math.ceil(reach); n <= reach; n++) {
      found.push({ distance: 2 * n * side + from - to, bounces: Math.abs(2 * n) });
      found.push({ distance: 2 * n * side - from - to, bounces: Math.abs(2 * n - 1) });
    }
    return found;
  };
  for (const a of images(0)) {
    for (const b of images(1)) {
      for (const c of images(2)) {
        const distance = Math.hypot(a.distance, b.distance, c.distance);
        const at = (distance / speedOfSound) * sampleRate;
        const index = Math.floor(at);
        if (index + 1 >= response.length) continue;
        const loudness = reflection ** (a.bounces + b.bounces + c.bounces) / Math.max(0.1, distance);
        const part = at - index;
        response[index] = (response[index] ?? 0) + loudness * (1 - part);
        response[index + 1] = (response[index + 1] ?? 0) + loudness * part;
      }
    }
  }
  const strongest = response.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return response.map((value) => (0.5 * value) / strongest);
};

/** All of it through a response, as long as it was. */
export const convolve = (signal: Float64Array, response: Float64Array): Float64Array => {
  let size = 64;
  while (size < 2 * response.length) size *= 2;
  const fft = createRealFft(size);
  const block = size - response.length + 1;
  const padded = new Float64Array(size);
  padded.set(response);
  const transfer = new Float64Array(size + 2);
  fft.forward(padded, transfer);
  const out = new Float64Array(signal.length);
  const spectrum = new Float64Array(size + 2);
  for (let at = 0; at < signal.length; at += block) {
    padded.fill(0);
    padded.set(signal.subarray(at, at + block));
    fft.forward(padded, spectrum);
    for (let k = 0; k <= size; k += 2) {
      const re = spectrum[k] ?? 0;
      const im = spectrum[k + 1] ?? 0;
      const tr = transfer[k] ?? 0;
      const ti = transfer[k + 1] ?? 0;
      spectrum[k] = re * tr - im * ti;
      spectrum[k + 1] = re * ti + im * tr;
    }
    fft.inverse(spectrum, padded);
    for (let i = 0; i < size && at + i < out.length; i++) out[at + i] = (out[at + i] ?? 0) + (padded[i] ?? 0);
  }
  return out;
};

/**
 * A small loudspeaker that is driven too far: bends loud samples (full scale to 76 %) and a little to one side, which makes odd and even harmonics, and
 * gives nothing below 150 Hz.
 */
export const loudspeaker = (signal: Float64Array, sampleRate: number): Float64Array => {
  const share = Math.exp((-2 * Math.PI * 150) / sampleRate);
  let first = 0;
  let second = 0;
  let before = 0;
  let middle = 0;
  return signal.map((value) => {
    const x = value / 32_768;
    const bent = 32_768 * (Math.tanh(x) + 0.02 * x * x);
    first = share * (first + bent - before);
    before = bent;
    second = share * (second + first - middle);
    middle = first;
    return second;
  });
};

/** The signal at a moment between samples, by 32 of them (windowed sinc): a mean of two would be a filter that changes with the moment. */
const between = (signal: Float64Array, at: number): number => {
  const index = Math.floor(at);
  const part = at - index;
  if (part === 0) return signal[index] ?? 0;
  let sum = 0;
  for (let j = -15; j <= 16; j++) {
    const x = j - part;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / 16.5);
    sum += ((signal[index + j] ?? 0) * window * Math.sin(Math.PI * x)) / (Math.PI * x);
  }
  return sum;
};

/** What comes of playing `far` into the room: what the microphone hears of it, `delayMs` later. */
export interface EchoConfig extends RoomConfig {
  /** Of all buffers and devices, in milliseconds. */
  readonly delayMs: number;
  /** Factor of the amplitude of the echo. */
  readonly gain?: number;
  /** By how much faster the clock of the loudspeaker runs, 0.0001 for 100 ppm. */
  readonly drift?: number;
}

/** The echo of `far` at the microphone, as long as it is. */
export const echoOf = (far: Float64Array, { delayMs, gain = 1, drift = 0, ...room }: EchoConfig): Float64Array => {
  const heard = convolve(loudspeaker(far, room.sampleRate), roomResponse(room));
  const delay = Math.round((delayMs * room.sampleRate) / 1000);
  return heard.map((_, i) => gain * between(heard, (i - delay) * (1 + drift)));
};

/** The sum of signals as a microphone gives it, in 16 bits. */
export const microphone = (...signals: readonly Float64Array[]): Int16Array => {
  const length = Math.max(...signals.map((signal) => signal.length));
  return Int16Array.from({ length }, (_, i) => {
    const sum = signals.reduce((all, signal) => all + (signal[i] ?? 0), 0);
    return Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  });
};

/** Noise of a quiet room, `level` of full scale. */
export const noiseOf = (length: number, level: number, seed = 7): Float64Array => {
  const random = randomFrom(seed);
  return Float64Array.from({ length }, () => 32_768 * level * Math.sqrt(12) * (random() - 0.5));
};
