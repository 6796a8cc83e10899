import { once } from 'node:events';
import WebSocket from 'ws';
import { samplesIn } from '../../src/audio.js';
import { toBase64 } from '../../src/wire/base64.js';
import { frameSize, sampleRate, silence, speech, windowsOf } from './speech.js';

/** Two seconds of speech and eight of silence: what each caller says, again and again. */
const cycle: readonly string[] = [...windowsOf(speech()).slice(0, 100), ...windowsOf(silence()).slice(0, 400)].map((samples) =>
  JSON.stringify({ type: 'input_audio_buffer.append', audio: toBase64(samples) }),
);
/** Which of them is the first by which the turn must have ended: the speech, and 600 ms of silence. */
const turnFrame = 130;
const silent = 100;

/** One caller, who does nothing but send frames, and count what comes. */
export interface Caller {
  /** Sends the next 20 ms. */
  speak(): void;
  hangUp(): Promise<void>;
  /** Turns that were said to their end, or were taken for it. */
  readonly turns: number;
  /** Responses that were completed. */
  readonly answers: number;
  /** Audio that came, in seconds. */
  readonly audioSeconds: number;
}

/** What all callers report to. */
export interface Log {
  /** Milliseconds from the frame that ended a turn to the word that it was taken. */
  readonly turnMs: number[];
  /** What should not be. */
  readonly errors: string[];
}

interface Said {
  readonly type: string;
  readonly audio_end_ms?: number;
  readonly error?: { readonly code: string | null };
  readonly response?: { readonly status: string };
}

const audioDelta = '{"type":"response.output_audio.delta"';
const payload = '"delta":"';
const payloadSeconds = (message: Buffer): number =>
  ((message.length - message.indexOf(payload) - payload.length - 2) * 3) / 4 / 2 / sampleRate;

/**
 * Calls a service of OpenAI's protocol and waits for its session; without rxvox, so that this side costs little.
 *
 * @param patience Part of a cycle, 0 to 1, for which it is silent before it speaks for the first time.
 */
export const call = async (url: string, patience: number, { turnMs, errors }: Log): Promise<Caller> => {
  const socket = new WebSocket(`${url}?model=gpt-realtime-2.1`, { perMessageDeflate: false });
  /** When each of the last frames was sent: 5 s, more than any turn takes to be noticed. */
  const sentAt = new Float64Array(256);
  const pause = Math.floor(patience * cycle.length);
  let frames = 0;
  let said = 0;
  let taken = 0;
  let answers = 0;
  let audioSeconds = 0;
  let lastFrame = 0;
  let isOpen = true;
  socket.on('message', (data: Buffer) => {
    if (data.toString('latin1', 0, audioDelta.length) === audioDelta) {
      audioSeconds += payloadSeconds(data);
      return;
    }
    const { type, audio_end_ms = 0, error, response } = JSON.parse(data.toString()) as Said;
    if (type === 'error') errors.push(`error ${error?.code}`);
    else if (type === 'input_audio_buffer.speech_stopped')
      lastFrame = Math.ceil(samplesIn(audio_end_ms, sampleRate) / frameSize) - 1;
    else if (type === 'input_audio_buffer.committed') {
      taken += 1;
      turnMs.push(performance.now() - (sentAt[lastFrame % sentAt.length] ?? 0));
    } else if (type === 'response.done') {
      if (response?.status === 'completed') answers += 1;
      else errors.push(`response ${response?.status}`);
    }
  });
  socket.on('error', ({ message }) => errors.push(message));
  socket.on('close', (code) => {
    if (isOpen) errors.push(`close ${code}`);
  });
  await once(socket, 'message');
  return {
    speak() {
      const at = frames < pause ? silent : (frames - pause) % cycle.length;
      socket.send(cycle[at] as string);
      sentAt[frames++ % sentAt.length] = performance.now();
      if (at === turnFrame) said += 1;
    },
    async hangUp() {
      isOpen = false;
      socket.close();
      if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close');
    },
    get turns() {
      return Math.max(said, taken);
    },
    get answers() {
      return answers;
    },
    get audioSeconds() {
      return audioSeconds;
    },
  };
};
