// What a page puts between its microphone and rxvox: frames of 16-bit samples, posted as they are full.
class Frames extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    this.samples = new Int16Array(processorOptions.frameSamples);
    this.filled = 0;
    this.position = 0;
  }

  process([[channel] = []]) {
    for (const value of channel ?? []) {
      this.samples[this.filled++] = Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768)));
      if (this.filled < this.samples.length) continue;
      this.port.postMessage({ samples: this.samples, position: this.position });
      this.position += this.samples.length;
      this.samples = new Int16Array(this.samples.length);
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor('frames', Frames);
