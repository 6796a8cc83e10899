import type { Frame } from '../src/providers/provider.js';
import type { ClientEvent } from '../src/wire/client-event.js';

/** A command of each type. */
export const sampleCommands: readonly ClientEvent[] = [
  {
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello.' }] },
  },
  { type: 'conversation.item.create', item: { type: 'function_call_output', call_id: 'call_1', output: '{}' } },
  { type: 'conversation.item.delete', item_id: 'item_1' },
  { type: 'conversation.item.retrieve', item_id: 'item_1' },
  { type: 'conversation.item.truncate', item_id: 'item_1', content_index: 0, audio_end_ms: 100 },
  { type: 'input_audio_buffer.append', audio: 'AAAAAA==' },
  { type: 'input_audio_buffer.clear' },
  { type: 'input_audio_buffer.commit' },
  { type: 'output_audio_buffer.clear' },
  { type: 'response.cancel' },
  { type: 'response.create' },
  { type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } },
  { type: 'session.input_audio_buffer.append', audio: 'AAAAAA==' },
  { type: 'session.close' },
];

/** What a service should not send. */
export const garbage: readonly Frame[] = [
  '',
  'null',
  '7',
  '[]',
  '{}',
  '{"type":7}',
  '{"type":null}',
  '{"type":"response.output_audio.delta"}',
  '{"type":"response.done","response":[]}',
  '{"type":"response.done","resp',
  `${'['.repeat(5000)}`,
  '\u0000\ud800',
  new Uint8Array(0),
  Uint8Array.of(0xff, 0xfe, 0, 1, 2),
];
