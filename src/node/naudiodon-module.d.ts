// Of our own: naudiodon is optional, so that its types may be missing, and its own say that quit() returns nothing.
declare module 'naudiodon' {
  interface PortAudioDevice {
    readonly id: number;
    readonly name: string;
    readonly maxInputChannels: number;
    readonly maxOutputChannels: number;
  }
  interface StreamConfig {
    readonly deviceId: number;
    readonly sampleRate: number;
    readonly channelCount: number;
    readonly sampleFormat: 16;
    readonly framesPerBuffer: number;
    readonly highwaterMark: number;
    readonly maxQueue: number;
    readonly closeOnError: boolean;
  }
  interface PortAudioStream {
    start(): void;
    quit(): Promise<void>;
    on(event: 'error', listener: (error: unknown) => void): void;
  }
  interface PortAudioInput extends PortAudioStream {
    on(event: 'error', listener: (error: unknown) => void): void;
    on(event: 'data', listener: (bytes: Buffer) => void): void;
  }
  interface PortAudioOutput extends PortAudioStream {
    write(bytes: Buffer, done: (error?: unknown) => void): boolean;
  }
  export function getDevices(): readonly PortAudioDevice[];
  export function getHostAPIs(): {
    readonly defaultHostAPI: number;
    readonly HostAPIs: readonly { readonly id: number; readonly defaultInput: number; readonly defaultOutput: number }[];
  };
  export function AudioIO(options: { readonly inOptions: StreamConfig }): PortAudioInput;
  export function AudioIO(options: { readonly outOptions: StreamConfig }): PortAudioOutput;
}
