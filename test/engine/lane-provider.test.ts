import { concat, concatMap, from, ignoreElements, lastValueFrom, Subject, startWith, take, tap, timer, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { scriptedPlayout } from '../../marbles/index.js';
import { bigLane } from '../../src/engine/big-lane.js';
import { converse } from '../../src/engine/converse.js';
import { fastLane } from '../../src/engine/fast-lane.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { explicitRequest } from '../../src/lane-rules.js';
import { openSocket } from '../../src/node/open-socket.js';
import { openai } from '../../src/providers/openai.js';
import { simulator } from '../../src/providers/simulator.js';
import { startSimulator } from '../../src/simulator/simulator.js';

const say = (text: string): readonly Command[] => [
  { type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } },
  { type: 'response.create' },
];
const later = (ms: number, ...entries: readonly (Command | VoiceEvent)[]) => timer(ms).pipe(concatMap(() => from(entries)));
const request = (lane: string): VoiceEvent => ({ type: 'lane.request', lane });

describe('a lane with a provider of its own', { timeout: 30_000 }, () => {
  it('is answered there, with all that was said before, and back again', async () => {
    await using quick = await startSimulator({
      voice: 'built-in',
      pace: 'instant',
      respond: ({ text }) => ({ text: `Quick: ${text}` }),
    });
    await using clever = await startSimulator({
      voice: 'built-in',
      pace: 'instant',
      respond: ({ text }) => ({ text: `Clever: ${text}` }),
    });
    const big = bigLane({ provider: openai({ name: 'clever', apiKey: 'sk-test', url: clever.url }) });
    const steps = [say('One.'), [request('big'), ...say('Two.')], say('Three.'), [request('fast'), ...say('Four.')]];
    const next$ = new Subject<void>();
    const commands = next$.pipe(
      startWith(undefined),
      take(steps.length),
      concatMap((_, at) => later(200, ...(steps[at] ?? []))),
    );
    const events = await lastValueFrom(
      converse({
        provider: simulator({ url: quick.url }),
        openSocket,
        playout: scriptedPlayout(),
        commands,
        lanes: [fastLane(), big],
        hysteresis: { preferFast: false, bigLaneTimeoutMs: 25_000 },
      }).pipe(
        tap(({ type }) => {
          if (type === 'response.done') next$.next();
        }),
        toArray(),
      ),
    );
    const said = events.flatMap((event) => (event.type === 'response.output_audio_transcript.done' ? [event.transcript] : []));
    const restored = events.flatMap((event) => (event.type === 'connection.restored' ? [event] : []));

    expect(said).toEqual(['Quick: One.', 'Clever: Two.', 'Clever: Three.', 'Quick: Four.']);
    expect(restored.map(({ gapMs }) => gapMs)).toEqual([0, 0]);
    // What still sounds is told when it was heard.
    const told = restored.map(({ replayedItems, dueItemIds }) => replayedItems + dueItemIds.length);
    expect(told[0]).toBe(2);
    expect(told[1]).toBeGreaterThanOrEqual(5);
    expect(events.filter(({ type }) => type === 'error' || type === 'connection.lost')).toEqual([]);
  });

  it('goes on with the first when it is killed while its lane is active, and stays there', async () => {
    await using quick = await startSimulator({
      voice: 'built-in',
      pace: 'instant',
      respond: ({ text }) => ({ text: `Quick: ${text}` }),
    });
    const clever = await startSimulator({
      voice: 'built-in',
      pace: 'instant',
      respond: ({ text }) => ({ text: `Clever: ${text}` }),
    });
    const big = bigLane({ provider: openai({ name: 'clever', apiKey: 'sk-test', url: clever.url }) });
    const commands = concat(
      later(100, ...say('One.')),
      later(400, request('big'), ...say('Two.')),
      timer(1500).pipe(
        tap(() => void clever.close()),
        ignoreElements(),
      ),
      later(300, ...say('Three.')),
      later(700, request('fast'), ...say('Four.')),
    );
    const events = await lastValueFrom(
      converse({
        provider: simulator({ url: quick.url }),
        openSocket,
        playout: scriptedPlayout(),
        commands,
        lanes: [fastLane(), big],
        rules: [explicitRequest],
        hysteresis: { preferFast: false, bigLaneTimeoutMs: 60_000 },
      }).pipe(toArray()),
    );
    const said = events.flatMap((event) => (event.type === 'response.output_audio_transcript.done' ? [event.transcript] : []));

    expect(said).toEqual(['Quick: One.', 'Clever: Two.', 'Quick: Three.', 'Quick: Four.']);
    expect(events.filter(({ type }) => type === 'connection.lost')).toHaveLength(1);
    // No attempt in between: a session with the first was ready.
    expect(events.filter(({ type }) => type === 'connection.reconnecting' || type === 'error')).toEqual([]);
  });

  it('stays with the first where the other cannot be reached', async () => {
    await using quick = await startSimulator({
      voice: 'built-in',
      pace: 'instant',
      respond: ({ text }) => ({ text: `Quick: ${text}` }),
    });
    const big = bigLane({ provider: openai({ name: 'gone', apiKey: 'sk-test', url: 'ws://127.0.0.1:1/v1/realtime' }) });
    const events = await lastValueFrom(
      converse({
        provider: simulator({ url: quick.url }),
        openSocket,
        playout: scriptedPlayout(),
        commands: later(200, request('big'), ...say('One.')),
        lanes: [fastLane(), big],
      }).pipe(toArray()),
    );
    expect(events.flatMap((event) => (event.type === 'response.output_audio_transcript.done' ? [event.transcript] : []))).toEqual(
      ['Quick: One.'],
    );
  });
});
