import { lastValueFrom, NEVER, of, Subject, startWith, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { decodeAudio } from '../../operators/decodeAudio.js';
import { type OpenSink, playTo } from '../../operators/playTo.js';
import { realtime } from '../../operators/realtime.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import type { Fault } from '../../src/faults/fault.js';
import { openSocket } from '../../src/node/open-socket.js';
import { simulator } from '../../src/providers/simulator.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import { decodePayload, encodePayload } from '../../src/wire/payload.js';

const settings = (type: 'audio/pcmu' | 'audio/pcma'): Command => ({
  type: 'session.update',
  session: {
    audio: {
      input: { format: { type }, turn_detection: null, transcription: { model: 'whisper-1' } },
      output: { format: { type } },
    },
  },
});
const say: Command = {
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello?' }] },
};
const ask: Command = { type: 'response.create' };

/** A device that takes all at once, and what it was given at each rate. */
const collect = () => {
  const openings: { readonly rate: number; readonly samples: number[] }[] = [];
  const openSink: OpenSink = (rate) => {
    const samples: number[] = [];
    openings.push({ rate, samples });
    const taken$ = new Subject<number>();
    const write = (more: Int16Array): void => {
      samples.push(...more);
      taken$.next(samples.length);
    };
    return startedWith({ write, flush: () => undefined, taken$, aheadSamples: Number.POSITIVE_INFINITY });
  };
  return { openings, openSink };
};
const startedWith = <T>(value: T) => NEVER.pipe(startWith(value));

const run = async (fault: Fault, first: readonly Command[], then: readonly Command[]) => {
  const heard: Int16Array[] = [];
  await using service = await startSimulator({
    voice: 'built-in',
    pace: 'instant',
    respond: () => ({ text: 'Yes, indeed.' }),
    transcribe: ({ samples }) => {
      heard.push(samples.slice());
      return 'Hello.';
    },
    faults: [fault],
  });
  const device = collect();
  const source = new Subject<Command>();
  const events: readonly VoiceEvent[] = await lastValueFrom(
    source.pipe(
      startWith(...first),
      realtime(simulator({ url: service.url }), {
        openSocket,
        playout: playTo(device.openSink),
        reconnect: { random: () => 0 },
      }),
      tap(({ type }) => {
        if (type !== 'connection.restored') return;
        for (const command of then) source.next(command);
        source.complete();
      }),
      toArray(),
    ),
  );
  const frames = await lastValueFrom(of(...events).pipe(decodeAudio(), toArray()));
  const answers = [...new Set(frames.map(({ responseId }) => responseId))].map((id) =>
    frames.filter(({ responseId }) => responseId === id).flatMap(({ samples }) => [...samples]),
  );
  return { events, heard, frames, answers, openings: device.openings };
};
const troublesOf = (events: readonly VoiceEvent[]) =>
  events.filter(({ type }) => type === 'error' || type.startsWith('diagnostic.'));

describe.each(['pcmu', 'pcma'] as const)('a %s session that is rebuilt', (encoding) => {
  it('is heard as before, from the same device', async () => {
    const { events, answers, frames, openings } = await run(
      { type: 'destroy', on: 'response.done', connection: 1 },
      [settings(`audio/${encoding}`), say, ask],
      [say, ask],
    );
    expect(answers).toHaveLength(2);
    expect(answers[0]?.length).toBeGreaterThan(4000);
    expect(answers[1]).toEqual(answers[0]);
    expect(new Set(frames.map(({ sampleRate }) => sampleRate))).toEqual(new Set([8000]));
    expect(openings.map(({ rate }) => rate)).toEqual([24_000, 8000]);
    expect(openings[1]?.samples).toEqual(answers.flat());
    expect(troublesOf(events)).toEqual([]);
  });

  it('hears the user as before: what was said before the loss and after it, once', async () => {
    const frames = Array.from({ length: 20 }, (_, at) => new Int16Array(160).fill((at + 1) * 100));
    const appends = frames.map(
      (samples): Command => ({
        type: 'input_audio_buffer.append',
        audio: encodePayload(samples, encoding),
      }),
    );
    const { events, heard } = await run(
      { type: 'destroy', on: 'session.updated', connection: 1 },
      [settings(`audio/${encoding}`), ...appends.slice(0, 10)],
      [...appends.slice(10), { type: 'input_audio_buffer.commit' }],
    );
    const spoken = appends.flatMap((command) =>
      command.type === 'input_audio_buffer.append' ? [...(decodePayload(command.audio, encoding) ?? [])] : [],
    );
    expect(heard.map((samples) => [...samples])).toEqual([spoken]);
    expect(events.find(({ type }) => type === 'connection.restored')).toMatchObject({ replayedMs: 200, droppedMs: 0 });
    expect(troublesOf(events)).toEqual([]);
  });
});
