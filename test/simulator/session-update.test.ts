import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { defaultInstructions, realtimeSession, transcriptionSession } from '../../src/simulator/session-defaults.js';
import { updateSession } from '../../src/simulator/session-update.js';
import type { RealtimeSession } from '../../src/simulator/shapes.js';

const session = realtimeSession('gpt-realtime', 'sess_1', 0);

const updated = (update: object, from: RealtimeSession = session) => {
  const result = updateSession(from, { type: 'realtime', ...update }, false);
  if (E.isLeft(result)) throw new Error(result.left.message);
  return result.right as RealtimeSession;
};
const refused = (update: object, spoke = false) => {
  const result = updateSession(session, { type: 'realtime', ...update }, spoke);
  return E.isLeft(result) ? result.left : undefined;
};

describe('updateSession', () => {
  it('changes what is there and nothing else', () => {
    const { instructions, ...rest } = updated({ instructions: 'Be brief.' });
    expect(instructions).toBe('Be brief.');
    expect(rest).toEqual({ ...session, instructions: undefined });
  });

  it("gives turn detection the model's defaults again where an update leaves members out", () => {
    const first = updated({
      audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.9, silence_duration_ms: 900 } } },
    });
    const second = updated({ audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.4 } } } }, first);
    expect(second.audio.input.turn_detection).toEqual({
      type: 'server_vad',
      threshold: 0.4,
      prefix_padding_ms: 300,
      silence_duration_ms: 200,
      idle_timeout_ms: null,
      create_response: true,
      interrupt_response: true,
    });
  });

  it('knows the longer silence and other voice of the models that reason', () => {
    const { input, output } = realtimeSession('gpt-realtime-2.1-mini', 'sess_1', 0).audio;
    expect(input.turn_detection).toMatchObject({ silence_duration_ms: 500 });
    expect(output.voice).toBe('marin');
  });

  it('turns off with null', () => {
    const on = updated({ audio: { input: { transcription: { model: 'whisper-1' } } } });
    expect(on.audio.input.transcription).toEqual({ model: 'whisper-1', language: null, prompt: null });
    const off = updated({ audio: { input: { transcription: null, turn_detection: null } } }, on);
    expect(off.audio.input).toMatchObject({ transcription: null, turn_detection: null });
  });

  it("goes back to the model's instructions on an empty text and clears tools on an empty list", () => {
    const changed = updated({ instructions: 'x', tools: [{ type: 'function', name: 'f' }] });
    expect(updated({ instructions: '', tools: [] }, changed)).toMatchObject({ instructions: defaultInstructions, tools: [] });
  });

  it('takes other formats and voices', () => {
    const { audio } = updated({
      audio: { input: { format: { type: 'audio/pcmu' } }, output: { format: { type: 'audio/pcma' }, voice: 'cedar' } },
    });
    expect(audio.input.format).toEqual({ type: 'audio/pcmu' });
    expect(audio.output).toEqual({ format: { type: 'audio/pcma' }, voice: 'cedar', speed: 1 });
  });

  const wrong: readonly [string, object, object][] = [
    [
      'an unknown setting deep inside',
      { audio: { input: { turn_detektion: null } } },
      { code: 'unknown_parameter', param: 'session.audio.input.turn_detektion' },
    ],
    ['settings of the beta', { modalities: ['text'] }, { code: 'unknown_parameter', param: 'session.modalities' }],
    [
      'a rate below 24000',
      { audio: { input: { format: { type: 'audio/pcm', rate: 16000 } } } },
      { code: 'integer_below_min_value', param: 'session.audio.input.format.rate' },
    ],
    ['two modalities', { output_modalities: ['audio', 'text'] }, { code: 'invalid_value', param: 'session.output_modalities' }],
    ['another model', { model: 'gpt-realtime-2' }, { param: 'session.model' }],
    [
      'an unknown turn detection',
      { audio: { input: { turn_detection: { type: 'magic' } } } },
      { code: 'invalid_value', param: 'session.audio.input.turn_detection.type' },
    ],
    ['a value where settings are', { audio: 'loud' }, { code: 'invalid_type', param: 'session.audio' }],
    ['another type', { type: 'transcription' }, { param: 'session.type' }],
  ];
  for (const [what, update, failure] of wrong) {
    it(`refuses ${what}`, () => {
      expect(refused(update)).toMatchObject(failure);
    });
  }

  it('fixes the voice once the assistant has spoken', () => {
    expect(refused({ audio: { output: { voice: 'cedar' } } }, true)).toMatchObject({ code: 'cannot_update_voice' });
    expect(refused({ audio: { output: { voice: 'alloy' } } }, true)).toBeUndefined();
  });

  it('has only the input of a transcription session to change', () => {
    const from = transcriptionSession('sess_1', 0);
    const result = updateSession(from, { type: 'transcription', audio: { output: { voice: 'alloy' } } }, false);
    expect(result).toMatchObject({ left: { code: 'unknown_parameter', param: 'session.audio.output' } });
  });

  it('knows no turn detection by the name of what every object has', () => {
    expect(refused({ audio: { input: { turn_detection: { type: 'constructor' } } } })).toMatchObject({
      code: 'invalid_value',
      message: "Invalid value: 'constructor'. Supported values are: 'server_vad', and 'semantic_vad'.",
    });
  });
});
