import { energyVad } from '../../src/dsp/energy-vad.js';
import { modelVad } from '../../src/dsp/model-vad.js';
import { plainKernel, vectorKernel } from '../../src/dsp/silero/kernel.js';
import { sileroNetwork, stateLength } from '../../src/dsp/silero/network.js';
import { silero } from '../../src/dsp/silero/silero.js';
import { sileroWeights } from '../../src/dsp/silero/silero-weights.js';
import { type Estimate, estimate } from '../statistics.js';
import { publishedModel } from './published-model.js';
import { seeded } from './speech.js';

/** Microseconds of CPU that 20 ms of audio take. */
export type VadCosts = Readonly<Record<string, Estimate>>;

/** Share of a window of 32 ms that 20 ms are. */
const ofWindow = 20 / 32;

/** Measures by turns, block by block, so that what else the machine does meets all of them alike. */
export const vadCosts = async ({ blocks, windows }: { readonly blocks: number; readonly windows: number }): Promise<VadCosts> => {
  const random = seeded();
  const window = Float32Array.from({ length: 576 }, () => random() - 0.5);
  const model = await silero();
  const onnx = await publishedModel();

  /** A network, window by window. */
  const network = (kernel = plainKernel()) => {
    const { hear } = sileroNetwork(sileroWeights, kernel);
    const state = new Float32Array(stateLength);
    return () => {
      for (let i = 0; i < windows; i++) hear(window, state);
      return windows / ofWindow;
    };
  };
  /** A detector, frame by frame. */
  const detector = (factory: ReturnType<typeof energyVad>, sampleRate: number, peak: number) => {
    const detect = factory();
    const samples = Int16Array.from({ length: sampleRate / 50 }, () => (random() - 0.5) * peak);
    let position = 0;
    return () => {
      for (let i = 0; i < windows; i++, position += samples.length) detect({ samples, sampleRate, position });
      return windows;
    };
  };
  const programs: Record<string, () => number | Promise<number>> = {
    'the network, WebAssembly': network(vectorKernel()),
    'the network, JavaScript': network(),
    'the network, onnxruntime-node': async () => {
      for (let i = 0; i < windows; i++) await onnx(window);
      return windows / ofWindow;
    },
    'vad, silero, 16 kHz': detector(modelVad(model), 16_000, 8000),
    'vad, silero, 48 kHz': detector(modelVad(model), 48_000, 8000),
    'vad, silero, 48 kHz, silence': detector(modelVad(model), 48_000, 0),
    'vad, energy, 48 kHz': detector(energyVad(), 48_000, 8000),
  };
  const times = new Map(Object.keys(programs).map((name) => [name, [] as number[]]));
  for (let block = -1; block < blocks; block++) {
    for (const [name, program] of Object.entries(programs)) {
      const before = process.cpuUsage();
      const frames = await program();
      const { user, system } = process.cpuUsage(before);
      // The first is for the compiler.
      if (block >= 0) times.get(name)?.push((user + system) / frames);
    }
  }
  return Object.fromEntries([...times].map(([name, values]) => [name, estimate(values)]));
};
