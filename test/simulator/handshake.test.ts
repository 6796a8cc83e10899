import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { connect } from './connect.js';

describe('simulator handshake', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ voice: 'built-in', apiKeys: ['sk-good-key'], models: ['gpt-realtime'] });
  });
  afterAll(() => simulator.close());

  const good = { Authorization: 'Bearer sk-good-key' };
  const rejected = async (query: string, headers: Record<string, string>) => {
    await using client = connect(`${simulator.url}${query}`, { headers });
    const closed = await client.closed;
    return { ...closed, types: client.events.map(({ type }) => type), error: client.events[0]?.error };
  };

  it('greets a known key and model with the session', async () => {
    await using client = connect(`${simulator.url}?model=gpt-realtime`, { headers: good });
    expect((await client.next('session.created')).session).toMatchObject({ type: 'realtime', model: 'gpt-realtime' });
  });

  it('takes the key and answers the protocol of a browser', async () => {
    await using client = connect(`${simulator.url}?model=gpt-realtime`, {
      protocols: ['realtime', 'openai-insecure-api-key.sk-good-key'],
    });
    await client.next('session.created');
  });

  it('upgrades a wrong key, sends the error, and closes with 3000', async () => {
    expect(await rejected('?model=gpt-realtime', { Authorization: 'Bearer sk-wrong-key-1234' })).toMatchObject({
      code: 3000,
      reason: 'invalid_request_error.invalid_api_key',
      types: ['error'],
      error: { type: 'invalid_request_error', code: 'invalid_api_key', event_id: null },
    });
  });

  it('does not repeat a wrong key', async () => {
    const { error } = await rejected('?model=gpt-realtime', { Authorization: 'Bearer sk-wrong-key-1234' });
    expect(JSON.stringify(error)).not.toContain('wrong-key');
  });

  it('closes with 3000 where there is no key', async () => {
    expect(await rejected('?model=gpt-realtime', {})).toMatchObject({
      code: 3000,
      reason: 'invalid_request_error',
      error: { code: null, message: 'Missing bearer or basic authentication in header' },
    });
  });

  it('closes with 4000 on an unknown model', async () => {
    expect(await rejected('?model=gpt-nope', good)).toMatchObject({
      code: 4000,
      reason: 'invalid_request_error.invalid_model',
      error: { message: 'Model "gpt-nope" is not supported in realtime mode.' },
    });
  });

  it('closes with 4000 where no model is named', async () => {
    expect(await rejected('', good)).toMatchObject({ code: 4000, reason: 'invalid_request_error.missing_model' });
  });

  it('closes with 4000 on the header of the beta', async () => {
    expect(await rejected('?model=gpt-realtime', { ...good, 'OpenAI-Beta': 'realtime=v1' })).toMatchObject({
      code: 4000,
      reason: 'invalid_request_error.beta_api_shape_disabled',
    });
  });

  it('refuses the upgrade of another path with 404', async () => {
    const socket = new WebSocket(simulator.url.replace('/v1/realtime', '/v1/else'));
    socket.on('error', () => undefined);
    const status = await new Promise((resolve) => {
      socket.on('unexpected-response', (request, response) => {
        resolve(response.statusCode);
        request.destroy();
      });
    });
    expect(status).toBe(404);
  });

  it('answers plain HTTP with 404', async () => {
    const status = await new Promise((resolve) => {
      get(simulator.url.replace('ws:', 'http:'), (response) => resolve(response.resume().statusCode));
    });
    expect(status).toBe(404);
  });

  it('lets everybody in when no keys are named', async () => {
    await using open = await startSimulator({ voice: 'built-in' });
    await using client = connect(`${open.url}?model=whatever`);
    await client.next('session.created');
  });
});
