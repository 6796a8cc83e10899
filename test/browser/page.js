import { outcomeOf } from './stages.ts';

/** What the worklet hears of the samples, in frames of 20 ms. */
const heardByWorklet = async (samples, sampleRate) => {
  const context = new OfflineAudioContext(1, samples.length, sampleRate);
  await context.audioWorklet.addModule('worklet.js');
  const buffer = context.createBuffer(1, samples.length, sampleRate);
  buffer.copyToChannel(
    Float32Array.from(samples, (sample) => sample / 32_768),
    0,
  );
  const source = new AudioBufferSourceNode(context, { buffer });
  const worklet = new AudioWorkletNode(context, 'frames', { processorOptions: { frameSamples: sampleRate / 50 } });
  const frames = [];
  const whole = samples.length - (samples.length % (sampleRate / 50));
  const done = new Promise((resolve) => {
    worklet.port.onmessage = ({ data }) => {
      frames.push({ ...data, sampleRate });
      if (data.position + data.samples.length >= whole) resolve();
    };
  });
  source.connect(worklet).connect(context.destination);
  source.start();
  await context.startRendering();
  await done;
  return frames;
};

/** Plays samples into an AudioWorklet, and takes the frames that it hears through a stage. */
globalThis.run = async (name, samples, sampleRate) => outcomeOf(name, await heardByWorklet(samples, sampleRate));
