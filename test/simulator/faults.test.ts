import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type Fault, type Simulator, startSimulator } from '../../src/simulator/index.js';
import { decodeServerEvent } from '../../src/wire/decode.js';
import { connect } from './connect.js';

const user = (text: string) => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
});
const ask = { type: 'response.create' };
const clear = { type: 'input_audio_buffer.clear' };

describe('simulator faults', () => {
  let simulator: Simulator | undefined;
  const start = async (...faults: readonly Fault[]) => {
    simulator = await startSimulator({ voice: 'built-in', pace: 'instant', script: ['Yes.'], faults });
    return `${simulator.url}?model=gpt-realtime`;
  };
  afterEach(() => simulator?.close());

  /** What becomes of an attempt: open, an HTTP answer, or an error. */
  const attempt = (url: string, handshakeTimeout = 300): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(url, { handshakeTimeout });
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.on('open', () => {
        resolve('open');
        socket.terminate();
      });
      socket.on('unexpected-response', (_, response) => {
        let body = '';
        response.on('data', (part: Buffer) => {
          body += part.toString();
        });
        response.on('end', () => {
          const { error } = JSON.parse(body) as { error: { code: string } };
          resolve([response.statusCode, error.code, response.headers['retry-after'] ?? ''].join(' '));
        });
      });
    });

  it('resets the connection that is refused', async () => {
    expect(await attempt(await start({ type: 'refuse' }))).toBe('ECONNRESET');
  });

  it('answers with HTTP in place of the upgrade', async () => {
    const url = await start(
      { type: 'http', status: 401, connection: 1 },
      { type: 'http', status: 429, retryAfter: 2, connection: 2 },
      { type: 'http', status: 429, code: 'insufficient_quota', connection: 3 },
      { type: 'http', status: 503, connection: 4 },
    );
    const answers: string[] = [];
    for (let i = 0; i < 5; i++) answers.push(await attempt(url));
    expect(answers).toEqual(['401 invalid_api_key ', '429 rate_limit_exceeded 2', '429 insufficient_quota ', '503  ', 'open']);
  });

  it('hangs in the handshake, and can still be closed', async () => {
    const url = await start({ type: 'hang', connection: [1, 2] });
    const waiting = attempt(url, 60_000);
    expect(await attempt(url)).toMatch(/timed out/);
    expect(await attempt(url)).toBe('open');
    await simulator?.close();
    expect(await waiting).toMatch(/ECONNRESET|hang up/);
  });

  it('says no session.created', async () => {
    await using client = connect(await start({ type: 'drop', on: 'session.created' }));
    client.send(clear);
    await client.next('input_audio_buffer.cleared');
    expect(client.events[0]?.type).toBe('input_audio_buffer.cleared');
  });

  it.each([1000, 1001, 1008, 1011, 1013, 3000, 4000])('closes with %i at the event it is told', async (code) => {
    await using client = connect(await start({ type: 'close', code, reason: 'because', on: 'response.created' }));
    client.send(user('x'), ask);
    expect(await client.closed).toEqual({ code, reason: 'because' });
    expect(client.events.at(-1)?.type).toBe('response.created');
  });

  it('goes without a close frame', async () => {
    await using client = connect(await start({ type: 'destroy', on: 'response.output_audio.delta' }));
    client.send(user('x'), ask);
    expect(await client.closed).toEqual({ code: 1006, reason: '' });
  });

  it('expires at the event it is told', async () => {
    await using client = connect(await start({ type: 'expire', on: 'response.done' }));
    client.send(user('x'), ask);
    expect((await client.closed).code).toBe(1001);
    expect(client.events.slice(-2)).toMatchObject([{ type: 'response.done' }, { error: { code: 'session_expired' } }]);
  });

  it('stops reading, and the client can tell by what piles up', async () => {
    const socket = new WebSocket(await start({ type: 'stop_reading', on: 'session.created' }));
    await once(socket, 'message');
    const append = JSON.stringify({ type: 'input_audio_buffer.append', audio: 'A'.repeat(1_000_000) });
    // More than the buffers of both kernels hold.
    for (let i = 0; i < 20; i++) socket.send(append);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(socket.bufferedAmount).toBeGreaterThan(1_000_000);
    socket.terminate();
  });

  it('falls silent half-open: no pong, no answer, no close', async () => {
    const socket = new WebSocket(await start({ type: 'half_open', on: 'session.created' }));
    await once(socket, 'message');
    const heard: string[] = [];
    for (const name of ['pong', 'message', 'close']) socket.on(name, () => heard.push(name));
    socket.ping();
    socket.send(JSON.stringify(clear));
    socket.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(heard).toEqual([]);
    expect(simulator?.connections).toBe(1);
    socket.terminate();
  });

  it('delays, and holds up what comes behind', async () => {
    await using client = connect(await start({ type: 'delay', ms: 200, on: 'input_audio_buffer.cleared', times: 1 }));
    await client.next('session.created');
    const begin = performance.now();
    client.send(clear, user('x'));
    await client.next('conversation.item.done');
    expect(performance.now() - begin).toBeGreaterThanOrEqual(199);
    expect(client.events[1]?.type).toBe('input_audio_buffer.cleared');
  });

  it('sends what is no JSON, no event, no audio, and too much', async () => {
    const url = await start(
      { type: 'malformed', on: 'conversation.item.added', times: 1 },
      { type: 'wrong_types', on: 'response.created' },
      { type: 'unknown_event', on: 'response.done' },
      { type: 'bad_base64', times: 1 },
      { type: 'odd_bytes', from: 2, times: 1 },
      { type: 'giant', on: 'rate_limits.updated' },
    );
    const socket = new WebSocket(url);
    const texts: string[] = [];
    socket.on('message', (data: Buffer) => texts.push(data.toString()));
    await once(socket, 'open');
    for (const event of [user('x'), ask]) socket.send(JSON.stringify(event));
    while (!texts.at(-1)?.includes('"rate_limits.updated"')) await once(socket, 'message');
    socket.terminate();

    const parsed = texts.map((text) => {
      try {
        return JSON.parse(text) as { type: string; delta: string };
      } catch {
        return { type: 'malformed', delta: '' };
      }
    });
    const types = parsed.map(({ type }) => type);
    expect(types).toContain('malformed');
    expect(types.indexOf('rxvox.unknown_event')).toBe(types.indexOf('response.done') - 1);
    expect(Math.max(...texts.map(({ length }) => length))).toBeGreaterThan(3_000_000);
    const deltas = parsed.filter(({ type }) => type === 'response.output_audio.delta').map(({ delta }) => delta);
    expect(deltas[0]).not.toMatch(/^[A-Za-z0-9+/]*=*$/);
    expect(Buffer.from(deltas[1] ?? '', 'base64').length % 2).toBe(1);
    const misfits = texts.filter((text) => decodeServerEvent(text)._tag === 'Left').length;
    expect(misfits).toBeGreaterThanOrEqual(4);
  });

  it('makes the same happen for the same seed', async () => {
    const types = async (seed: number): Promise<string> => {
      const faults: Fault[] = [{ type: 'drop', probability: 0.5, on: 'input_audio_buffer.cleared' }];
      await using server = await startSimulator({ voice: 'built-in', faults, seed });
      await using client = connect(`${server.url}?model=gpt-realtime`);
      for (let i = 0; i < 20; i++) client.send(clear, user(`${i}`));
      client.send({ type: 'nope' });
      await client.next('error');
      return client.events.map(({ type }) => type[0]).join('');
    };
    expect(await types(1)).toBe(await types(1));
    expect(await types(1)).not.toBe(await types(2));
  });

  it('says in one line which fault is none', async () => {
    await expect(startSimulator({ faults: [{ type: 'close', code: 1005 }] })).rejects.toThrow(
      /^simulator: close: code must be a close code[^\n]*$/,
    );
  });

  it('refuses other paths with 404, whatever the faults', async () => {
    const url = await start({ type: 'hang' });
    expect(await attempt(url.replace('/v1/realtime', '/v1/else'))).toMatch(/^404/);
  });

  it('ends connections that never finish their request', async () => {
    const url = new URL(await start());
    const socket = connectTcp(Number(url.port), url.hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write('GET /v1/realtime HTTP/1.1\r\n');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([simulator?.close(), once(socket, 'close')]);
  });
});
