import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interval, map, NEVER, type Observable, takeWhile } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type SignalKind, signal } from '../../marbles/index.js';
import type { AudioFrame } from '../../src/audio.js';
import { VoiceEngine } from '../../src/engine/voice-engine.js';
import type { SwitchContext } from '../../src/lane-analyzer.js';
import { nodePlatform } from '../../src/node/node-platform.js';
import { openai } from '../../src/providers/openai.js';
import { simulator } from '../../src/providers/simulator.js';
import { type EngineRun, type EngineRunConfig, engineRun } from './engine-run.js';

// That what is written in a configuration reaches the conversation; what each setting means is tested where it is read.

/** A microphone that says this, 100 ms a character, and then nothing; five times as fast as the clock. */
const saying = (utterance: string) => (): Observable<AudioFrame> =>
  interval(4).pipe(
    map((index) => {
      const kind = utterance[Math.floor(index / 5)] as SignalKind;
      const position = index * 480;
      return { samples: signal(kind ?? '.', { position, length: 480, sampleRate: 24_000 }), sampleRate: 24_000, position };
    }),
    takeWhile(({ position }) => position < (utterance.length + 30) * 2400),
  );

/** Listens to it until it is over. */
const heard = async (utterance: string, config: EngineRunConfig = {}): Promise<EngineRun> => {
  const run = await engineRun({ ...config, platform: { microphone: saying(utterance) } });
  await run.engine.connect();
  const over = run.next('audio.input_stopped');
  await run.engine.startListening();
  await over;
  return run;
};
const countOf = ({ seen }: EngineRun, type: string): number => seen.filter((event) => event.type === type).length;
/** What the service last said of the session. */
const sessionOf = ({ seen }: EngineRun) => seen.findLast((event) => event.type === 'session.updated')?.session;

describe('apiKey', () => {
  it('may be a function, which is asked for a key before each connection', async () => {
    await using run = await engineRun({ simulator: { apiKeys: ['sk-1'] } });
    let asked = 0;
    const apiKey = async () => `sk-${asked++}`;
    const config = { apiKey, metadata: { endpoint: run.service.url } };
    const engine = new VoiceEngine(config, nodePlatform());
    await engine.connect();
    expect(asked).toBe(2);
    await engine.disconnect();
  });

  it('is the one of the platform where none is given', async () => {
    await using run = await engineRun({ simulator: { apiKeys: ['sk-env'] } });
    const config = { metadata: { endpoint: run.service.url } };
    await using engine = await VoiceEngine.open(config, { ...nodePlatform(), apiKey: () => 'sk-env' });
    expect(engine.isConnected).toBe(true);
  });
});

describe('provider', () => {
  it('may be one of your own', async () => {
    await using run = await engineRun();
    const provider = openai({ apiKey: 'sk', url: run.service.url });
    await using engine = await VoiceEngine.open({ provider }, nodePlatform());
    expect(engine.isConnected).toBe(true);
  });

  it('says in its session what the audio is on the wire', async () => {
    await using run = await engineRun({ simulator: { script: ['Yes, I have heard you well.'] } });
    const format = { type: 'audio/pcmu' };
    const provider = simulator({ url: run.service.url, session: { audio: { input: { format }, output: { format } } } });
    await using engine = new VoiceEngine({ provider, sampleRate: 8000, vadEnabled: false }, nodePlatform());
    const updated = new Promise((resolve) => engine.events.once('session.updated', resolve));
    await engine.connect();
    await updated;
    const sent: number[] = [];
    const rates = new Set<number>();
    let seconds = 0;
    engine.events.on('input_audio_buffer.committed', () => sent.push(engine.getUsage().audioSeconds.input));
    engine.events.on('audio.output_chunk', ({ sampleRate, audioData }) => {
      rates.add(sampleRate);
      seconds += audioData.length / 16_000;
    });
    const done = new Promise((resolve) => engine.events.once('turn.response_completed', resolve));
    await engine.sendAudio(signal('s', { position: 0, length: 8000, sampleRate: 8000 }));
    await engine.commit();
    await done;
    expect(sent).toEqual([1]);
    expect([...rates]).toEqual([8000]);
    expect(seconds).toBeGreaterThan(1);
    expect(seconds).toBeLessThan(5);
  });

  it('is the first of providers that works, with enableMultiProvider', async () => {
    await using run = await engineRun({ simulator: { apiKeys: ['right'] } });
    const providers = ['wrong', 'right'].map((apiKey) => openai({ name: apiKey, apiKey, url: run.service.url }));
    await using engine = await VoiceEngine.open({ enableMultiProvider: true, providers }, nodePlatform());
    expect(engine.isConnected).toBe(true);
  });
});

describe('mode', () => {
  it.each(['fast', 'big'] as const)('%s stays there', async (mode) => {
    await using run = await engineRun({ engine: { mode } });
    await run.engine.connect();
    expect(run.engine.lane).toBe(mode);
  });

  it('provider leaves session, audio and text as they are', async () => {
    await using run = await engineRun({ engine: { mode: 'provider' }, simulator: { script: ['Yes.'] } });
    await run.engine.connect();
    const done = run.next('turn.response_completed');
    await run.engine.sendText('hello');
    await done;
    expect(sessionOf(run)).toBeUndefined();
    expect(countOf(run, 'speech.started')).toBe(0);
  });
});

describe('model, voice, instructions, language', () => {
  it('are those of the session', async () => {
    await using run = await engineRun({
      engine: {
        model: 'gpt-realtime',
        voice: 'cedar',
        instructions: 'Be kind.',
        language: 'es',
        enableTranscription: true,
      },
    });
    const created = run.next('session.created');
    await run.engine.connect();
    await run.engine.sendText('hello', { respond: false });
    expect((await created).session).toMatchObject({ model: 'gpt-realtime' });
    expect(sessionOf(run)).toMatchObject({
      instructions: expect.stringMatching(/^Be kind\.\s.*Spanish/s),
      audio: { input: { transcription: { language: 'es' } }, output: { voice: 'cedar' } },
    });
  });
});

describe('inputDevice, outputDevice, chunkDurationMs', () => {
  it('are what the platform opens', async () => {
    const opened: unknown[] = [];
    await using run = await engineRun({
      engine: { inputDevice: 'mic', outputDevice: 'horn', chunkDurationMs: 40, sampleRate: 48_000 },
      platform: {
        microphone: (config) => {
          opened.push(config);
          return NEVER;
        },
        loudspeaker: (config) => {
          opened.push(config);
          return () => NEVER;
        },
      },
    });
    await run.engine.connect();
    expect(opened).toContainEqual({ device: 'mic', sampleRate: 48_000, chunkMs: 40 });
    expect(opened).toContainEqual({ device: 'horn' });
  });
});

describe('the detector of speech', { concurrent: true }, () => {
  it('hears what is above vadThreshold, and nothing else', async () => {
    await using loud = await heard('....ssss....', { engine: { vadThreshold: 0.02 } });
    await using soft = await heard('....ssss....', { engine: { vadThreshold: 0.9 } });
    expect([countOf(loud, 'speech.started'), countOf(soft, 'speech.started')]).toEqual([1, 0]);
  });

  it('asks vadModel, and not the level, and takes vadThreshold for a probability', async () => {
    const model = ({ position }: AudioFrame): number => (position >= 9600 && position < 19_200 ? 0.6 : 0);
    await using sure = await heard('..........', { engine: { vadModel: model } });
    await using unsure = await heard('....ssss....', { engine: { vadModel: model, vadThreshold: 0.7 } });
    await using opened = await heard('..........', { engine: { vadModel: { open: () => model } } });
    expect([sure, unsure, opened].map((run) => countOf(run, 'speech.started'))).toEqual([1, 0, 1]);
  });

  it('takes what lasts vadSpeechStartMs for speech', async () => {
    await using short = await heard('....ss....', { engine: { vadSpeechStartMs: 100 } });
    await using long = await heard('....ss....', { engine: { vadSpeechStartMs: 400 } });
    expect([countOf(short, 'speech.started'), countOf(long, 'speech.started')]).toEqual([1, 0]);
  });

  it('takes vadSpeechEndMs of silence for the end of it', async () => {
    await using short = await heard('....ssss....ssss....', { engine: { vadSpeechEndMs: 200 } });
    await using long = await heard('....ssss....ssss....', { engine: { vadSpeechEndMs: 800 } });
    expect([countOf(short, 'speech.started'), countOf(long, 'speech.started')]).toEqual([2, 1]);
  });

  it('sends preRollMs of audio from before it', async () => {
    await using none = await heard('..........ssss....', { engine: { preRollMs: 0 } });
    await using some = await heard('..........ssss....', { engine: { preRollMs: 300 } });
    const secondsOf = ({ engine }: EngineRun): number => engine.getUsage().audioSeconds.input;
    expect(secondsOf(some) - secondsOf(none)).toBeCloseTo(0.3, 1);
  });

  it('takes lasting noise for speech with vadAdaptive: false alone', async () => {
    const noise = 'n'.repeat(60);
    await using adaptive = await heard(noise, { engine: { vadAdaptive: true, vadThreshold: 0.001 } });
    await using fixed = await heard(noise, { engine: { vadAdaptive: false, vadThreshold: 0.001 } });
    const msOf = ({ seen }: EngineRun): number =>
      seen.reduce((sum, event) => (event.type === 'speech.stopped' ? sum + event.durationMs : sum), 0);
    expect(msOf(fixed)).toBeGreaterThan(5900);
    expect(msOf(adaptive)).toBeLessThan(msOf(fixed) - 1000);
  });

  it('hears nothing with vadEnabled: false, and turns end by commit', async () => {
    await using run = await heard('....ssss....', { engine: { vadEnabled: false }, simulator: { script: ['Yes.'] } });
    expect(countOf(run, 'speech.started')).toBe(0);
    expect(countOf(run, 'turn.response_started')).toBe(0);
    const done = run.next('turn.response_completed');
    await run.engine.commit();
    await done;
  });
});

describe('saveAudio', () => {
  it('saves the conversation in a folder of audioSavePath', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rxvox-parity-'));
    const { recorder } = nodePlatform();
    await using run = await engineRun({
      engine: { saveAudio: true, audioSavePath: join(folder, 'calls') },
      platform: recorder ? { recorder } : {},
    });
    await run.engine.connect();
    const done = run.next('turn.response_completed');
    await run.engine.sendText('hello');
    await done;
    await run.engine.disconnect();
    const [call = ''] = readdirSync(join(folder, 'calls'));
    expect(readdirSync(join(folder, 'calls', call))).toContain('events.jsonl');
    rmSync(folder, { recursive: true });
  });

  it('tells of a folder that cannot be written, and the conversation goes on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rxvox-parity-'));
    writeFileSync(join(folder, 'file'), '');
    const { recorder } = nodePlatform();
    await using run = await engineRun({
      engine: { saveAudio: true, audioSavePath: join(folder, 'file', 'calls') },
      platform: recorder ? { recorder } : {},
    });
    const failed = run.next('recording.failed');
    await run.engine.connect();
    await failed;
    const done = run.next('turn.response_completed');
    await run.engine.sendText('hello');
    await done;
    rmSync(folder, { recursive: true });
  });
});

describe('budgetUsd', () => {
  it('ends the conversation when it is spent', async () => {
    await using run = await engineRun({ engine: { budgetUsd: 1e-6 } });
    await run.engine.connect();
    const ended = run.next('turn.conversation_ended');
    await run.engine.sendText('hello');
    await ended;
    expect(countOf(run, 'usage.budget_exhausted')).toBe(1);
    expect(run.engine.isConnected).toBe(false);
  });
});

describe('metadata', () => {
  it('is for the analyzer, and does not go over the wire', async () => {
    const contexts: SwitchContext[] = [];
    await using run = await engineRun();
    const engine = new VoiceEngine(
      {
        provider: 'simulator',
        metadata: { endpoint: run.service.url, tier: 'gold' },
        switchAnalyzer: (_, context) => {
          contexts.push(context);
          return 'fast';
        },
      },
      nodePlatform(),
    );
    await engine.connect();
    const done = new Promise<object>((resolve) => engine.events.once('response.done', resolve));
    await engine.sendText('hello');
    expect(JSON.stringify(await done)).not.toContain('gold');
    expect(contexts).toMatchObject([
      {
        text: 'hello',
        event: { type: 'conversation.item.added' },
        conversation: { items: expect.anything() },
        user: { tier: 'gold' },
      },
    ]);
    await engine.disconnect();
  });
});
