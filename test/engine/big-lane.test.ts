import {
  concat,
  concatMap,
  from,
  ignoreElements,
  lastValueFrom,
  NEVER,
  type Observable,
  of,
  takeUntil,
  timer,
  toArray,
} from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptedPlayout, signal } from '../../marbles/index.js';
import type { AudioFrame } from '../../src/audio.js';
import { bigLane } from '../../src/engine/big-lane.js';
import { type ConverseConfig, converse } from '../../src/engine/converse.js';
import { fastLane } from '../../src/engine/fast-lane.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import type { Lane } from '../../src/lane.js';
import { openSocket } from '../../src/node/open-socket.js';
import { simulator } from '../../src/providers/simulator.js';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.js';
import { tool } from '../../src/tool.js';

let service: Simulator;
beforeAll(async () => {
  service = await startSimulator({ voice: 'built-in', pace: 'instant' });
});
afterAll(() => service.close());

const say = (text: string): readonly Command[] => [
  { type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } },
  { type: 'response.create' },
];
/** What a conversation comes to in which these things are typed, from the big lane on. */
const typed = (lane: Lane, texts: readonly string[], more: Partial<ConverseConfig> = {}): Promise<readonly VoiceEvent[]> => {
  const commands = concat(
    of<Command | VoiceEvent>({ type: 'lane.request', lane: 'big' }),
    from(texts).pipe(concatMap((text) => timer(200).pipe(concatMap(() => say(text))))),
  );
  const config = { provider: simulator({ url: service.url }), openSocket, playout: scriptedPlayout(), lanes: [fastLane(), lane] };
  return lastValueFrom(converse({ ...config, commands, ...more }).pipe(toArray()));
};
const spoken = (events: readonly VoiceEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'response.output_audio_transcript.done' ? [event.transcript] : []));
const types = (events: readonly VoiceEvent[], prefix: string): readonly string[] =>
  events.flatMap(({ type }) => (type.startsWith(prefix) ? [type] : []));

describe('bigLane({ delegate })', { timeout: 30_000 }, () => {
  it('is answered by somebody else, in the voice of the session', async () => {
    const events = await typed(bigLane({ delegate: () => of('The train leaves at nine.') }), ['When does the train leave?']);
    expect(spoken(events)).toEqual(['The train leaves at nine.']);
    expect(types(events, 'turn.delegat')).toEqual(['turn.delegated', 'turn.delegation_ended']);
  });

  it('says a filler while that takes its time', async () => {
    const slowly = timer(300).pipe(concatMap(() => of('At nine.')));
    const lane = bigLane({ delegate: { delegate: () => slowly, filler: 'One moment.', fillerAfterMs: 50 } });
    expect(spoken(await typed(lane, ['When does the train leave?']))).toEqual(['One moment.', 'At nine.']);
  });

  it('leaves the turn to the session when it fails', async () => {
    const lane = bigLane({
      delegate: () => {
        throw new Error('no');
      },
    });
    const events = await typed(lane, ['How are you?']);
    expect(types(events, 'turn.delegat')).toEqual(['turn.delegated', 'turn.delegation_failed']);
    expect(spoken(events)).toEqual(['I am fine, thank you. How can I help you?']);
  });
});

describe('bigLane({ tools })', { timeout: 30_000 }, () => {
  it('declares its tools in the fast lane, too, and is entered when the model calls one', async () => {
    const clock = tool({
      name: 'tell_time',
      description: 'The time of day',
      parameters: { type: 'object', properties: {} },
      run: () => 'It is noon.',
    });
    const commands = timer(100).pipe(concatMap(() => say('What time is it?')));
    const events = await typed(bigLane({ tools: [clock] }), [], { commands });
    expect(types(events, 'lane.entered')).toHaveLength(3);
    expect(spoken(events)).toEqual(['It is noon.']);
  });
});

describe('bigLane({ stages })', { timeout: 30_000 }, () => {
  it('sends the voice through them, and tells of one that fails', async () => {
    const frames: Observable<AudioFrame> = from(
      Array.from({ length: 100 }, (_, at) => ({
        samples: signal(at > 20 && at < 60 ? 's' : '.', { position: at * 480, length: 480, sampleRate: 24_000 }),
        sampleRate: 24_000,
        position: at * 480,
      })),
    );
    const input = timer(100).pipe(concatMap(() => frames));
    const lane = bigLane({
      stages: [
        {
          name: 'broken',
          process: () => {
            throw new Error('no');
          },
        },
      ],
    });
    const events = await typed(lane, [], { input });
    expect(events).toContainEqual(expect.objectContaining({ type: 'audio.stage_bypassed', stage: 'broken', reason: 'threw' }));
    expect(types(events, 'speech.s')).toEqual(['speech.started', 'speech.stopped']);
    expect(types(events, 'input_audio_buffer.committed')).toHaveLength(1);
  });
});

describe('converse', { timeout: 30_000 }, () => {
  it('leaves nothing behind when it is unsubscribed', async () => {
    const run = () =>
      lastValueFrom(
        converse({
          provider: simulator({ url: service.url }),
          openSocket,
          input: NEVER,
          lanes: [fastLane(), bigLane()],
        }).pipe(ignoreElements(), takeUntil(timer(30))),
        { defaultValue: undefined },
      );
    const resources = () => process.getActiveResourcesInfo().toSorted();
    await run();
    await expect.poll(() => service.connections).toBe(0);
    const before = resources();
    for (let round = 0; round < 20; round++) await run();
    await expect.poll(() => service.connections).toBe(0);
    await expect.poll(resources, { timeout: 3000 }).toEqual(before);
  });
});
