import { clock } from '../clock.js';
import type { VoiceEvent } from '../events.js';

/** Writes what happens, line by line, as it happens. */
export interface Timeline {
  event(event: VoiceEvent): void;
  /** Ends a line that still grows. */
  end(): void;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(2);

const nameOf = (direction: 'input' | 'output'): string => (direction === 'input' ? 'mic' : 'speaker');

/** Label and remark of an event that deserves a line. */
const describe = (event: VoiceEvent): readonly [string, string] | undefined => {
  switch (event.type) {
    case 'connection.established':
      return ['ready', `${event.connectionId}, ${Math.round(event.latencyMs)} ms after connecting`];
    case 'connection.lost':
      return ['connection lost', `${event.reason} (${event.closeCode})`];
    case 'audio.device_lost':
      return [`${nameOf(event.direction)} lost`, `${event.device}: ${event.error.message}`];
    case 'audio.device_restored':
      return [`${nameOf(event.direction)} back`, `${event.device}, after ${seconds(event.gapMs)} s`];
    case 'audio.drift':
      return ['drift', `${event.device} gives ${event.ratio.toFixed(3)} s of audio a second`];
    case 'speech.started':
      return ['speech started', ''];
    case 'speech.stopped':
      return ['speech stopped', `${seconds(event.durationMs)} s of speech`];
    case 'input_audio_buffer.committed':
      return ['committed', ''];
    case 'conversation.item.input_audio_transcription.completed':
      return ['you', event.transcript];
    case 'response.created':
      return ['response', ''];
    case 'response.function_call_arguments.done':
      return ['tool call', `${event.name ?? ''}(${event.arguments})`];
    case 'playout.started':
      return ['sounding', ''];
    case 'turn.interrupted':
      return ['interrupted', `${seconds(event.heardMs)} s were heard`];
    case 'conversation.item.truncated':
      return ['truncated', `at ${seconds(event.audio_end_ms)} s`];
    case 'conversation.item.deleted':
      return ['deleted', 'nothing of it was heard'];
    case 'playout.underrun':
      return ['underrun', `gathers ${Math.round(event.prefillMs)} ms`];
    case 'playout.item_done':
      return ['played', `${seconds(event.playedMs)} s`];
    case 'lane.switched':
      return ['lane', `${event.from} → ${event.to}: ${event.reason}`];
    case 'lane.failed':
      return ['lane failed', `${event.lane}; goes on in ${event.to}`];
    case 'tool.succeeded':
      return ['tool result', `${event.functionName}, ${Math.round(event.durationMs)} ms`];
    case 'tool.failed':
      return ['tool failed', event.functionName];
    case 'tool.timed_out':
      return ['tool timed out', event.functionName];
    case 'playout.sound_started':
      return ['sound', event.id];
    case 'playout.sound_ended':
      return ['sound ended', `${seconds(event.playedMs)} s`];
    case 'response.done':
      return event.response.status === 'completed' ? ['response done', ''] : ['response ended', event.response.status ?? ''];
    case 'error':
      return ['error', `${event.error.code ?? event.error.type}: ${event.error.message}`];
    case 'diagnostic.response_failed':
      return ['failed', event.error.message];
    case 'diagnostic.malformed_event':
      return ['malformed', `${event.eventType}: ${event.paths.join(', ')}`];
    case 'diagnostic.unknown_event':
      return ['unknown event', event.eventType];
    default:
      return undefined;
  }
};

/** What a line is measured from: each step of an answer from the one before it. */
const steps: ReadonlySet<string> = new Set<VoiceEvent['type']>([
  'speech.stopped',
  'input_audio_buffer.committed',
  'response.created',
  'response.output_audio.delta',
  'playout.started',
]);

/** A timeline in plain text: seconds since the start, the lane if asked for, the event, a remark, and how long the step took. */
export const createTimeline = (write: (text: string) => void, { lanes }: { readonly lanes: boolean }): Timeline => {
  const startedAt = clock.now();
  let lastStep: number | undefined;
  let isGrowing = false;
  let sounding: string | undefined;
  let lane = '';

  const line = (label: string, remark: string, end = '\n'): void => {
    if (isGrowing) write('\n');
    isGrowing = false;
    const where = lanes ? lane.padEnd(6) : '';
    const text = `${seconds(clock.now() - startedAt).padStart(8)} s  ${where}${label.padEnd(16)}${remark}`;
    write(end === '' ? text : text.trimEnd() + end);
  };
  const took = (type: string): string => {
    if (!steps.has(type)) return '';
    const now = clock.now();
    const ms = lastStep === undefined || type === 'speech.stopped' ? '' : `+${Math.round(now - lastStep)} ms`;
    lastStep = now;
    return ms;
  };
  const grow = (words: string): void => {
    if (!isGrowing) line('assistant', '', '');
    write(isGrowing ? words : words.trimStart());
    isGrowing = true;
  };

  return {
    event(event) {
      if (event.type === 'lane.switched') lane = event.to;
      if (event.type === 'lane.entered') lane = event.lane;
      if (event.type === 'response.output_audio_transcript.delta' || event.type === 'response.output_text.delta') {
        grow(event.delta);
      } else if (event.type === 'response.output_audio.delta') {
        if (sounding === event.item_id) return;
        sounding = event.item_id;
        line('first audio', took(event.type));
      } else {
        const [label, remark] = describe(event) ?? [];
        if (label !== undefined) line(label, [remark, took(event.type)].filter(Boolean).join('  '));
      }
    },
    end() {
      if (isGrowing) write('\n');
      isGrowing = false;
    },
  };
};
