import { durationOf, type Hertz, type Millis, samplesIn } from '../../audio.js';
import { AudioError } from '../../errors.js';
import { missing } from '../once.js';
import { loadResampler, type Resampler } from '../resampler.js';
import { createBlockLine } from './block-line.js';
import type { EchoCanceller } from './echo-canceller.js';
import { createEchoCanceller, type EchoTreatment } from './echo-stream.js';
import type { FarLine } from './far-line.js';

type Wasm = Awaited<ReturnType<typeof import('@ennuicastr/webrtcaec3.js')>>;

/** A module, and how many cancellers have memory of it. */
interface Module {
  readonly wasm: Wasm;
  open: number;
}

/** Of a module's 16 MB, which do not grow, 28 cancellers of 48 kHz find room; the next one would be the end of all. */
const mostOpen = 24;
const spareOpen = 12;
/** AEC3 itself comes so much later: its own blocks and its conversion of rates. */
const insideMs: Millis = 9.5;
/** How much the microphone is held back: an echo that comes at once would not be found at all. */
const heldMs: Millis = 10;
/** The loudspeaker's frames may come so much later than usual, and the usual lateness may change so much before they are read elsewhere. */
const slackMs: Millis = 20;
const patienceMs: Millis = 30;

/** 16, 32 and 48 kHz are what AEC3 works at; it converts by itself. */
const innerRate = (sampleRate: Hertz): Hertz => (sampleRate <= 16_000 ? 16_000 : sampleRate <= 32_000 ? 32_000 : 48_000);

const treatmentOf = (module: Module, sampleRate: Hertz): EchoTreatment => {
  if (module.open >= mostOpen) {
    throw new AudioError(`aec3: ${mostOpen} cancellers are open; close some, or load another module by loadAec3()`, {
      code: 'unsupported',
    });
  }
  const inner = innerRate(sampleRate);
  const aec = new module.wasm.AEC3(inner, 1, 1);
  module.open += 1;
  const blockSize = Math.round(sampleRate / 100);
  // Rates that have no whole number of samples in 10 ms are told a little wrong, on both sides.
  const rates = { sampleRateIn: 100 * blockSize, sampleRateOut: 100 * blockSize };
  const farRate = { sampleRateIn: 100 * blockSize };
  const farBlock = new Float64Array(blockSize);
  const far = new Float32Array(blockSize);
  const near = new Float32Array(blockSize);
  const held = new Float32Array(blockSize);
  const cancelled = new Float32Array(blockSize);
  const farChannels = [far];
  const nearChannels = [near];
  const outChannels = [cancelled];
  let offset = 0;
  let isOpen = true;

  const offsetOf = (line: FarLine): number => {
    const wanted = Math.round(line.lateness() + samplesIn(slackMs, sampleRate));
    if (Math.abs(wanted - offset) > samplesIn(patienceMs, sampleRate)) offset = wanted;
    return offset;
  };
  const treat = (block: Float64Array, index: number, line: FarLine, out: Float64Array): void => {
    line.history.read(index - offsetOf(line), farBlock);
    near.set(held);
    for (let i = 0; i < blockSize; i++) {
      far[i] = (farBlock[i] as number) / 32_768;
      held[i] = (block[i] as number) / 32_768;
    }
    aec.analyze(farChannels, farRate);
    aec.process(outChannels, nearChannels, rates);
    for (let i = 0; i < blockSize; i++) out[i] = 32_768 * (cancelled[i] as number);
  };
  const line = createBlockLine(blockSize, treat);
  return {
    delayMs: durationOf(blockSize, sampleRate) + heldMs + insideMs,
    moveTo: line.moveTo,
    process: line.push,
    close() {
      if (!isOpen) return;
      isOpen = false;
      module.open -= 1;
      aec.free();
    },
  };
};

/** Node's `process`, where there is one. */
interface Listening {
  listeners(event: string): readonly unknown[];
  removeListener(event: string, listener: unknown): void;
}
const fatal = ['uncaughtException', 'unhandledRejection'] as const;

/** The module listens to errors of the whole program and throws them anew: an application that handles them itself would end by that. */
const withoutListeners = (): (() => void) => {
  const { process: program } = globalThis as { readonly process?: Listening };
  if (typeof program?.listeners !== 'function') return () => undefined;
  const before = fatal.map((event) => program.listeners(event));
  return () => {
    fatal.forEach((event, i) => {
      for (const listener of program.listeners(event))
        if (!before[i]?.includes(listener)) program.removeListener(event, listener);
    });
  };
};

const loadModule = (): Promise<Module> =>
  import('@ennuicastr/webrtcaec3.js')
    .then((loaded) => {
      const tidy = withoutListeners();
      const loading = loaded.default();
      // It begins to listen while it is called, not later.
      tidy();
      return loading;
    })
    .then((wasm) => ({ wasm, open: 0 }), missing('aec3', '@ennuicastr/webrtcaec3.js'));

let newest: Promise<Module> | undefined;

const moduleWithRoom = (): Promise<Module> => {
  const loading = (newest ?? loadModule()).then((module) => (module.open < spareOpen ? module : loadModule()));
  newest = loading;
  loading.catch(() => {
    newest = undefined;
  });
  return loading;
};

/**
 * Loads AEC3, the echo canceller of WebRTC (WebAssembly, 16 MB, 35 ms), once for each dozen that are open at the same time.
 *
 * What it opens works at any rate (inside at 16, 32 or 48 kHz), finds the delay of the echo by itself, and is the stronger of the two: it takes away some
 * of the near voice, too, while both speak. 30 ms of delay: 10 of a block, 10 because it does not find an echo that comes at once, 10 of its own.
 *
 * @returns A promise; it rejects with `AudioError` `backend_missing` when the module cannot be loaded, and the next call tries again.
 */
export const loadAec3 = (): Promise<() => EchoCanceller> =>
  Promise.all([moduleWithRoom(), loadResampler()]).then(
    ([module, resampler]: readonly [Module, Resampler]) =>
      () =>
        createEchoCanceller((sampleRate) => treatmentOf(module, sampleRate), resampler),
  );
