import { voiceClarity } from '../../src/dsp/clarity.js';
import { loadAec3 } from '../../src/dsp/echo/aec3.js';
import { kalmanEcho } from '../../src/dsp/echo/kalman-echo.js';
import { energyVad } from '../../src/dsp/energy-vad.js';
import type { FrameProcessor } from '../../src/dsp/frame-processor.js';
import { encodeG711 } from '../../src/dsp/g711.js';
import { gainControl } from '../../src/dsp/gain-control.js';
import { modelVad } from '../../src/dsp/model-vad.js';
import { loadNoiseReducer } from '../../src/dsp/noise-reducer.js';
import { qualityMeter } from '../../src/dsp/quality/quality-meter.js';
import { loadResampler } from '../../src/dsp/resampler.js';
import { silero } from '../../src/dsp/silero/silero.js';
import { type EnhancementConfig, loadEnhancer } from '../../src/enhancement.js';
import { microphone, speech, speechAt } from './speech.js';

/** Does what a stage does to the next 20 ms of a voice. */
type Step = () => void;

/** A stage to be measured, and how many microseconds it may take for 20 ms, where that was promised. */
interface AudioStageSubject {
  readonly targetMicros?: number;
  readonly open: () => Promise<Step>;
}

const processing = (open: () => Promise<FrameProcessor>) => async (): Promise<Step> => {
  const processor = await open();
  const next = microphone(speech());
  return () => void processor.process(next());
};
const enhancing = (config: EnhancementConfig) => processing(async () => (await loadEnhancer(config))());

/** A voice that comes out of the loudspeaker, and back. */
const echoing = (open: () => Promise<ReturnType<typeof kalmanEcho>>) => async (): Promise<Step> => {
  const canceller = await open();
  const next = microphone(speech());
  return () => {
    const frame = next();
    canceller.reference(frame);
    canceller.process(frame);
  };
};

/** All stages; a line each. */
export const audioStages: Readonly<Record<string, AudioStageSubject>> = {
  'energy VAD': {
    targetMicros: 0.6,
    open: async () => {
      const detect = energyVad()();
      const next = microphone(speech());
      return () => void detect(next());
    },
  },
  'Silero VAD': {
    targetMicros: 60,
    open: async () => {
      const detect = modelVad(await silero())();
      const next = microphone(speech());
      return () => void detect(next());
    },
  },
  'resampling 48 → 16 kHz': {
    targetMicros: 15,
    open: async () => {
      const stream = (await loadResampler()).open({ from: 48_000, to: 16_000 });
      const next = speechAt(48_000);
      return () => void stream.process(next());
    },
  },
  'µ-law, 8 kHz': {
    targetMicros: 1,
    open: async () => {
      const next = speechAt(8000);
      return () => void encodeG711(next(), 'pcmu');
    },
  },
  'gain control': { targetMicros: 3, open: processing(async () => gainControl()()) },
  clarity: { open: processing(async () => voiceClarity()()) },
  'noise reduction, Speex': { open: processing(async () => (await loadNoiseReducer({ model: 'speex' }))()) },
  'noise reduction, RNNoise': { open: processing(async () => (await loadNoiseReducer())()) },
  'echo, AEC3 (strong)': { targetMicros: 350, open: echoing(async () => (await loadAec3())()) },
  'echo, Kalman (doubleTalk)': {
    targetMicros: 350,
    open: echoing(async () => kalmanEcho({ resampler: await loadResampler() })),
  },
  'quality meter': {
    open: async () => {
      const meter = qualityMeter();
      const next = microphone(speech());
      return () => void meter.hear(next());
    },
  },
  'enhance, latency': { open: enhancing({ mode: 'latency', clarityBoost: true }) },
  'enhance, balanced': { targetMicros: 3000, open: enhancing({ mode: 'balanced', clarityBoost: true }) },
  'enhance, quality': { open: enhancing({ mode: 'quality', clarityBoost: true }) },
};
