import { describe, it } from 'vitest';
import { minWords, notBackchannel } from '../../operators/interruptions.js';
import type { VoiceEvent } from '../../src/events.js';
import { initialState, sessionState } from '../../src/state/session-state.js';
import { marbles } from '../marbles.js';

const committed = (item_id: string): VoiceEvent => ({ type: 'input_audio_buffer.committed', event_id: 'e', item_id });
const said = (item_id: string, transcript: string): VoiceEvent => ({
  type: 'conversation.item.input_audio_transcription.completed',
  event_id: 'e',
  item_id,
  content_index: 0,
  transcript,
});
const saying = (item_id: string, delta: string): VoiceEvent => ({
  type: 'conversation.item.input_audio_transcription.delta',
  event_id: 'e',
  item_id,
  content_index: 0,
  delta,
});

describe('policies of words', () => {
  /** The question is answered already, and its words come late; `n` is what the user says now. */
  const events = {
    q: said('question', 'What is the weather like?'),
    p: saying('question', 'What is the'),
    m: saying('now', 'mhm '),
    n: saying('now', 'stop it'),
    M: said('now', 'Mhm.'),
  };
  const state = () => sessionState(initialState, committed('question'));

  it.each([
    ['interrupt once so many words were said', minWords(2), '-m-n', '---(i|)'],
    ['let the assistant speak on when fewer were said', minWords(2), '-m-M', '---|'],
    ['do not count words of an earlier turn that come late', minWords(2), '-q-m-n', '-----(i|)'],
    ['do not count pieces of them either', minWords(2), '-p-m-M', '-----|'],
    ['are not ended by them', notBackchannel(), '-q-M', '---|'],
  ] as const)('%s', (_, policy, source, expected) =>
    marbles((t) => {
      const verdict$ = policy(t.hot(source, events), state);
      t.expectObservable(verdict$).toBe(expected, { i: 'interrupt' });
    })(),
  );
});
