import { describe, expect, it } from 'vitest';
import { engineSettings, type VoiceEngineConfig } from '../../src/engine/engine-config.js';
import { latencyModes } from '../../src/engine/latency-mode.js';
import { engineSessionConfig, sessionPatch } from '../../src/engine/session-config.js';
import { SessionPresets } from '../../src/engine/session-presets.js';
import { openai } from '../../src/providers/openai.js';
import { tool, toolDeclarations } from '../../src/tool.js';
import { SessionPatch } from '../../src/wire/session.js';

const now = tool({ name: 'now', description: 'The time', parameters: { type: 'object' }, run: () => '' });
/** As it is sent. */
const engineSession = (...of: Parameters<typeof engineSessionConfig>) => sessionPatch(engineSessionConfig(...of)).patch;
const sent = (config: VoiceEngineConfig) => engineSession(engineSettings(config));

describe('sessionPatch', () => {
  it('names what was given, as the wire has it', () => {
    const { patch, warnings } = sessionPatch({
      instructions: '',
      voice: 'cedar',
      maxOutputTokens: 'inf',
      turnDetection: null,
      tools: [now],
      toolChoice: 'required',
      transcription: { model: 'whisper-1' },
      noiseReduction: 'far_field',
      speed: 1.2,
      truncation: 'disabled',
    });
    expect(warnings).toEqual([]);
    expect(patch).toEqual({
      instructions: '',
      max_output_tokens: 'inf',
      tools: toolDeclarations([now]),
      tool_choice: 'required',
      truncation: 'disabled',
      audio: {
        input: { turn_detection: null, transcription: { model: 'whisper-1' }, noise_reduction: { type: 'far_field' } },
        output: { voice: 'cedar', speed: 1.2 },
      },
    });
  });

  it('takes voice_… for a voice of your own', () => {
    const own = { audio: { output: { voice: { id: 'voice_123' } } } };
    expect(sent({ voice: 'voice_123' })).toMatchObject(own);
    expect(sessionPatch({ voice: 'voice_123' }).patch).toEqual(own);
  });

  it('leaves out what was not given', () => {
    expect(sessionPatch({})).toEqual({ patch: {}, warnings: [] });
    expect(sessionPatch({ speed: 1 }).patch).toEqual({ audio: { output: { speed: 1 } } });
  });

  it('turns transcription and noise reduction off', () => {
    const off = { audio: { input: { transcription: null, noise_reduction: null } } };
    expect(sessionPatch({ transcription: false, noiseReduction: null }).patch).toEqual(off);
  });

  it('leaves temperature out with one warning, unless the provider has it', () => {
    expect(sessionPatch({ temperature: 0.8 })).toEqual({
      patch: {},
      warnings: ['session.temperature: the provider has no such setting; left out'],
    });
    expect(sessionPatch({ temperature: 0.8 }, { hasTemperature: true })).toEqual({ patch: { temperature: 0.8 }, warnings: [] });
  });
});

describe('engineSession', () => {
  it('sends voice, 4096 tokens and client turns by default', () => {
    expect(sent({})).toEqual({
      max_output_tokens: 4096,
      audio: { input: { turn_detection: null }, output: { voice: 'alloy' } },
    });
  });

  it('leaves voice and tokens to a provider of your own', () => {
    expect(sent({ provider: openai({ apiKey: 'x' }) })).toEqual({ audio: { input: { turn_detection: null } } });
  });

  it('puts what the engine is told before what the session is', () => {
    const session = { voice: 'ash', instructions: 'Be long.', maxOutputTokens: 100, speed: 1.1 };
    expect(sent({ session })).toMatchObject({ instructions: 'Be long.', max_output_tokens: 100 });
    expect(sent({ session, voice: 'cedar', instructions: 'Be short.' })).toMatchObject({
      instructions: 'Be short.',
      audio: { output: { voice: 'cedar', speed: 1.1 } },
    });
  });

  it.each<[VoiceEngineConfig, unknown]>([
    [{ vadType: 'client' }, null],
    [{ vadEnabled: false, vadType: 'server' }, null],
    [
      { vadType: 'server', vadSpeechEndMs: 700, preRollMs: 200 },
      { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 200, silence_duration_ms: 700 },
    ],
    [
      { vadType: 'semantic', latencyMode: 'quality' },
      { type: 'semantic_vad', eagerness: 'low' },
    ],
    [{ session: SessionPresets.CUSTOMER_SERVICE }, { type: 'semantic_vad', eagerness: 'low' }],
    [{ session: SessionPresets.CUSTOMER_SERVICE, vadType: 'client' }, null],
  ])('says who finds the end of turns (%#)', (config, detection) => {
    expect(sent(config).audio?.input?.turn_detection).toEqual(detection);
  });

  it('has words written down in the language when asked to', () => {
    const wordsOf = (config: VoiceEngineConfig) => sent(config).audio?.input?.transcription;
    expect(wordsOf({})).toBeUndefined();
    expect(wordsOf({ enableTranscription: true })).toEqual({ model: 'gpt-4o-mini-transcribe' });
    expect(wordsOf({ enableTranscription: true, language: 'es' })).toEqual({ model: 'gpt-4o-mini-transcribe', language: 'es' });
    expect(wordsOf({ enableTranscription: true, translate: { from: 'de', to: 'es' } })).toMatchObject({ language: 'de' });
    expect(wordsOf({ enableTranscription: true, session: { transcription: { model: 'whisper-1' } } })).toEqual({
      model: 'whisper-1',
    });
  });

  it('has words written down where lanes change, for rules go by them', () => {
    expect(sent({ mode: 'dynamic' }).audio?.input?.transcription).toEqual({ model: 'gpt-4o-mini-transcribe' });
    expect(sent({ tools: [now] }).audio?.input?.transcription).toBeDefined();
    expect(engineSession(engineSettings({}), [], () => 'big').audio?.input?.transcription).toBeDefined();
    expect(sent({ tools: [now], mode: 'fast' }).audio?.input?.transcription).toBeUndefined();
    expect(sent({ mode: 'dynamic', session: { transcription: false } }).audio?.input?.transcription).toBeNull();
  });

  it('asks for answers in the language, beside the instructions', () => {
    expect(sent({ language: 'es', instructions: 'Be kind.' }).instructions).toBe(
      'Be kind.\n\nAnswer in Spanish, whatever language you are spoken to in.',
    );
  });

  it('makes an interpreter of the assistant', () => {
    const { instructions } = sent({ translate: { from: 'de', to: 'fr' }, session: SessionPresets.TRANSLATION, language: 'de' });
    expect(instructions).toMatch(/interpreter.*German.*French/s);
    expect(instructions).not.toMatch(/English|Answer in/);
    expect(sent({ translate: { to: 'fr' } }).instructions).toMatch(/any language/);
  });

  it('declares the tools of settings, of the session and those that came later', () => {
    const later = tool({ name: 'later', description: '', parameters: { type: 'object' }, run: () => '' });
    expect(sent({ tools: [now] }).tools).toEqual(toolDeclarations([now]));
    expect(engineSession(engineSettings({ session: { tools: [now] } }), [now, later]).tools).toEqual(
      toolDeclarations([now, later]),
    );
  });

  it('has the service reduce noise for quality', () => {
    expect(sent({ latencyMode: 'quality' }).audio?.input?.noise_reduction).toEqual({ type: 'near_field' });
    expect(sent({ latencyMode: 'ultra_low' }).audio?.input).not.toHaveProperty('noise_reduction');
  });
});

describe('SessionPresets', () => {
  it.each(Object.entries(SessionPresets))('%s is a session that the wire takes', (_, session) => {
    expect(SessionPatch.is(sent({ session }))).toBe(true);
  });

  it('are the six of the interface', () => {
    expect(Object.keys(SessionPresets)).toEqual([
      'CONVERSATION',
      'ASSISTANT',
      'TRANSCRIPTION',
      'TRANSLATION',
      'CUSTOMER_SERVICE',
      'PUSH_TO_TALK',
    ]);
  });
});

describe('latencyModes', () => {
  it('wait longer for words, the better the answer is to be', () => {
    const { ultra_low, balanced, quality } = latencyModes;
    expect([ultra_low, balanced, quality].map(({ decideWithinMs }) => decideWithinMs)).toEqual([0, 150, 300]);
    expect([ultra_low, balanced, quality].map(({ chunkDurationMs }) => chunkDurationMs)).toEqual([10, 20, 20]);
  });
});
