export type { AudioMarbles, AudioMarblesConfig, AudioStream } from './audio-marbles.js';
export { createMarbles, frameMs, type Marbles, type MarblesConfig } from './create-marbles.js';
export { type PcmConfig, pcm } from './pcm.js';
export { type SignalConfig, type SignalKind, signal } from './signal.js';
