import { once } from 'node:events';
import { Subject, tap } from 'rxjs';
import WebSocket from 'ws';
import type { AudioFrame } from '../../src/audio.js';
import type { VoiceEvent } from '../../src/events.js';
import { openSocket } from '../../src/node/open-socket.js';
import type { OpenSocket, Socket } from '../../src/providers/provider.js';
import { loudspeaker, startPipe } from './pipe.js';
import { microphone, speech } from './speech.js';

/** One end of a connection, whatever stands between it and the audio. */
export interface Client {
  /** Sends the next frame. */
  speak(): void;
  /** Bytes that have not left the process. */
  readonly bufferedAmount: number;
  /** Samples that were received so far. */
  readonly played: number;
}

/** Through rxvox; speaks already, and the service has begun to answer. */
export const pipeClient = async (url: string): Promise<Client> => {
  const frames$ = new Subject<AudioFrame>();
  const next = microphone(speech());
  const speaker = loudspeaker();
  const speak = (): void => frames$.next(next());
  const socket = await new Promise<Socket>((resolve) => {
    let open: Socket | undefined;
    const watched: OpenSocket = (request) =>
      openSocket(request).pipe(
        tap((signal) => {
          if (signal.type === 'open') open = signal.socket;
        }),
      );
    const told = ({ type }: VoiceEvent): void => {
      if (type === 'connection.established') setImmediate(() => Array.from({ length: 100 }, speak));
      if (type === 'conversation.item.added' && open) resolve(open);
    };
    startPipe(frames$, { url, openSocket: watched, speaker, told });
  });
  return {
    speak,
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    get played() {
      return speaker.played;
    },
  };
};

/** What one would write without it: the same JSON out, `JSON.parse` and `Buffer.from` in. */
export const bareClient = async (url: string): Promise<Client> => {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  let played = 0;
  socket.on('message', (data: Buffer) => {
    const event = JSON.parse(data.toString()) as { readonly type: string; readonly delta: string };
    if (event.type !== 'response.output_audio.delta') return;
    const bytes = Buffer.from(event.delta, 'base64');
    const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
    played += samples.length;
  });
  await once(socket, 'open');
  const next = microphone(speech());
  return {
    speak() {
      const { samples } = next();
      const audio = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('base64');
      socket.send(JSON.stringify({ type: 'input_audio_buffer.append', audio }));
    },
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    get played() {
      return played;
    },
  };
};
