export type { AudioSink, OpenSink } from '../../operators/playTo.js';
export type { Microphone } from '../../operators/survivingSource.js';
export { type CaptureConfig, capture } from './capture.js';
export type { BackendName, DeviceInfo } from './device.js';
export { type DevicesConfig, devices } from './devices.js';
export { openSocket } from './open-socket.js';
export { openSpeaker, type SpeakerConfig, speaker } from './speaker.js';
export { openWavSink, type WavSinkConfig, wavSink } from './wav-sink.js';
export { type WavSourceConfig, wavSource } from './wav-source.js';
