import type { Hertz, Millis, SampleIndex } from '../audio.js';
import type { ErrorCode } from '../errors.js';
import type { DeviceInfo } from './device.js';

/** What the process that holds a device is told. */
export type HostCommand =
  | { readonly type: 'devices' }
  | { readonly type: 'input'; readonly device: string | undefined; readonly sampleRate: Hertz; readonly chunkMs: Millis }
  | { readonly type: 'output'; readonly device: string | undefined; readonly sampleRate: Hertz }
  /** All frames before `position` have arrived. */
  | { readonly type: 'received'; readonly position: SampleIndex }
  | { readonly type: 'write'; readonly samples: Int16Array }
  /** What follows is counted from 0, under this number. */
  | { readonly type: 'flush'; readonly flushes: number }
  /** From now on, say what the device is given. */
  | { readonly type: 'listen' }
  | { readonly type: 'close' };

/** What it answers. */
export type HostReply =
  | { readonly type: 'devices'; readonly devices: readonly DeviceInfo[] }
  | { readonly type: 'opened' }
  | { readonly type: 'frame'; readonly samples: Int16Array; readonly position: SampleIndex }
  /** Samples taken since the flush of that number; also a sign of life. */
  | { readonly type: 'taken'; readonly samples: number; readonly flushes: number }
  /** What the device was given, silence included; `position` counts from its opening. */
  | { readonly type: 'given'; readonly samples: Int16Array; readonly position: SampleIndex }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string };
