import { toBase64 } from '../../src/wire/base64.js';
import { frameSize, speech } from './speech.js';

// What the service says, written as it writes it: compact, and the keys in its order.

const responseId = 'resp_E6U0xfWhN878XBMhc0LKn';
const itemId = 'item_E6U0xWSFIFri2uw2kTLLq';
const place = { response_id: responseId, item_id: itemId, output_index: 0, content_index: 0 };
const session = { type: 'realtime', id: 'sess_E6U0tZ1Xw2kLq8pHnV3bR', object: 'realtime.session', model: 'gpt-realtime-2.1' };

const eventId = (number: number): string => `event_${String(number).padStart(21, 'E6U0x5zQRGJVzr6MR41ud')}`;
const message = (type: string, rest: object, number = 0): string => JSON.stringify({ type, event_id: eventId(number), ...rest });

export const sessionCreated = message('session.created', { session });

/** What it says up to the audio of a response. To be said in mid-speech: what begins over a response interrupts it. */
export const opening: readonly string[] = [
  message('session.updated', { session: { ...session, audio: { input: { turn_detection: null } } } }),
  message('response.created', { response: { id: responseId, object: 'realtime.response', status: 'in_progress', output: [] } }),
  message('conversation.item.added', {
    previous_item_id: null,
    item: { id: itemId, type: 'message', role: 'assistant', status: 'in_progress', content: [] },
  }),
];

/** Turns the client's audio into a turn: a buffer that only grew would be no conversation. */
export const committed = message('input_audio_buffer.committed', {
  previous_item_id: null,
  item_id: 'item_E6U0tmLzqK1vJY3sPw9Cb',
});

/** One message of audio. */
export const audioDelta = (delta: string, number: number): string =>
  message('response.output_audio.delta', { ...place, delta }, number);

/**
 * Ten seconds of speech in messages of `ms` milliseconds. The service's own are of 200 ms (3.4 s came in 17, 0.75 s in 4);
 * shorter ones are dearer by the second.
 */
export const audioDeltas = (ms: number): readonly string[] => {
  const samples = speech();
  const size = (ms / 20) * frameSize;
  return Array.from({ length: samples.length / size }, (_, at) =>
    audioDelta(toBase64(samples.subarray(at * size, (at + 1) * size)), at),
  );
};
