import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat, concatMap, delay, from, lastValueFrom, merge, of, tap, timer, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { realtime } from '../operators/realtime.js';
import type { Command, VoiceEvent } from '../src/events.js';
import { openSocket } from '../src/node/open-socket.js';
import { wavSink } from '../src/node/wav-sink.js';
import { simulator } from '../src/providers/simulator.js';
import { startSimulator } from '../src/simulator/simulator.js';
import { toArray as itemsOf } from '../src/state/item-list.js';
import { initialState, sessionState } from '../src/state/session-state.js';
import { toBase64 } from '../src/wire/base64.js';

const frame = (value: number): Command => ({
  type: 'input_audio_buffer.append',
  audio: toBase64(new Int16Array(480).fill(value)),
});
const numbers = Array.from({ length: 150 }, (_, at) => at + 1);
const say = (text: string): readonly (Command | VoiceEvent)[] => [
  { type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } },
  { type: 'response.create' },
];

describe('rotation', { timeout: 60_000 }, () => {
  it('moves to another session while both speak: no sample of the user is lost, and the assistant is heard without a break', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rxvox-'));
    const heard: number[][] = [];
    await using service = await startSimulator({
      voice: 'built-in',
      script: [
        { text: 'This is a long answer, which goes on for quite some time, so that somebody can speak at the same time.' },
      ],
      transcribe: ({ samples }) => {
        heard.push([...samples]);
        return 'All of it.';
      },
    });
    const settings: Command = {
      type: 'session.update',
      session: { audio: { input: { turn_detection: null, transcription: { model: 'gpt-4o-mini-transcribe' } } } },
    };
    const speech = concat(
      from(numbers).pipe(concatMap((value) => timer(20).pipe(concatMap(() => [frame(value)])))),
      from<readonly Command[]>([{ type: 'input_audio_buffer.commit' }, { type: 'response.create' }]),
    );
    const source = concat(
      of(settings, ...say('Tell me a story.')),
      merge(speech, of<Command>({ type: 'connection.rotate' }).pipe(delay(1500))).pipe((both) =>
        concat(timer(700).pipe(concatMap(() => [])), both),
      ),
    );
    let state = initialState;
    const events = await lastValueFrom(
      source.pipe(
        // Speech that interrupts nobody: here the VAD would.
        realtime(simulator({ url: service.url }), {
          openSocket,
          playout: wavSink(join(folder, 'answer.wav')),
          interruptions: () => of(),
        }),
        tap((event) => {
          state = sessionState(state, event);
        }),
        toArray(),
      ),
    );
    await rm(folder, { recursive: true });
    const types = events.map(({ type }) => type);

    expect(types.filter((type) => type.startsWith('connection.'))).toEqual([
      'connection.starting',
      'connection.established',
      'connection.rotating',
      'connection.restored',
      'connection.closed',
    ]);
    expect(heard).toHaveLength(1);
    expect(heard[0]).toEqual(numbers.flatMap((value) => new Array<number>(480).fill(value)));
    expect(types).not.toContain('playout.underrun');
    expect(types.filter((type) => type === 'playout.item_done')).toHaveLength(2);
    expect(types).not.toContain('error');
    expect(itemsOf(state.conversation.items).map(({ item }) => ('role' in item ? item.role : item.type))).toEqual([
      'user',
      'assistant',
      'system',
      'user',
      'assistant',
    ]);
  });
});
