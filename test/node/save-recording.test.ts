import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EMPTY, lastValueFrom, merge, NEVER, Subject, toArray } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { marblesFrom } from '../../marbles/index.js';
import { aggregateResponses, type ResponseSummary } from '../../operators/aggregateResponses.js';
import type { AudioFrame } from '../../src/audio.js';
import { clock } from '../../src/clock.js';
import { endWav, readWav, wavStart } from '../../src/dsp/wav.js';
import { recorded } from '../../src/engine/recorded.js';
import type { RecordedCall, Recorder } from '../../src/engine/recorder.js';
import type { VoiceEvent } from '../../src/events.js';
import { openSocket, saveRecording, wavSink, wavSource } from '../../src/node/index.js';
import { saveTo } from '../../src/node/save-recording.js';
import { openai } from '../../src/providers/openai.js';
import { startSimulator } from '../../src/simulator/index.js';
import { toBase64 } from '../../src/wire/base64.js';
import { marbles } from '../marbles.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const apiKey = 'sk-test-0123456789';
const question = `${root}assets/question-tokyo-24k.wav`;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rxvox-recording-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  clock.delegate = undefined;
});

const read = (path: string): Int16Array => {
  const [state, samples] = readWav(wavStart, readFileSync(path));
  expect(endWav(state)).toEqual({ sampleRate: 24_000, channels: 1, encoding: 'pcm16' });
  return samples;
};
/** The parts of a recording, which are all equally long. */
const readAll = (path: string) => {
  const [user, assistant, mixed] = ['user', 'assistant', 'mixed'].map((name) => read(join(path, `${name}.wav`))) as [
    Int16Array,
    Int16Array,
    Int16Array,
  ];
  expect([assistant.length, mixed.length]).toEqual([user.length, user.length]);
  return { user, assistant, mixed };
};
const linesOf = (path: string): Record<string, unknown>[] =>
  readFileSync(join(path, 'events.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const clamp = (sample: number): number => Math.max(-32_768, Math.min(32_767, sample));
const onlyFolder = (path: string): string => join(path, readdirSync(path)[0] ?? '');

/** A call that asks the question and hears the answer. */
const talk = (url: string, recorder: Recorder, name: string): Promise<VoiceEvent[]> =>
  lastValueFrom(
    recorded(
      {
        provider: openai({ apiKey, url }),
        openSocket,
        playout: wavSink(join(folder, `${name}.wav`)),
        input: wavSource(question),
      },
      recorder,
    ).pipe(toArray()),
  );

describe('saveRecording over real sockets', () => {
  let path = '';
  let events: readonly VoiceEvent[] = [];
  beforeAll(async () => {
    await using simulator = await startSimulator({ voice: 'built-in', script: ['It is sunny in Tokyo.'] });
    events = await talk(simulator.url, saveRecording({ path: join(folder, 'calls') }), 'answer');
    path = onlyFolder(join(folder, 'calls'));
  }, 60_000);

  it('says where it saves, in a folder of the moment', () => {
    expect(events.filter(({ type }) => type.startsWith('recording.'))).toEqual([{ type: 'recording.started', path }]);
    expect(path).toMatch(/calls[/\\]\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/);
  });

  it('saves both sides whole, each at its time, and their sum', () => {
    const { user, assistant, mixed } = readAll(path);
    const asked = read(question);
    const isSound = (sample: number): boolean => sample !== 0;
    // The user's file has no gaps, and a second of silence behind it.
    const from = user.findIndex(isSound) - asked.findIndex(isSound);
    expect(user.slice(from, from + asked.length)).toEqual(asked);
    const answer = read(join(folder, 'answer.wav'));
    const at = assistant.findIndex(isSound) - answer.findIndex(isSound);
    expect(at).toBeGreaterThan(from + asked.length);
    expect(assistant.slice(at).filter(isSound)).toEqual(answer.filter(isSound));
    expect(mixed).toEqual(user.map((sample, index) => clamp(sample + (assistant[index] ?? 0))));
  });

  it('logs the wire both ways and the events of its own, in order, without keys and the audio of the user', () => {
    const lines = linesOf(path);
    const at = lines.map((line) => Number(line.at));
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(lines[0]).toMatchObject({ recording: { version: 1, startedAt: expect.stringMatching(/^\d{4}-.*Z$/) } });
    const what = lines.map((line) => {
      const { type } = (line.ev ?? line.event ?? {}) as { type?: string };
      return `${line.dir ?? 'own'} ${type}`;
    });
    for (const each of ['s2c session.created', 'own speech.stopped', 'c2s response.create', 'own playout.item_done'])
      expect(what).toContain(each);
    expect(what.filter((each) => each === 'own response.done')).toEqual([]);
    expect(what.at(-1)).toBe('own connection.closed');
    const text = readFileSync(join(path, 'events.jsonl'), 'utf8');
    expect(text).not.toContain(apiKey);
    expect(text).not.toMatch(/"input_audio_buffer\.append","audio":"[^"]/);
  });

  it('is played again by the simulator, to the same conversation', async () => {
    await using simulator = await startSimulator({ replay: join(path, 'events.jsonl') });
    await talk(simulator.url, () => EMPTY, 'again');
    expect(await simulator.replayed()).toEqual({ complete: true, mismatches: [] });
  });

  it(
    'becomes marbles that drive operators as the call did',
    marbles((t) => {
      const { diagrams, values } = marblesFrom(readFileSync(join(path, 'events.jsonl'), 'utf8'));
      const happened = linesOf(path);
      const momentOf = (type: string): number => {
        const found = happened.find((line) => ((line.ev ?? line.event) as { type?: string } | undefined)?.type === type);
        const id = (found?.ev as { event_id?: string } | undefined)?.event_id;
        return Number((id === undefined ? found : happened.find((line) => line.of === id))?.at);
      };
      const summaries: ResponseSummary[] = [];
      const seen: Record<string, number> = {};
      const call$ = merge(...diagrams.map((diagram) => t.hot(diagram, values)));
      call$.subscribe(({ type }) => {
        seen[type] ??= t.now();
      });
      call$.pipe(aggregateResponses()).subscribe((summary) => summaries.push(summary));
      t.flush();
      for (const type of ['session.created', 'speech.started', 'response.created', 'playout.started', 'playout.item_done'])
        expect(Math.abs((seen[type] ?? -1) - momentOf(type))).toBeLessThanOrEqual(10);
      expect(summaries.map(({ transcript }) => transcript)).toEqual(['It is sunny in Tokyo.']);
    }),
  );
});

const frame = (value: number, position: number): AudioFrame => ({
  samples: new Int16Array(480).fill(value),
  sampleRate: 24_000,
  position,
});

/** A call by hand, and a clock that it goes by. */
const byHand = (recorder: Recorder) => {
  const events = new Subject<VoiceEvent>();
  const voice = new Subject<AudioFrame>();
  let now = 0;
  clock.delegate = { now: () => now };
  const call: RecordedCall = { events$: events, voice$: voice, captured$: voice, wire$: NEVER };
  const told: unknown[] = [];
  const subscription = recorder(call).subscribe({
    next: (event) => told.push(event),
    error: (error: unknown) => told.push(error),
    complete: () => told.push('|'),
  });
  return {
    told,
    subscription,
    event: (event: VoiceEvent) => events.next(event),
    speak(at: number, value: number, position: number) {
      now = at;
      voice.next(frame(value, position));
    },
    play(at: number, value: number, itemId: string) {
      const place = { event_id: '', response_id: 'r', item_id: itemId, output_index: 0, content_index: 0 };
      const { samples } = frame(value, 0);
      now = at - 20;
      events.next({ type: 'response.output_audio.delta', ...place, delta: toBase64(samples) });
      now = at;
      events.next({ type: 'playout.progress', itemId, responseId: 'r', playedSamples: 480, playedMs: 20 });
    },
    end: () => events.complete(),
  };
};
const empty = (name: string): string => {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
};
/** The value of each 20 ms. */
const blocks = (samples: Int16Array): number[] =>
  Array.from({ length: samples.length / 480 }, (_, index) => samples[480 * index] ?? 0);

describe('saveTo', () => {
  it('mixes what sounds together, cuts what is too loud, and closes at the end', () => {
    const path = empty('mixed');
    const call = byHand(saveTo(path));
    call.speak(20, 100, 0);
    call.play(40, 30_000, 'a');
    call.speak(40, 5000, 480);
    call.speak(100, 7, 1920);
    call.end();
    expect(call.told).toEqual(['|']);
    const { user, assistant, mixed } = readAll(path);
    expect(blocks(user)).toEqual([100, 5000, 0, 0, 7]);
    expect(blocks(assistant)).toEqual([0, 30_000, 0, 0, 0]);
    expect(blocks(mixed)).toEqual([100, 32_767, 0, 0, 7]);
  });

  it('leaves files that are right when it is unsubscribed', () => {
    const path = empty('left');
    const call = byHand(saveTo(path));
    call.speak(20, 100, 0);
    call.event({ type: 'playout.drained' });
    call.subscription.unsubscribe();
    expect(blocks(readAll(path).mixed)).toEqual([100]);
    expect(linesOf(path).at(-1)).toMatchObject({ event: { type: 'playout.drained' } });
    call.speak(40, 100, 480);
    expect(blocks(readAll(path).mixed)).toEqual([100]);
  });

  it.skipIf(process.platform === 'win32' || !statSync('/dev/full', { throwIfNoEntry: false }))(
    'tells once that the disk is full, and writes nothing more',
    () => {
      const path = empty('full');
      symlinkSync('/dev/full', join(path, 'events.jsonl'));
      const call = byHand(saveTo(path));
      call.speak(20, 100, 0);
      expect(call.told).toMatchObject([
        {
          type: 'recording.failed',
          error: { code: 'file', message: `cannot write ${join(path, 'events.jsonl')}: the disk is full` },
        },
        '|',
      ]);
    },
  );
});

describe('saveRecording', () => {
  it('gives two calls of one moment a folder each', () => {
    const path = join(folder, 'twins');
    const [one, two] = [byHand(saveRecording({ path })), byHand(saveRecording({ path }))];
    one.end();
    two.end();
    expect(one.told).not.toEqual(two.told);
    expect(readdirSync(path)).toHaveLength(2);
  });

  it('tells what cannot be written, and the call goes on', async () => {
    const path = join(folder, 'a-file');
    writeFileSync(path, '');
    await using simulator = await startSimulator({ voice: 'built-in', pace: 'instant' });
    const provider = openai({ apiKey, url: simulator.url });
    const events = await lastValueFrom(
      recorded({ provider, openSocket, input: wavSource(question, { pace: 'fast' }) }, saveRecording({ path })).pipe(toArray()),
    );
    expect(events.filter(({ type }) => type.startsWith('recording.'))).toMatchObject([
      { type: 'recording.failed', error: { code: 'file', message: expect.stringMatching(/^cannot write .*a-file/) } },
    ]);
    expect(events.map(({ type }) => type)).toContain('response.done');
  });
});

describe('a process that is killed', () => {
  let child: ChildProcess | undefined;
  afterEach(() => {
    child?.kill('SIGKILL');
  });

  it('leaves files that can be read and lack a second at the most', async () => {
    const path = join(folder, 'killed');
    child = spawn(process.execPath, ['--import', 'tsx', 'test/node/record-until-killed.ts', path], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let samples = 0;
    for await (const data of child.stdout as AsyncIterable<Buffer>) {
      // The number of samples that the recorder has been given so far, a line each.
      samples = Number(data.toString().trimEnd().split('\n').at(-1));
      if (samples >= 3 * 24_000) break;
    }
    const ended = new Promise((resolve) => child?.on('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    const { user, mixed } = readAll(onlyFolder(path));
    expect(user.length).toBeGreaterThanOrEqual(samples - 24_000);
    expect(user.filter((sample) => sample === 1000).length).toBeGreaterThanOrEqual(samples - 24_000);
    expect(mixed).toEqual(user);
    const { event } = linesOf(onlyFolder(path)).at(-1) as { event: { type: string; position: number } };
    expect(event.type).toBe('speech.progress');
    expect(event.position).toBeGreaterThanOrEqual(samples - 24_000);
  }, 60_000);
});
