import { finalize, map, type Observable, of, switchMap, toArray } from 'rxjs';
import { resample } from '../../operators/resample.js';
import type { AudioFrame, Hertz, Millis } from '../audio.js';
import { ConfigError } from '../errors.js';
import type { VoiceEvent } from '../events.js';
import type { Acknowledged } from '../state/acknowledgements.js';
import { outputFormatOf } from '../state/audio-format.js';
import type { SessionState } from '../state/session-state.js';
import { bytesToBase64 } from '../wire/base64.js';
import type { ClientEvent, ClientEventOf } from '../wire/client-event.js';
import type { ContentPart } from '../wire/item.js';
import { decodePayload } from '../wire/payload.js';
import type { Call } from './call.js';
import { bytesOf } from './engine-event.js';
import { joined } from './joined.js';
import { listeningTo } from './listening-to.js';
import { saidAloud, sayAloud } from './say-aloud.js';
import { sentAudio } from './sent-audio.js';

export interface Responding {
  readonly respond?: boolean;
}

export interface ImageConfig extends Responding {
  readonly text?: string;
  readonly detail?: 'auto' | 'low' | 'high';
}

export interface SpeechConfig {
  readonly timeoutMs?: Millis;
  readonly play?: boolean;
}

const respond: ClientEvent = { type: 'response.create' };

/** Says it to the provider, and asks for an answer where one is wanted; emits when the provider has taken it. */
export const asking = (call: Call, command: Acknowledged, isAnswered: boolean): Observable<unknown> =>
  listeningTo(call.ask(command), () => {
    if (isAnswered) call.send(respond);
  });

/** What the user says in writing. */
export const textMessage = (text: string): ClientEventOf<'conversation.item.create'> => userMessage({ type: 'input_text', text });

/** What the user shows, behind what is said of it. */
export const imageMessage = (
  image: Uint8Array | string,
  { text, detail }: Omit<ImageConfig, 'respond'>,
): ClientEventOf<'conversation.item.create'> =>
  userMessage(...(text === undefined ? [] : [{ type: 'input_text' as const, text }]), {
    type: 'input_image',
    image_url: typeof image === 'string' ? image : dataUrl(image),
    ...(detail ? { detail } : {}),
  });

const userMessage = (...content: readonly ContentPart[]): ClientEventOf<'conversation.item.create'> => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [...content] },
});

/** A PNG or JPEG as an address. */
const dataUrl = (image: Uint8Array): string => `data:image/${image[0] === 0x89 ? 'png' : 'jpeg'};base64,${bytesToBase64(image)}`;

/** Audio at another rate, in one piece. */
const resampled = (frame: AudioFrame, to: Hertz): Observable<Int16Array> =>
  of(frame).pipe(
    resample({ to }),
    toArray(),
    map((frames) => joined(frames.map(({ samples }) => samples))),
  );

/** Sends a recording as one turn, with nothing before it and nothing after; where the service ends turns, not meanwhile. */
export const sendRecording = (call: Call, recording: AudioFrame, isAnswered: boolean): Observable<unknown> =>
  resampled(recording, call.input.sampleRate).pipe(
    switchMap((samples) => {
      const detection = detectionOf(call.state());
      if (detection) call.send(withDetection(null));
      call.send({ type: 'input_audio_buffer.clear' }, ...sentAudio(call.input.sampleRate, call.input, undefined).push(samples));
      return listeningTo(asking(call, { type: 'input_audio_buffer.commit' }, isAnswered), () => {
        if (detection) call.send(withDetection(detection));
      });
    }),
  );

type Detection = NonNullable<
  NonNullable<NonNullable<ClientEventOf<'session.update'>['session']['audio']>['input']>['turn_detection']
>;

const detectionOf = ({ conversation: { session, turns } }: SessionState): Detection | undefined =>
  (turns === 'server' && (session?.audio?.input?.turn_detection as Detection | undefined)) || undefined;

const withDetection = (turn_detection: Detection | null): ClientEvent => ({
  type: 'session.update',
  session: { audio: { input: { turn_detection } } },
});

/** Lets the assistant say a text, and emits the audio of it, once: PCM16 at this rate. */
export const say = (
  call: Call,
  text: string,
  { timeoutMs, play, sampleRate }: Required<SpeechConfig> & { readonly sampleRate: Hertz },
): Observable<Uint8Array> => {
  const name = call.asides.name(!play);
  const formatNow = () => outputFormatOf(call.state().conversation.session);
  const decode = (delta: string): Int16Array | undefined => decodePayload(delta, formatNow().encoding);
  return listeningTo(saidAloud(call.event$, { name, timeoutMs, decode }), () => call.send(sayAloud(text, name))).pipe(
    switchMap((samples) => resampled({ samples, sampleRate: formatNow().sampleRate, position: 0 }, sampleRate)),
    map(bytesOf),
    finalize(() => call.send(...call.asides.leave(name))),
  );
};

/** Asks for a lane of the conversation. */
export const laneRequest = ({ lanes }: Call, lane: string): VoiceEvent => {
  if (lanes.includes(lane)) return { type: 'lane.request', lane };
  const message = `requestLane: there is no lane ${lane}; mode: 'dynamic' has fast and big, this conversation has ${lanes.join(' and ')}`;
  throw new ConfigError(message, { code: 'invalid_config' });
};
