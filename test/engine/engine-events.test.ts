import { describe, expect, expectTypeOf, it } from 'vitest';
import type { EngineEvent, Stamped } from '../../src/engine/engine-event.js';
import { failureEvent, inputChunk, sourceOf, stamped } from '../../src/engine/engine-event.js';
import { type EngineEventsConfig, engineEvents } from '../../src/engine/engine-events.js';
import { ConfigError, ConnectionError, StreamError } from '../../src/errors.js';
import type { EventType, VoiceEvent } from '../../src/events.js';
import { initialState, type SessionState, sessionState } from '../../src/state/session-state.js';
import { bytesToBase64, toBase64 } from '../../src/wire/base64.js';

const place = { response_id: 'resp_1', item_id: 'item_1', output_index: 0, content_index: 0 };
const delta = (samples: readonly number[], item = 'item_1'): VoiceEvent => ({
  type: 'response.output_audio.delta',
  ...place,
  item_id: item,
  delta: toBase64(Int16Array.from(samples)),
});
const audioDone: VoiceEvent = { type: 'response.output_audio.done', ...place };
const done = (status: string): VoiceEvent => ({ type: 'response.done', response: { id: 'resp_1', status } });
const created: VoiceEvent = { type: 'response.created', response: { id: 'resp_1', status: 'in_progress' } };
const established: VoiceEvent = { type: 'connection.established', connectionId: 'sess_1', latencyMs: 120, droppedMs: 0 };
const closed: VoiceEvent = { type: 'connection.closed', reason: 'completed' };
const started: VoiceEvent = { type: 'playout.started', itemId: 'item_1', responseId: 'resp_1' };
const itemDone: VoiceEvent = {
  type: 'playout.item_done',
  itemId: 'item_1',
  responseId: 'resp_1',
  playedSamples: 24,
  playedMs: 1,
};
const word = (text: string): VoiceEvent => ({ type: 'response.output_audio_transcript.delta', ...place, delta: text });

const heard: SessionState = { ...initialState, playout: { ...initialState.playout, isPresent: true } };

/** What an engine tells of these events, each with the state that they lead to. */
const told = (events: readonly VoiceEvent[], from: SessionState = initialState, config?: EngineEventsConfig) => {
  const fold = engineEvents(config);
  let state = from;
  return events.flatMap((event) => {
    state = sessionState(state, event);
    return fold(event, state);
  });
};
const bare = ({ timestamp, at, source, ...event }: EngineEvent) => event;
/** Those that are the engine's own. */
const derived = (types: RegExp, events: readonly VoiceEvent[], from?: SessionState, config?: EngineEventsConfig) =>
  told(events, from, config)
    .filter(({ type }) => types.test(type))
    .map(bare);

describe('engineEvents', () => {
  it('stamps each event with the time since 1970, monotonic time and its source', () => {
    const before = performance.now();
    const [event] = told([established]);
    const { timestamp = 0, at = 0, source } = event ?? {};
    expect(bare(event as EngineEvent)).toEqual(established);
    expect(Math.abs(timestamp - Date.now())).toBeLessThan(60_000);
    expect(at).toBeGreaterThanOrEqual(before);
    expect(source).toBe('engine');
  });

  it('says who an event comes from', () => {
    expect(['response.created', 'session.updated', 'error', 'input_audio_buffer.committed'].map(sourceOf)).toEqual(
      Array.from({ length: 4 }, () => 'provider'),
    );
    expect(
      ['connection.lost', 'lane.switched', 'tool.invoked', 'audio.stage_timings', 'conversation.summarized'].map(sourceOf),
    ).toEqual(Array.from({ length: 5 }, () => 'engine'));
    expect(['playout.progress', 'audio.device_lost', 'audio.drift', 'audio.input_stopped'].map(sourceOf)).toEqual(
      Array.from({ length: 4 }, () => 'device'),
    );
    expect(sourceOf('lane.request')).toBe('application');
  });

  it('passes every event of the stream on under its own type', () => {
    const events: readonly VoiceEvent[] = [
      { type: 'speech.started', position: 7 },
      { type: 'turn.detected', speaker: 'user' },
      { type: 'turn.interrupted', itemId: 'item_1', heardMs: 20 },
      { type: 'tool.invoked', functionName: 'now', arguments: { zone: 'UTC' }, callId: 'call_1' },
      { type: 'lane.switched', from: 'fast', to: 'big', reason: 'keyword', confidence: 0.9, heldFrames: 0, gapMs: 0 },
      { type: 'connection.lost', closeCode: 1006, reason: 'heartbeat' },
    ];
    expect(told(events).map(bare)).toEqual(events);
  });

  it('has a type for each of the names of EventType, and fields of the right types', () => {
    expectTypeOf<Exclude<EventType, EngineEvent['type']>>().toEqualTypeOf<never>();
    expectTypeOf<Extract<EngineEvent, { type: 'connection.lost' }>['closeCode']>().toEqualTypeOf<number>();
    expectTypeOf<Extract<EngineEvent, { type: 'tool.invoked' }>['callId']>().toEqualTypeOf<string>();
    expectTypeOf<Extract<EngineEvent, { type: 'turn.detected' }>['speaker']>().toEqualTypeOf<'user' | 'assistant'>();
    expectTypeOf<Stamped<{ type: 'x'; at: 'own' }>['at']>().toEqualTypeOf<number>();
  });

  it('says turn.conversation_started at the first session, and not at a later one', () => {
    expect(derived(/^turn/, [established, { type: 'connection.lost', closeCode: 1006, reason: '' }, established])).toEqual([
      { type: 'turn.conversation_started' },
    ]);
  });

  it('says turn.conversation_ended last, with the reason, where a conversation has begun', () => {
    expect(bare(told([established, closed]).at(-1) as EngineEvent)).toEqual({
      type: 'turn.conversation_ended',
      reason: 'completed',
    });
    expect(derived(/^turn/, [closed])).toEqual([]);
  });

  it('says turn.response_started, _completed and _cancelled with response and status', () => {
    expect(derived(/^turn/, [created, done('completed')])).toEqual([
      { type: 'turn.response_started', responseId: 'resp_1', status: 'in_progress' },
      { type: 'turn.response_completed', responseId: 'resp_1', status: 'completed' },
    ]);
    expect(derived(/^turn/, [done('cancelled')])).toEqual([
      { type: 'turn.response_cancelled', responseId: 'resp_1', status: 'cancelled' },
    ]);
    expect(derived(/^turn/, [done('incomplete'), done('failed')]).map(({ type }) => type)).toEqual([
      'turn.response_completed',
      'turn.response_completed',
    ]);
  });

  it('gives received audio as audio.output_chunk: PCM16 bytes at the rate of the session', () => {
    expect(derived(/chunk/, [delta([1, -2])])).toEqual([
      {
        type: 'audio.output_chunk',
        audioData: Uint8Array.of(1, 0, 0xfe, 0xff),
        sampleRate: 24_000,
        channels: 1,
        itemId: 'item_1',
        responseId: 'resp_1',
      },
    ]);
  });

  it('expands G.711 to PCM16', () => {
    const session: VoiceEvent = {
      type: 'session.updated',
      session: { audio: { output: { format: { type: 'audio/pcmu' } } } },
    };
    const event: VoiceEvent = { type: 'response.output_audio.delta', ...place, delta: bytesToBase64(Uint8Array.of(0xff, 0x80)) };
    const [chunk] = derived(/chunk/, [session, event]);
    expect(chunk).toMatchObject({ audioData: new Uint8Array(Int16Array.of(0, 32_124).buffer), sampleRate: 8000 });
  });

  it('leaves audio that is no base64 out', () => {
    expect(derived(/^audio/, [{ type: 'response.output_audio.delta', ...place, delta: '?' }])).toEqual([]);
  });

  it('converts received audio, and gives what the conversion still holds when an item is complete', () => {
    const positions: number[] = [];
    const half = (samples: Int16Array) => [{ samples: samples.slice(0, samples.length / 2), sampleRate: 12_000, position: 0 }];
    const conversion = {
      convert: ({ samples, position }: { samples: Int16Array; position: number }) => {
        positions.push(position);
        return half(samples);
      },
      flush: () => half(Int16Array.of(9, 9)),
    };
    const chunks = derived(/chunk/, [delta([1, 2, 3, 4]), delta([5, 6]), audioDone], undefined, {
      conversion: () => conversion,
    });
    expect(chunks.map((chunk) => 'audioData' in chunk && [...chunk.audioData])).toEqual([
      [1, 0, 2, 0],
      [5, 0],
      [9, 0],
    ]);
    expect(chunks[0]).toMatchObject({ sampleRate: 12_000 });
    expect(positions).toEqual([0, 4]);
  });

  it('converts each item by itself, also where audio of several comes in turns, and one is broken off', () => {
    const conversion = () => {
      const held: number[] = [];
      return {
        convert: ({ samples, position }: { samples: Int16Array; position: number }) => {
          held.push(position, ...samples);
          return [];
        },
        flush: () => [{ samples: Int16Array.from(held), sampleRate: 24_000, position: 0 }],
      };
    };
    const events = [delta([1, 2]), delta([7], 'item_2'), delta([3]), audioDone, delta([8], 'item_2'), done('incomplete')];
    const chunks = derived(/chunk/, events, undefined, { conversion });
    expect(chunks).toMatchObject([
      { itemId: 'item_1', audioData: Uint8Array.of(0, 0, 1, 0, 2, 0, 2, 0, 3, 0) },
      { itemId: 'item_2', audioData: Uint8Array.of(0, 0, 7, 0, 1, 0, 8, 0) },
    ]);
  });

  it('says audio.output_started when the loudspeaker takes an item, and audio.output_stopped with what was heard', () => {
    expect(derived(/output_st/, [delta([1]), started, audioDone, itemDone], heard)).toEqual([
      { type: 'audio.output_started', itemId: 'item_1' },
      { type: 'audio.output_stopped', itemId: 'item_1', heardMs: 1 },
    ]);
  });

  it('says audio.output_stopped of what was thrown away, if it had begun to sound', () => {
    const item = { responseId: 'resp_1', playedSamples: 0, discardedMs: 40, isFinished: false };
    const flushed: VoiceEvent = {
      type: 'playout.flushed',
      items: [
        { ...item, itemId: 'item_1', playedMs: 20 },
        { ...item, itemId: 'item_2', playedMs: 0 },
      ],
      responseIds: ['resp_1'],
    };
    expect(derived(/output_st/, [started, flushed, itemDone], heard)).toEqual([
      { type: 'audio.output_started', itemId: 'item_1' },
      { type: 'audio.output_stopped', itemId: 'item_1', heardMs: 20 },
    ]);
  });

  it('says audio.output_stopped of what still sounds when the connection closes', () => {
    const progress: VoiceEvent = {
      type: 'playout.progress',
      itemId: 'item_1',
      responseId: 'resp_1',
      playedSamples: 480,
      playedMs: 20,
    };
    expect(derived(/stopped/, [started, progress, closed], heard)).toEqual([
      { type: 'audio.output_stopped', itemId: 'item_1', heardMs: 20 },
    ]);
  });

  it('goes by what is received where there is no loudspeaker', () => {
    const expected = [
      { type: 'audio.output_started', itemId: 'item_1' },
      { type: 'audio.output_stopped', itemId: 'item_1', heardMs: 0 },
    ];
    expect(derived(/output_st/, [delta([1]), delta([2]), audioDone])).toEqual(expected);
    expect(derived(/output_st/, [delta([1]), done('incomplete')])).toEqual(expected);
  });

  it('says text.output with all words so far, and once with all of them', () => {
    const ids = { type: 'text.output', itemId: 'item_1', responseId: 'resp_1' };
    const all: VoiceEvent = { type: 'response.output_audio_transcript.done', ...place, transcript: 'Good day!' };
    expect(derived(/^text/, [word('Good'), word(' day'), all, done('completed')])).toEqual([
      { ...ids, text: 'Good', isPartial: true },
      { ...ids, text: 'Good day', isPartial: true },
      { ...ids, text: 'Good day!', isPartial: false },
    ]);
  });

  it('says text.output of written answers, part by part', () => {
    const write = (content_index: number, text: string): VoiceEvent => ({
      type: 'response.output_text.delta',
      ...place,
      content_index,
      delta: text,
    });
    const all: VoiceEvent = { type: 'response.output_text.done', ...place, text: 'ab' };
    expect(derived(/^text/, [write(0, 'a'), write(1, 'x'), write(0, 'b'), all])).toMatchObject([
      { text: 'a', isPartial: true },
      { text: 'x', isPartial: true },
      { text: 'ab', isPartial: true },
      { text: 'ab', isPartial: false },
    ]);
  });

  it('ends text that a response leaves open, ahead of the end of the response', () => {
    const events = told([word('Good'), done('cancelled')])
      .map(bare)
      .slice(-2);
    expect(events).toMatchObject([{ text: 'Good', isPartial: false }, { type: 'turn.response_cancelled' }]);
    expect(derived(/^text/, [word('Good'), closed]).at(-1)).toMatchObject({ text: 'Good', isPartial: false });
  });

  it('says engine.error of a response that failed', () => {
    const error = new ConnectionError('openai: the response failed (insufficient_quota)', { code: 'quota' });
    expect(derived(/^engine/, [{ type: 'diagnostic.response_failed', responseId: 'resp_1', error }])).toEqual([
      { type: 'engine.error', error, errorMessage: error.message, recoverable: true },
    ]);
  });

  it('says engine.error of what the service refused, by code and place and never in its words', () => {
    const event: VoiceEvent = {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        code: 'invalid_value',
        message: 'secret',
        param: 'session.voice',
        event_id: 'evt_1',
      },
    };
    const [failed] = derived(/^engine/, [event]);
    expect(failed).toMatchObject({
      errorMessage: 'the service refused the command evt_1: invalid_value (session.voice)',
      error: { _tag: 'StreamError', code: 'invalid_request' },
    });
    const unnamed: VoiceEvent = { type: 'error', error: { type: 'server_error', message: 'secret' } };
    expect(derived(/^engine/, [unnamed])).toMatchObject([{ errorMessage: 'the service refused a command: server_error' }]);
  });

  it.each(['response_cancel_not_active', 'conversation_already_has_active_response'])(
    'takes %s for a race, not an error',
    (code) => {
      expect(derived(/^engine/, [{ type: 'error', error: { type: 'invalid_request_error', code, message: '' } }])).toEqual([]);
    },
  );

  it('says engine.error of epics, gates, commands and lanes that failed, without the words of what was thrown', () => {
    const error = new Error('secret');
    const messages = derived(/^engine/, [
      { type: 'diagnostic.epic_failed', error, restarted: true },
      { type: 'diagnostic.epic_failed', error, restarted: false },
      { type: 'diagnostic.gate_failed', error },
      { type: 'diagnostic.command_failed', commandType: 'session.update', error },
      { type: 'lane.failed', lane: 'big', to: 'fast', error },
      { type: 'lane.decisions_failed', error },
    ]).map((event) => 'errorMessage' in event && event.errorMessage);
    expect(messages).toEqual([
      'an epic failed, and was started once more',
      'an epic failed',
      'a gate failed',
      'session.update could not be sent',
      'lane big failed',
      'the decisions about lanes failed; the lane stays as it is',
    ]);
  });

  it('gives an error of ours as it is', () => {
    const error = new ConfigError('lane x: unknown', { code: 'invalid_config' });
    expect(derived(/^engine/, [{ type: 'lane.failed', lane: 'x', to: 'fast', error }])).toMatchObject([{ error }]);
  });
});

describe('makers of events', () => {
  it('makes a chunk of a frame, with its length', () => {
    const samples = Int16Array.of(9, 1, -1).subarray(1);
    expect(bare(inputChunk({ samples, sampleRate: 1000, position: 0 }))).toEqual({
      type: 'audio.input_chunk',
      audioData: Uint8Array.of(1, 0, 0xff, 0xff),
      durationMs: 2,
    });
  });

  it('tells by when it is made, also where the event has a moment of its own', () => {
    const event = stamped({ type: 'lane.decided', lane: 'big', reason: 'x', confidence: 1, at: -1 }, 'engine');
    expect(event.at).toBeGreaterThan(0);
  });

  it('says whether the conversation goes on after an error', () => {
    const error = new StreamError('over', { code: 'protocol' });
    expect(failureEvent(error)).toMatchObject({ recoverable: true, errorMessage: 'over', source: 'engine' });
    expect(failureEvent(error, 'provider', false)).toMatchObject({ recoverable: false, source: 'provider' });
  });
});
