import { describe, expect, it } from 'vitest';
import { createEmitter } from '../../src/engine/emitter.js';
import { addCallbacks } from '../../src/engine/engine-callbacks.js';
import { type OwnEvent, stamped } from '../../src/engine/engine-event.js';
import type { VoiceEvent } from '../../src/events.js';

/** An emitter, and what its callbacks were told of. */
const callbacks = () => {
  const told: unknown[] = [];
  const emitter = createEmitter();
  addCallbacks(emitter, { onTextResponse: (text) => told.push(text), onSpeechDetected: () => told.push('speech') });
  const tell = (event: OwnEvent | VoiceEvent): void => emitter.emit(stamped(event, 'engine'));
  const says = (responseId: string, text: string): void =>
    tell({ type: 'text.output', text, isPartial: false, itemId: `item_${responseId}`, responseId });
  const starts = (responseId: string): void => tell({ type: 'turn.response_started', responseId, status: 'in_progress' });
  const ends = (responseId: string): void => tell({ type: 'turn.response_completed', responseId, status: 'completed' });
  return { told, tell, says, starts, ends };
};

describe('onTextResponse', () => {
  it('is told all words of each response, of those that go on at the same time, too', () => {
    const { told, says, starts, ends } = callbacks();
    starts('one');
    says('one', 'It is nine.');
    starts('beside');
    says('beside', 'Please hold.');
    ends('beside');
    says('one', 'Anything else?');
    ends('one');
    expect(told).toEqual(['Please hold.', 'It is nine. Anything else?']);
  });

  it('is not told of a response that was broken off, nor are its words those of another', () => {
    const { told, tell, says, ends } = callbacks();
    says('one', 'It is');
    tell({ type: 'turn.response_cancelled', responseId: 'one', status: 'cancelled' });
    says('two', 'Yes?');
    ends('two');
    expect(told).toEqual(['Yes?']);
  });
});

describe('onSpeechDetected', () => {
  it('is told of speech in the next conversation where the last one ended in the middle of it', () => {
    const { told, tell } = callbacks();
    const begin = { type: 'input_audio_buffer.speech_started', event_id: '', item_id: 'a', audio_start_ms: 0 } as const;
    tell(begin);
    tell({ type: 'turn.conversation_ended', reason: 'completed' });
    tell(begin);
    expect(told).toEqual(['speech', 'speech']);
  });
});
