import type { LaneDecision, VoiceEvent } from '../src/events.js';
import { requestReason } from '../src/lane.js';

/** Something that lanes are decided by. */
export interface LaneHappening {
  readonly entry: LaneDecision | VoiceEvent;
  /** What it is, in words. */
  readonly means: string;
}

const place = { event_id: 'e', content_index: 0 };

const says = (item_id: string, transcript: string): LaneHappening => ({
  entry: { type: 'conversation.item.input_audio_transcription.completed', ...place, item_id, transcript },
  means: `the user has said "${transcript}"`,
});
const isSaying = (item_id: string, delta: string): LaneHappening => ({
  entry: { type: 'conversation.item.input_audio_transcription.delta', ...place, item_id, delta },
  means: `the user says "${delta}" and goes on`,
});
const gives = (
  means: string,
  content: { readonly type: string; readonly text?: string; readonly image_url?: string },
): LaneHappening => ({
  entry: {
    type: 'conversation.item.added',
    event_id: 'e',
    item: { id: content.type, type: 'message', role: 'user', status: 'completed', content: [content] },
  },
  means,
});
const calls = (type: 'response.output_item.added' | 'response.output_item.done', means: string): LaneHappening => ({
  entry: {
    type,
    event_id: 'e',
    response_id: 'r',
    output_index: 0,
    item: { id: 'call', type: 'function_call', call_id: 'c', name: 'get_weather', arguments: '{}' },
  },
  means,
});
const response = (type: 'response.created' | 'response.done', means: string): LaneHappening => ({
  entry: { type, event_id: 'e', response: { id: 'r' } },
  means,
});
const enters = (to: string, from: string): LaneHappening => ({
  entry: { type: 'lane.switched', from, to, reason: 'test', confidence: 1, heldFrames: 0, gapMs: 0 },
  means: `the ${to} lane has been entered`,
});
const wants = (lane: string, reason: string, means: string): LaneHappening => ({
  entry: { lane, reason, confidence: 1, at: 0 },
  means,
});

/** What happens in diagrams of lanes, by its letter. */
export const laneHappenings: Readonly<Record<string, LaneHappening>> = {
  h: says('1', 'How are you?'),
  w: says('2', "What's the weather in Tokyo?"),
  k: says('3', 'My invoice is wrong.'),
  n: says('4', 'Could you take notes?'),
  z: says('5', 'And tomorrow?'),
  1: isSaying('6', "What's the wea"),
  2: isSaying('6', 'ther in Tok'),
  3: says('6', "What's the weather in Tokyo?"),
  t: gives('the user has typed "Any news of my invoice?"', { type: 'input_text', text: 'Any news of my invoice?' }),
  p: gives('the user shows a picture', { type: 'input_image', image_url: 'data:image/png;base64,AAAA' }),
  q: {
    entry: { type: 'lane.request', lane: 'big' },
    means: 'somebody asks for the big lane (`lane.request`)',
  },
  e: {
    entry: { type: 'tool.timed_out', functionName: 'get_weather', callId: 'c', timeoutMs: 10_000 },
    means: 'a tool has taken too long',
  },
  c: calls('response.output_item.added', 'the model begins to call a function'),
  d: calls('response.output_item.done', 'the call is complete'),
  o: {
    entry: { type: 'conversation.item.added', event_id: 'e', item: { type: 'function_call_output', call_id: 'c', output: '' } },
    means: 'the model has the result of the call',
  },
  R: response('response.created', 'an answer begins'),
  D: response('response.done', 'the answer is over'),
  H: { entry: { type: 'playout.started', itemId: 'i', responseId: 'r' }, means: 'the assistant is heard' },
  Q: { entry: { type: 'playout.drained' }, means: 'the assistant is not heard any more' },
  L: enters('big', 'fast'),
  K: enters('fast', 'big'),
  b: wants('big', 'rule', 'a rule is for the big lane'),
  f: wants('fast', 'rule', 'a rule is for the fast lane'),
  m: wants('own', 'rule', 'a rule is for a lane of your own'),
  B: wants('big', requestReason, 'somebody asks for the big lane'),
  F: wants('fast', requestReason, 'somebody asks for the fast lane'),
  x: { entry: { type: 'lane.failed', lane: 'big', to: 'fast', error: undefined }, means: 'the big lane has failed' },
};
