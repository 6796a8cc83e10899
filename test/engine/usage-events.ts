import { initialUsageReport, type UsageReport, usageReport } from '../../src/engine/usage-report.js';
import { type UsageSummary, usageOf } from '../../src/engine/usage-summary.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { isCommand } from '../../src/events.js';
import { initialState, type SessionState, sessionState } from '../../src/state/session-state.js';
import { bytesToBase64 } from '../../src/wire/base64.js';
import type { Usage } from '../../src/wire/usage.js';

/** Tokens of a response by class: text, audio, image. */
export interface Counts {
  readonly input: readonly [number, number, number];
  readonly cached?: readonly [number, number, number];
  readonly output: readonly [number, number];
}

/** The usage as the service writes it. */
export const usage = ({ input, cached = [0, 0, 0], output }: Counts): Usage => {
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  const details = ([text_tokens, audio_tokens, image_tokens]: readonly [number, number, number]) => ({
    text_tokens,
    audio_tokens,
    image_tokens,
  });
  return {
    total_tokens: sum(input) + sum(output),
    input_tokens: sum(input),
    output_tokens: sum(output),
    input_token_details: { ...details(input), cached_tokens: sum(cached), cached_tokens_details: details(cached) },
    output_token_details: { text_tokens: output[0], audio_tokens: output[1] },
  };
};

export const session = (model: string, id = 'sess_1'): VoiceEvent => ({
  type: 'session.created',
  event_id: 'e',
  session: { type: 'realtime', id, model },
});
export const established: VoiceEvent = { type: 'connection.established', connectionId: 's', latencyMs: 40, droppedMs: 0 };
export const restored: VoiceEvent = {
  type: 'connection.restored',
  gapMs: 0,
  replayedItems: 0,
  replayedMs: 0,
  droppedMs: 0,
  droppedItemIds: [],
  droppedImages: 0,
  dueItemIds: [],
};
export const lane = (name: string): VoiceEvent => ({ type: 'lane.entered', lane: name });
export const created = (id: string): VoiceEvent => ({
  type: 'response.created',
  event_id: 'e',
  response: { id, status: 'in_progress' },
});
/** Audio of that length at 24 kHz PCM16. */
export const audio = (id: string, ms: number): VoiceEvent => ({
  type: 'response.output_audio.delta',
  event_id: 'e',
  response_id: id,
  item_id: `item_${id}`,
  output_index: 0,
  content_index: 0,
  delta: bytesToBase64(new Uint8Array(ms * 48)),
});
export const call = (id: string): VoiceEvent => ({
  type: 'response.output_item.done',
  event_id: 'e',
  response_id: id,
  output_index: 0,
  item: { id: `call_of_${id}`, type: 'function_call', name: 'f', call_id: 'c', arguments: '{}' },
});
export const done = (id: string, counts?: Counts, status = 'completed'): VoiceEvent => ({
  type: 'response.done',
  event_id: 'e',
  response: { id, status, ...(counts ? { usage: usage(counts) } : {}) },
});
export const commit: Command = { type: 'input_audio_buffer.commit' };
export const append = (ms: number): Command => ({
  type: 'input_audio_buffer.append',
  audio: bytesToBase64(new Uint8Array(ms * 48)),
});
export const committed: VoiceEvent = { type: 'input_audio_buffer.committed', event_id: 'e', item_id: 'item_u' };

/** The report after these; the state sees commands too, the report sees events alone. */
export const reported = (entries: readonly (VoiceEvent | Command)[], before: UsageReport = initialUsageReport): UsageReport => {
  let state: SessionState = initialState;
  return entries.reduce<UsageReport>((report, entry) => {
    state = sessionState(state, entry);
    return isCommand(entry) ? report : usageReport(report, entry, state);
  }, before);
};

export const used = (...entries: readonly (VoiceEvent | Command)[]): UsageSummary => usageOf(reported(entries));
