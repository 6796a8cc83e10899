import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type Simulator, type SimulatorConfig, startSimulator } from '../../src/simulator/index.js';
import { connect } from './connect.js';

const ask = JSON.stringify({ type: 'response.create', response: { conversation: 'none' } });
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a connection', () => {
  let simulator: Simulator | undefined;
  const start = async (config: SimulatorConfig = {}) => {
    simulator = await startSimulator({ voice: 'built-in', pace: 'instant', ...config });
    return `${simulator.url}?model=gpt-realtime`;
  };
  afterEach(() => simulator?.close());

  it('hears the keys of a telephone, without an event_id', async () => {
    const url = await start();
    await using one = connect(url);
    await using two = connect(url);
    await one.next('session.created');
    await two.next('session.created');
    simulator?.press('5');
    simulator?.press('#', 2);
    const key = await one.next('input_audio_buffer.dtmf_event_received');
    expect(key).toEqual({ type: key.type, event: '5', received_at: expect.any(Number) });
    expect(Math.abs(Number(key.received_at) - Date.now() / 1000)).toBeLessThan(60);
    await two.next('input_audio_buffer.dtmf_event_received');
    expect((await two.next('input_audio_buffer.dtmf_event_received')).event).toBe('#');
    expect(one.events.length).toBe(2);
    expect(() => simulator?.press('x')).toThrow(RangeError);
  });

  it('is closed, alone, where the answer cannot be written', async () => {
    const url = await start();
    await using deep = connect(url);
    await using other = connect(url);
    const parameters = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    const tool = `{"type":"function","name":"f","parameters":${parameters}}`;
    deep.sendRaw(`{"type":"session.update","session":{"type":"realtime","tools":[${tool}]}}`);
    expect(await deep.closed).toEqual({ code: 1011, reason: 'server_error' });
    other.sendRaw(ask);
    await other.next('response.done');
  });

  it('makes no more audio for a client that takes none, and goes on when it does', async () => {
    let said = 0;
    const url = await start({ respond: () => ({ text: 'a'.repeat(400) }) });
    const socket = new WebSocket(url);
    await once(socket, 'open');
    socket.on('message', (data: Buffer) => {
      if (data.includes('"response.done"')) said++;
    });
    // 40 answers of 28 s: 70 MB, where both kernels hold some MB.
    (socket as unknown as { _socket: { pause(): void } })._socket.pause();
    for (let i = 0; i < 40; i++) socket.send(ask);
    await wait(500);
    const before = process.memoryUsage().external + process.memoryUsage().heapUsed;
    await wait(300);
    const after = process.memoryUsage().external + process.memoryUsage().heapUsed;
    expect(Math.abs(after - before)).toBeLessThan(30_000_000);
    expect(said).toBe(0);
    (socket as unknown as { _socket: { resume(): void } })._socket.resume();
    while (said < 40) await once(socket, 'message');
    socket.terminate();
  });

  it('reads no more from a client that takes no answers', async () => {
    const socket = new WebSocket(await start());
    await once(socket, 'open');
    (socket as unknown as { _socket: { pause(): void } })._socket.pause();
    const item = JSON.stringify({ type: 'conversation.item.retrieve', item_id: 'x'.repeat(100_000) });
    for (let i = 0; i < 400; i++) socket.send(item);
    await wait(500);
    // 40 MB of answers were asked for: what was not read is still here, or in the kernels.
    expect(socket.bufferedAmount).toBeGreaterThan(5_000_000);
    let errors = 0;
    socket.on('message', (data: Buffer) => {
      if (data.includes('"error"')) errors++;
    });
    (socket as unknown as { _socket: { resume(): void } })._socket.resume();
    while (errors < 400) await once(socket, 'message');
    socket.terminate();
  });
});
