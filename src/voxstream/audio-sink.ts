import type { Observer } from 'rxjs';
import type { VoiceFrame } from '../audio.js';

/** Takes the audio of a continuous stream: a function, which may return a promise and is not called again before that is fulfilled; a `WritableStream`; or an observer. */
export type AudioSink =
  | ((frame: VoiceFrame) => unknown)
  | WritableFrames
  | (Pick<Observer<VoiceFrame>, 'next'> & Partial<Observer<VoiceFrame>>);

/** A `WritableStream` of frames, as far as it is used. */
export interface WritableFrames {
  /** As that of a `WritableStream`. */
  getWriter(): FrameWriter;
}

/** A `WritableStreamDefaultWriter` of frames, as far as it is used. */
export interface FrameWriter {
  /** Resolves when the frame is taken. */
  write(frame: VoiceFrame): Promise<void>;
  /** Nothing more comes. */
  close(): Promise<void>;
  /** Nothing more comes, because of an error. */
  abort(reason?: unknown): Promise<void>;
}

/** What all sinks are made. */
export interface Outlet {
  /** Fulfilled when the sink can take more. */
  write(frame: VoiceFrame): Promise<unknown>;
  /** All has been written. */
  close(): Promise<unknown>;
  /** Nothing more comes, because of an error. */
  abort(error: unknown): Promise<unknown>;
}

/** Whether it can take audio. */
export const isSink = (sink: unknown): sink is AudioSink =>
  typeof sink === 'function' ||
  (typeof sink === 'object' && sink !== null && ('getWriter' in sink || ('next' in sink && typeof sink.next === 'function')));

/** A sink of any kind as one. */
export function outlet(sink: AudioSink): Outlet {
  if (typeof sink === 'function')
    return { write: async (frame) => sink(frame), close: async () => undefined, abort: async () => undefined };
  if ('getWriter' in sink) {
    const writer = sink.getWriter();
    return { write: (frame) => writer.write(frame), close: () => writer.close(), abort: (error) => writer.abort(error) };
  }
  return {
    write: async (frame) => sink.next(frame),
    close: async () => sink.complete?.(),
    abort: async (error) => sink.error?.(error),
  };
}
