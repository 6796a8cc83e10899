import type { VoiceEvent } from '../../src/events.js';
import { fromBase64 } from '../../src/wire/base64.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import { moved, places } from '../../test/survival/connection-moves.js';
import type { Verdict } from './promises.js';

export const frameSamples = 480;
/** Frames are numbered from 1 up to here, and again. */
export const numbers = 30_000;
/** Whatever an error may not say. */
const secrets = /sk-soak|AAAA|of course|Are you there/;
/** What the socket may hold: 256 KiB, and what a new session is told at once, 15 s of speech and as much as items. */
const mostBuffered = 262_144 + 2 * 15 * 64_000;
/** Of what is said 15 s are kept: a gap of so many ms, behind the longest utterance, may cost some. */
const longGapMs = 10_000;

/** Looks at what one conversation is told and sends. */
export interface Watch {
  /** A connection is open; gives what to call with each command that it is sent. */
  opened(): (command: ClientEvent, bufferedBytes: number) => void;
  happened(event: VoiceEvent): void;
  ran(callId: string): void;
  /** It is over, after so many frames. */
  ended(frame: number): void;
}

const wordsOf = (event: VoiceEvent): string => ('error' in event && event.type !== 'error' ? String(event.error) : '');

export const watchConversation = (name: string, { look }: Verdict): Watch => {
  let place = 'idle';
  let latest: number | undefined;
  /** The last frame that the service has confirmed, and those of the commits that it has not. */
  let confirmed = 0;
  let commits: number[] = [];
  let lostAt: number | undefined;
  let isExcused = false;
  let told = new Set<string>();
  let here = new Set<string>();
  let current = new Set<string>();
  const calls = new Set<string>();

  const watchFrames = () => {
    let last: number | undefined;
    const mayMiss = (): boolean => lostAt !== undefined && performance.now() - lostAt > longGapMs;
    return (audio: string): void => {
      const samples = fromBase64(audio) ?? new Int16Array();
      for (let at = 0; at < samples.length; at += frameSamples) {
        const number = samples[at] ?? 0;
        const after = last ?? confirmed;
        const ahead = (number - after + numbers) % numbers;
        // A new session may be told again what an earlier one has confirmed.
        const isNext = ahead === 1 || (last === undefined && (ahead === 0 || ahead > numbers / 2));
        look('P4', isNext || isExcused || mayMiss(), () => `${name}: frame ${number} after ${after}`);
        if (!isNext) isExcused = false;
        last = latest = number;
      }
    };
  };

  return {
    opened() {
      const see = watchFrames();
      const mine = new Set<string>();
      let isFirst = true;
      return (command, bufferedBytes) => {
        if (isFirst) {
          commits = [];
          here = mine;
          isFirst = false;
        }
        if (command.type === 'input_audio_buffer.append') {
          see(command.audio);
          look('P7', bufferedBytes <= mostBuffered, () => `${name}: ${bufferedBytes} bytes wait in the socket`);
        }
        if (command.type === 'input_audio_buffer.commit') commits.push(latest ?? 0);
        if (command.type !== 'conversation.item.create') return;
        if (command.item.id != null) mine.add(command.item.id);
        if (command.item.type !== 'message') return;
        for (const { audio } of command.item.content ?? []) if (audio != null) see(audio);
      };
    },
    happened(event) {
      if (event.type.startsWith('connection.') && event.type !== 'connection.backpressure') {
        const next = moved(place, event.type);
        look('P1', places.includes(next), () => `${name}: ${next}`);
        place = places.includes(next) ? next : place;
      }
      if (event.type === 'input_audio_buffer.committed') confirmed = commits.shift() ?? confirmed;
      if (event.type === 'connection.lost' || event.type === 'connection.rotating') current = new Set();
      if (event.type === 'connection.lost') lostAt ??= performance.now();
      if (event.type === 'response.created') current.add(event.response.id ?? '');
      if (event.type === 'response.output_audio.delta') {
        look('P3', current.has(event.response_id), () => `${name}: audio of ${event.response_id}, which is not of this session`);
      }
      if (event.type === 'conversation.item.done' && event.item.id != null) {
        told.add(event.item.id);
        here.add(event.item.id);
      }
      if (event.type === 'connection.restored') {
        const left = new Set([...event.droppedItemIds, ...event.dueItemIds]);
        const missing = [...told].filter((id) => !here.has(id) && !left.has(id));
        look('P5', missing.length === 0, () => `${name}: a new session was not told of ${missing.join(', ')}`);
        isExcused ||= event.droppedMs > 0;
        lostAt = undefined;
        told = new Set([...told].filter((id) => !event.droppedItemIds.includes(id)));
        look('P4', event.droppedMs === 0 || event.gapMs > longGapMs, () => `${name}: ${event.droppedMs} ms of speech dropped`);
      }
      const words = wordsOf(event);
      if (words !== '') look('P8', !secrets.test(words), () => `${name}: ${event.type} says too much`);
      if (event.type === 'error') {
        const isKnown = event.error.code === 'response_cancel_not_active';
        look('also', isKnown, () => `${name}: refused: ${event.error.code ?? 'without a code'}`);
      }
      if (event.type.startsWith('diagnostic.')) look('also', false, () => `${name}: ${event.type}`);
    },
    ran(callId) {
      look('P6', !calls.has(callId), () => `${name}: call ${callId} was run twice`);
      calls.add(callId);
    },
    ended(frame) {
      look('P2', true, () => '');
      look('P4', latest === undefined || latest === frame, () => `${name}: ended at frame ${latest} of ${frame}`);
    },
  };
};
