import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialUsageReport } from '../../src/engine/usage-report.js';
import { type UsagePart, usageOf } from '../../src/engine/usage-summary.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { recordings } from '../conformance/recordings.js';
import { truth } from '../conformance/truth.js';
import { hasShared } from '../shared.js';
import {
  append,
  audio,
  call,
  commit,
  committed,
  created,
  done,
  established,
  lane,
  reported,
  restored,
  session,
  used,
} from './usage-events.js';

const tokens = { input: [10, 27, 3], cached: [4, 5, 1], output: [6, 20] } as const;
const transcribed = (usage: object): VoiceEvent =>
  ({
    type: 'conversation.item.input_audio_transcription.completed',
    event_id: 'e',
    item_id: 'item_u',
    content_index: 0,
    transcript: 'hello',
    usage,
  }) as VoiceEvent;
const starting: VoiceEvent = { type: 'connection.starting', attempt: 1 };

describe('usageReport', () => {
  it('adds up tokens by class, the cached ones among them', () => {
    expect(used(session('m'), created('r'), done('r', tokens), created('s'), done('s', tokens))).toMatchObject({
      textTokens: 32,
      responses: 2,
      tokens: {
        text: 32,
        audio: 94,
        image: 6,
        input: { text: 20, audio: 54, image: 6 },
        cached: { text: 8, audio: 10, image: 2 },
        output: { text: 12, audio: 40, image: 0 },
        total: 132,
      },
    });
  });

  it('counts seconds of the turns that were confirmed, and of the audio that has come', () => {
    const { audioSeconds } = used(session('m'), append(1500), commit, committed, created('r'), audio('r', 200), audio('r', 300));
    expect(audioSeconds).toEqual({ input: 1.5, output: 0.5, total: 2 });
  });

  it('counts audio of a response that goes on once, whether it has ended or not', () => {
    const begun = [session('m'), created('r'), audio('r', 200)];
    expect(used(...begun).byModel.m?.audioSeconds.output).toBe(0.2);
    expect(used(...begun, done('r', tokens)).byModel.m?.audioSeconds.output).toBe(0.2);
    expect(used(...begun, done('r', tokens), audio('r', 100)).audioSeconds.output).toBeCloseTo(0.3);
  });

  it('charges a response to the model and the lane in which it began', () => {
    const { byModel, byLane } = used(
      session('small'),
      lane('fast'),
      created('r'),
      lane('big'),
      audio('r', 100),
      call('r'),
      done('r', tokens),
      session('large', 'sess_2'),
      created('s'),
      done('s', tokens),
      done('s', tokens),
    );
    expect(Object.keys(byModel)).toEqual(['small', 'large']);
    expect(byModel.small).toMatchObject({ responses: 1, functionCalls: 1, audioSeconds: { output: 0.1 } });
    expect(byLane.fast).toMatchObject({ responses: 1, functionCalls: 1, audioSeconds: { output: 0.1 } });
    expect(byLane.big).toMatchObject({ responses: 2, functionCalls: 0, tokens: { total: 132 } });
  });

  it('counts every session that held the conversation: the first, after a loss, after a rotation', () => {
    expect(used(session('m'), established, restored, restored).totalSessions).toBe(3);
  });

  it('takes a response that is told of twice for one', () => {
    const twice = [session('m'), created('r'), created('r'), audio('r', 100)];
    expect(used(...twice).audioSeconds.output).toBe(0.1);
    expect(used(...twice, done('r')).uncountedResponses).toBe(1);
    expect(used(...twice, done('r'), { type: 'connection.closed', reason: 'completed' }).uncountedResponses).toBe(1);
  });

  it('goes on over conversations one after the other', () => {
    const talk = [starting, session('m'), established, append(400), commit, committed, created('r'), done('r', tokens)];
    const both = usageOf(reported(talk, reported(talk)));
    expect(both).toMatchObject({ totalSessions: 2, responses: 2, audioSeconds: { input: 0.8 } });
  });

  it('tells of responses of which nobody has said what they cost', () => {
    const begun = [session('m'), created('r'), audio('r', 100)];
    expect(used(...begun, done('r', undefined, 'incomplete'))).toMatchObject({
      uncountedResponses: 1,
      audioSeconds: { output: 0.1 },
    });
    expect(used(...begun, { type: 'connection.closed', reason: 'completed' }).uncountedResponses).toBe(1);
    expect(usageOf(reported([starting], reported(begun)))).toMatchObject({
      uncountedResponses: 1,
      audioSeconds: { output: 0.1 },
    });
    expect(used(...begun, done('r', undefined, 'failed')).uncountedResponses).toBe(0);
  });

  it('takes the usage that stands beside the response where there is one', () => {
    const beside = { ...done('r'), usage: { output_token_details: { text_tokens: 7 } } } as VoiceEvent;
    expect(used(session('grok'), beside)).toMatchObject({ textTokens: 7, uncountedResponses: 0 });
  });

  it('counts transcription apart, by its own model', () => {
    const written = {
      type: 'session.updated',
      event_id: 'e',
      session: { type: 'realtime', model: 'm', audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } } },
    } as VoiceEvent;
    const { transcription, tokens: all } = used(
      written,
      transcribed({ type: 'duration', seconds: 3 }),
      transcribed({
        type: 'tokens',
        input_tokens: 38,
        output_tokens: 10,
        input_token_details: { text_tokens: 10, audio_tokens: 28 },
      }),
    );
    expect(transcription).toEqual({ 'gpt-4o-transcribe': { seconds: 5.8, inputTokens: 38, outputTokens: 10 } });
    expect(all.total).toBe(0);
  });

  it('stays the same for other events', () => {
    expect(reported([{ type: 'playout.drained' }])).toBe(initialUsageReport);
  });

  const count = fc.nat(500);
  const entry: fc.Arbitrary<readonly (VoiceEvent | Command)[]> = fc.oneof(
    fc.constantFrom('a', 'b', 'c').map((model) => [session(model, `sess_${model}`)]),
    fc.constantFrom('fast', 'big').map((name) => [lane(name)]),
    fc.constantFrom('r', 's', 't').map((id) => [created(id)]),
    fc.constantFrom('r', 's', 't').map((id) => [call(id)]),
    fc.tuple(fc.constantFrom('r', 's', 't'), fc.integer({ min: 1, max: 9 })).map(([id, n]) => [audio(id, n * 20)]),
    fc
      .tuple(fc.constantFrom('r', 's', 't'), fc.tuple(count, count, count), fc.tuple(count, count))
      .map(([id, input, output]) => [done(id, { input, cached: input, output })]),
    fc.integer({ min: 1, max: 9 }).map((n) => [append(n * 20), commit, committed]),
    fc.constantFrom('r', 's').map((id) => [done(id, undefined, 'incomplete')]),
    fc.constant([starting]),
  );
  const sum = (parts: Readonly<Record<string, UsagePart>>, of: (part: UsagePart) => number): number =>
    Object.values(parts).reduce((total, part) => total + of(part), 0);

  it('adds up to the whole by model and by lane, whatever happens', () => {
    const figures: readonly ((part: UsagePart) => number)[] = [
      ({ responses }) => responses,
      ({ functionCalls }) => functionCalls,
      ({ textTokens }) => textTokens,
      (part) => part.tokens.audio,
      (part) => part.tokens.image,
      (part) => part.tokens.cached.audio,
      (part) => part.tokens.total,
      (part) => part.audioSeconds.input,
      (part) => part.audioSeconds.output,
      (part) => part.audioSeconds.total,
    ];
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        const all = used(...entries.flat());
        for (const figure of figures) {
          expect(sum(all.byModel, figure)).toBeCloseTo(figure(all), 6);
          expect(sum(all.byLane, figure)).toBeCloseTo(figure(all), 6);
        }
      }),
    );
  });

  it('loses no audio and invents none, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        const bytes = entries
          .flat()
          .reduce((total, each) => total + (each.type === 'response.output_audio.delta' ? (each.delta.length / 4) * 3 : 0), 0);
        expect(used(...entries.flat()).audioSeconds.output).toBeCloseTo(bytes / 48_000, 6);
      }),
      { numRuns: 2000 },
    );
  });

  describe.skipIf(!hasShared)('of a recorded session (needs ../shared)', () => {
    for (const { name, lines } of recordings('openai', 'azure', 'azure_voice_live')) {
      it(`${name}: is the usage that the session said`, () => {
        const { tokens: all } = used(...lines.map(({ ev }) => ev as unknown as VoiceEvent | Command));
        expect({
          totalTokens: all.total,
          inputText: all.input.text,
          inputAudio: all.input.audio,
          outputText: all.output.text,
          outputAudio: all.output.audio,
        }).toEqual(truth(lines).usage);
      });
    }
  });
});
