import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engineSettings } from '../../src/engine/engine-config.js';
import { type EngineEvent, failureEvent, type OwnEvent, sourceOf, stamped } from '../../src/engine/engine-event.js';
import { engineEvents } from '../../src/engine/engine-events.js';
import { type LogFields, type Logger, type LogLevel, logEvents } from '../../src/engine/logger.js';
import { ConnectionError, StreamError, ToolError } from '../../src/errors.js';
import type { VoiceEvent } from '../../src/events.js';
import { initialState } from '../../src/state/session-state.js';
import { tool } from '../../src/tool.js';
import { type Recorded, recordings } from '../conformance/recordings.js';
import { hasShared } from '../shared.js';
import { engineRun } from './engine-run.js';
import { audio } from './usage-events.js';

type Line = readonly [level: string, message: string, fields: LogFields];
/** A logger that remembers. */
const memory = (): Logger & { readonly lines: readonly Line[] } => {
  const lines: Line[] = [];
  const at = (level: string) => (fields: LogFields, message: string) => lines.push([level, message, fields]);
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};
const event = (it: OwnEvent | VoiceEvent): EngineEvent => stamped(it, sourceOf(it.type)) as EngineEvent;
const logged = (level: LogLevel, ...events: readonly EngineEvent[]): readonly Line[] => {
  const logger = memory();
  events.forEach(logEvents(logger, level));
  return logger.lines;
};

const lost = event({ type: 'connection.lost', closeCode: 1006, reason: 'heartbeat' });
const closed = event({ type: 'connection.closed', reason: 'completed' });
const said = event({ type: 'transcript.user', itemId: 'i', text: 'my number is 555', isFinal: true });
const failed = failureEvent(new StreamError('the service refused a command', { code: 'invalid_request' }));
const fatal = failureEvent(new ConnectionError('lost for good', { code: 'lost' }), 'engine', false);
const all = [said, closed, lost, failed, fatal];

describe('logEvents', () => {
  it('writes each event at its own level, the type as the message and the fields beside it', () => {
    expect(logged('debug', ...all)).toEqual([
      ['debug', 'transcript.user', { itemId: 'i', text: 'my number is 555', isFinal: true, source: 'engine' }],
      ['info', 'connection.closed', { reason: 'completed' }],
      ['warn', 'connection.lost', { closeCode: 1006, reason: 'heartbeat' }],
      ['warn', 'engine.error', { recoverable: true, error: expect.objectContaining({ code: 'invalid_request' }) }],
      ['error', 'engine.error', { recoverable: false, error: expect.objectContaining({ message: 'lost for good' }) }],
    ]);
  });

  it.each([
    ['debug', 5],
    ['info', 4],
    ['warn', 3],
    ['error', 1],
    ['silent', 0],
  ] as const)('leaves out what is below %s', (level, count) => {
    expect(logged(level, ...all)).toHaveLength(count);
  });

  it('takes levels in any case', () => {
    const logger = memory();
    all.forEach(logEvents(logger, 'WARN'));
    expect(logger.lines).toHaveLength(3);
  });

  it('tells of audio and pictures only how much there is', () => {
    const picture = { type: 'input_image', image_url: `data:image/png;base64,${'A'.repeat(40)}` };
    const [[, , chunk], [, , delta], [, , item]] = logged(
      'debug',
      event({
        type: 'audio.output_chunk',
        audioData: new Uint8Array(960),
        sampleRate: 24_000,
        channels: 1,
        itemId: 'i',
        responseId: 'r',
      }),
      event(audio('r', 20)),
      event({
        type: 'conversation.item.added',
        event_id: 'e',
        item: { type: 'message', role: 'user', content: [picture, { type: 'input_audio', audio: 'AAAA' }] },
      } as unknown as VoiceEvent),
    ) as [Line, Line, Line];
    expect(chunk.audioData).toBe('960 bytes');
    expect(delta).toMatchObject({ delta: '960 bytes', response_id: 'r' });
    expect(JSON.stringify(item)).not.toMatch(/AAAA/);
    expect(item).toMatchObject({ item: { content: [{ type: 'input_image' }, { audio: '3 bytes' }] } });
  });

  it('tells no key, wherever it stands', () => {
    const session = {
      type: 'session.updated',
      event_id: 'e',
      session: {
        type: 'realtime',
        instructions: 'use sk-proj-1234567890 or Bearer abcdefghijkl',
        tools: [{ type: 'mcp', authorization: 'topsecret', headers: { 'x-a': 'topsecret' } }],
        client_secret: { value: 'topsecret' },
      },
    } as unknown as VoiceEvent;
    const text = JSON.stringify(logged('debug', event(session)));
    expect(text).not.toMatch(/topsecret|1234567890|abcdefghijkl/);
    expect(text).toMatch(/use sk-… or Bearer …/);
  });

  it('tells of errors of others only what they are called', () => {
    const theirs = Object.assign(new TypeError('topsecret'), { toJSON: () => ({ headers: 'topsecret' }), config: 'topsecret' });
    const stage = { type: 'audio.stage_bypassed', stage: 's', reason: 'threw', durationMs: 1, error: theirs } as const;
    const cause = new ToolError('tool f: threw', { code: 'threw', cause: theirs });
    const lines = logged(
      'debug',
      event(stage),
      event({ type: 'tool.failed', functionName: 'f', callId: 'c', error: cause }),
      event({ type: 'lane.failed', lane: 'big', to: 'fast', error: theirs }),
    );
    expect(JSON.stringify(lines)).not.toMatch(/topsecret/);
    expect(lines[1]).toMatchObject(['warn', 'tool.failed', { error: { code: 'threw', message: 'tool f: threw' } }]);
    expect(lines[2]?.[2]).toMatchObject({ error: { message: 'TypeError' } });
  });

  it('warns once of a figure that has passed its limit, and leaves the reports of every second to debug', () => {
    const alert: VoiceEvent = { type: 'audio.alert', metric: 'snrDb', value: 4, atMs: 3000, error: new TypeError('topsecret') };
    const [line, ...more] = logged('info', event(alert), event({ type: 'audio.quality' } as VoiceEvent));
    expect(line).toMatchObject(['warn', 'audio.alert', { metric: 'snrDb', value: 4, error: { message: 'TypeError' } }]);
    expect(more).toEqual([]);
    expect(logged('debug', event({ type: 'audio.network' } as VoiceEvent))).toHaveLength(1);
  });

  it('writes what holds itself', () => {
    const held: Record<string, unknown> = { name: 'x' };
    held.self = held;
    const [line] = logged('debug', event({ type: 'tool.invoked', functionName: 'f', arguments: held, callId: 'c' }));
    expect(JSON.stringify(line)).toMatch(/…/);
  });

  it('is put on one line by a console', () => {
    const stdout = new PassThrough();
    [closed].forEach(logEvents(new Console({ stdout, stderr: stdout }), 'info'));
    expect(String(stdout.read())).toBe("{ reason: 'completed' } connection.closed\n");
  });

  it('tells nothing that was said, whatever is in an event, above debug', () => {
    const word = fc.constantFrom('text', 'transcript', 'delta', 'arguments', 'audio', 'audioData', 'instructions', 'output');
    const type = fc.constantFrom<EngineEvent['type'][]>(
      'tool.invoked',
      'tool.started',
      'connection.established',
      'lane.switched',
      'audio.device_lost',
      'response.done',
      'transcript.assistant',
      'engine.error',
      'diagnostic.malformed_event',
    );
    fc.assert(
      fc.property(type, word, (name, field) => {
        const lines = logged('info', { ...lost, type: name, [field]: 'topsecret' } as unknown as EngineEvent);
        expect(JSON.stringify(lines)).not.toMatch(/topsecret/);
      }),
    );
  });

  describe.skipIf(!hasShared)('of a recorded session (needs ../shared)', () => {
    /** The longer texts of a session: words, arguments and audio. */
    const textsOf = (value: unknown, name = ''): readonly (readonly [string, string])[] => {
      if (typeof value === 'string') return value.length > 11 ? [[name, value]] : [];
      return Object.entries(Object(value)).flatMap(([key, each]) => textsOf(each, Number.isNaN(Number(key)) ? key : name));
    };
    const texts = (lines: readonly Recorded[], names: RegExp, types = /./): readonly string[] =>
      lines
        .filter(({ ev }) => types.test(ev.type))
        .flatMap(({ ev }) => textsOf(ev))
        .flatMap(([name, text]) => (names.test(name) ? text : []));
    for (const { name, lines } of recordings('openai', 'azure')) {
      it(`${name}: holds no words and no arguments at info, and no audio at debug`, () => {
        const fold = engineEvents();
        const events = lines.flatMap(({ dir, ev }) => (dir === 's2c' ? fold(ev as unknown as VoiceEvent, initialState) : []));
        const [info, debug] = (['info', 'debug'] as const).map((level) => JSON.stringify(logged(level, ...events)));
        const words = texts(lines, /^(text|transcript|arguments|instructions|output)$/);
        const sounds = texts(lines, /^(delta|audio)$/, /audio\.delta$|append$/);
        expect(words.length).toBeGreaterThan(0);
        for (const each of [...words, ...sounds]) expect(info).not.toContain(JSON.stringify(each).slice(1, -1));
        for (const each of sounds) expect(debug).not.toContain(each);
      });
    }
  });
});

describe('logger of VoiceEngine', () => {
  it('gets a call from its beginning to its end, at info unless told', async () => {
    const logger = memory();
    const sky = tool({ name: 'sky', description: 'the sky', parameters: { type: 'object', properties: {} }, run: () => 'blue' });
    {
      await using run = await engineRun({ engine: { logger, tools: [sky] } });
      await run.engine.connect();
    }
    expect(logger.lines.map(([level, message]) => `${level} ${message}`)).toEqual([
      'info connection.established',
      'info turn.conversation_started',
      'info connection.closed',
      'info turn.conversation_ended',
    ]);
  });

  it('gets every event at DEBUG', async () => {
    const logger = memory();
    await using run = await engineRun({ engine: { logger, logLevel: 'DEBUG' } });
    await run.engine.connect();
    expect(logger.lines.map(([, message]) => message)).toEqual(run.seen.map(({ type }) => type));
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('disk full');
      },
    ],
    ['rejects', () => Promise.reject(new Error('disk full'))],
  ])('does not disturb the call when it %s', async (_, write) => {
    await using run = await engineRun({ engine: { logger: { debug: write, info: write, warn: write, error: () => undefined } } });
    const told = run.next('engine.error');
    await run.engine.connect();
    expect((await told).errorMessage).toBe('a handler of * failed at connection.established');
    expect(run.engine.isConnected).toBe(true);
  });

  it('may be console, and must have four methods', () => {
    expect(engineSettings({ logger: console }).logger).toBe(console);
    expect(() => engineSettings({ logger: { info: () => undefined } })).toThrow(
      'logger: must be an object with debug, info, warn and error, got an object',
    );
    for (const logger of [null, 'console', 7]) expect(() => engineSettings({ logger })).toThrow('logger: must be');
  });
});
