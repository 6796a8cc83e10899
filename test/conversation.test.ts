import { from, lastValueFrom, type Observable, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signal } from '../marbles/index.js';
import { encode, realtime, vad } from '../operators/index.js';
import type { AudioFrame } from '../src/audio.js';
import type { VoiceEvent } from '../src/events.js';
import { openSocket, wavSource } from '../src/node/index.js';
import { openai } from '../src/providers/openai.js';
import { type Simulator, startSimulator } from '../src/simulator/index.js';

const apiKey = 'sk-test';
const question = 'assets/question-tokyo-24k.wav';
let service: Simulator;

beforeAll(async () => {
  service = await startSimulator({ voice: 'built-in', pace: 'instant', respond: () => ({ text: 'Yes.' }) });
});
afterAll(() => service.close());

const all = (events$: Observable<VoiceEvent>): Promise<readonly VoiceEvent[]> => lastValueFrom(events$.pipe(toArray()));
const count = (events: readonly VoiceEvent[], type: VoiceEvent['type']): number =>
  events.filter((event) => event.type === type).length;

/** Speech and silence by the character, 20 ms each. */
const spoken = (diagram: string): Observable<AudioFrame> =>
  from(
    [...diagram].map((character, index) => ({
      samples: signal(character === 's' ? 's' : '.', { position: index * 480, length: 480, sampleRate: 24_000 }),
      sampleRate: 24_000,
      position: index * 480,
    })),
  );

describe('the bare chain', () => {
  it('is right as it stands: one answer a turn', async () => {
    const turn = `${'.'.repeat(30)}${'s'.repeat(30)}${'.'.repeat(40)}`;
    const capture = () => spoken(turn.repeat(3));

    // word for word, but for the address
    const events = await all(capture().pipe(vad(), encode(), realtime(openai({ apiKey, url: service.url }), { openSocket })));

    expect(count(events, 'speech.stopped')).toBe(3);
    expect(count(events, 'input_audio_buffer.committed')).toBe(3);
    expect(count(events, 'response.created')).toBe(3);
    expect(count(events, 'response.done')).toBe(3);
    expect(count(events, 'input_audio_buffer.speech_started')).toBe(0);
    expect(events.filter(({ type }) => type === 'error' || type.startsWith('diagnostic.'))).toEqual([]);
  });

  it('answers the question of the demo once', async () => {
    const events = await all(
      wavSource(question, { pace: 'fast' }).pipe(vad(), encode(), realtime(openai({ apiKey, url: service.url }), { openSocket })),
    );
    expect([count(events, 'input_audio_buffer.committed'), count(events, 'response.done')]).toEqual([1, 1]);
  });

  it('asks nothing when nobody spoke', async () => {
    const events = await all(
      spoken('.'.repeat(200)).pipe(vad(), encode(), realtime(openai({ apiKey, url: service.url }), { openSocket })),
    );
    expect(count(events, 'response.created')).toBe(0);
    expect(events.at(-1)).toEqual({ type: 'connection.closed', reason: 'completed' });
  });
});

describe('turns that the service ends', () => {
  it('are answered once each', async () => {
    const turn = `${'.'.repeat(30)}${'s'.repeat(30)}${'.'.repeat(40)}`;
    const events = await all(
      spoken(turn.repeat(2)).pipe(
        vad(),
        encode({ turns: 'server' }),
        realtime(openai({ apiKey, url: service.url }), { openSocket }),
      ),
    );
    expect(count(events, 'input_audio_buffer.speech_stopped')).toBe(2);
    expect(count(events, 'input_audio_buffer.committed')).toBe(2);
    expect(count(events, 'speech.stopped')).toBe(2);
    expect(events.filter(({ type }) => type === 'error')).toEqual([]);
  });
});

describe('a conversation that is left', () => {
  it('leaves no socket, timer or process behind, 1,000 times', { timeout: 120_000 }, async () => {
    const resources = () =>
      process
        .getActiveResourcesInfo()
        .filter((name) => name !== 'Immediate')
        .sort();
    const run = () => wavSource(question).pipe(vad(), encode(), realtime(openai({ apiKey, url: service.url }), { openSocket }));
    const settled = async (): Promise<void> => {
      while (service.connections > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      await new Promise((resolve) => setTimeout(resolve, 50));
    };
    run().subscribe().unsubscribe();
    await settled();
    const before = resources();
    for (let round = 0; round < 50; round++) {
      const moment = round % 5;
      const subscriptions = Array.from({ length: 20 }, () => run().subscribe());
      // left at once, while connecting, and in mid-session
      if (moment > 0) await new Promise((resolve) => setTimeout(resolve, moment * 5));
      for (const subscription of subscriptions) subscription.unsubscribe();
    }
    await settled();
    await expect.poll(resources, { timeout: 3000 }).toEqual(before);
  });
});
