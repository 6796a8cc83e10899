import { firstValueFrom, from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { openai } from '../../src/providers/openai.js';
import { simulator } from '../../src/providers/simulator.js';
import type { ServerEventOf } from '../../src/wire/server-event.js';

const apiKey = 'sk-secret';
const request = (provider: ReturnType<typeof openai>) => firstValueFrom(from(provider.request()));
const answer = (status: number, headers = {}, body = '') => ({ type: 'rejected', status, headers, body }) as const;
const failed = (code: string): ServerEventOf<'response.done'> => ({
  type: 'response.done',
  event_id: 'e',
  response: { id: 'resp_1', status: 'failed', status_details: { type: 'failed', error: { type: 'x', code } } },
});

describe('openai', () => {
  it('asks for the model in the address and the key in a header, without the beta header', async () => {
    expect(await request(openai({ apiKey, model: 'gpt-realtime-2.1-mini' }))).toEqual({
      url: 'wss://api.openai.com/v1/realtime?model=gpt-realtime-2.1-mini',
      headers: { Authorization: 'Bearer sk-secret' },
    });
  });

  it('asks for a key at each attempt, from a promise or an Observable', async () => {
    let count = 0;
    const provider = openai({ apiKey: () => Promise.resolve(`ek_${++count}`) });
    await request(provider);
    expect((await request(provider)).headers?.Authorization).toBe('Bearer ek_2');
  });

  it('takes a key that its function gives at once', async () => {
    const provider = openai({ apiKey: () => apiKey });
    expect((await request(provider)).headers?.Authorization).toBe('Bearer sk-secret');
  });

  it('says whether it has fresh credentials each time', () => {
    expect(openai({ apiKey: () => Promise.resolve('ek') }).renewsCredentials).toBe(true);
    expect(openai({ apiKey }).renewsCredentials).toBe(false);
  });

  it('goes by another name in errors, where it has one', async () => {
    const provider = openai({ apiKey: '', name: 'openai-eu' });
    expect(provider.name).toBe('openai-eu');
    expect(provider.closed(1006, '').message).toMatch(/^openai-eu /);
    await expect(request(provider)).rejects.toThrow(/^openai-eu: no API key/);
  });

  it('errors with missing_key, before any socket, when there is none', async () => {
    await expect(request(openai({ apiKey: undefined }))).rejects.toMatchObject({
      _tag: 'AuthenticationError',
      code: 'missing_key',
    });
    await expect(request(openai({ apiKey: '' }))).rejects.toMatchObject({ code: 'missing_key' });
  });

  it('leaves an address alone that names a model, a call or an intent', async () => {
    const url = 'wss://host/v1/realtime?call_id=rtc_1';
    expect((await request(openai({ apiKey, url }))).url).toBe(url);
    expect((await request(openai({ apiKey, url: 'ws://host/x?a=1' }))).url).toBe('ws://host/x?a=1&model=gpt-realtime-2.1');
  });

  it('sends organization and project where they are given', async () => {
    const { headers } = await request(openai({ apiKey, organization: 'org', project: 'proj' }));
    expect(headers).toMatchObject({ 'OpenAI-Organization': 'org', 'OpenAI-Project': 'proj' });
  });

  it('sends its settings as a session of type realtime, and nothing where there are none', () => {
    expect(openai({ apiKey, session: { instructions: 'Be brief.' } }).session).toEqual({
      type: 'realtime',
      instructions: 'Be brief.',
    });
    expect(openai({ apiKey }).session).toBeUndefined();
  });
});

describe('errors of the Realtime protocol', () => {
  const provider = openai({ apiKey });

  it.each([
    [answer(401), 'AuthenticationError', 'unauthorized', false],
    [answer(403), 'AuthenticationError', 'forbidden', false],
    [answer(404), 'ConfigError', 'invalid_config', false],
    [answer(400), 'ConfigError', 'invalid_config', false],
    [answer(408), 'ConnectionError', 'http', true],
    [answer(429), 'ConnectionError', 'rate_limited', true],
    [answer(429, {}, '{"error":{"code":"insufficient_quota"}}'), 'ConnectionError', 'quota', false],
    [answer(503), 'ConnectionError', 'http', true],
  ])('answer $status instead of an upgrade', (said, _tag, code, retryable) => {
    expect(provider.rejected(said)).toMatchObject({ _tag, code, retryable, status: said.status });
  });

  it('honours retry-after in seconds', () => {
    expect(provider.rejected(answer(429, { 'retry-after': '1.5' })).retryAfterMs).toBe(1500);
    expect(provider.rejected(answer(429, { 'retry-after': 'soon' })).retryAfterMs).toBeUndefined();
    expect(provider.rejected(answer(429, { 'retry-after': '0' })).retryAfterMs).toBeUndefined();
  });

  it.each([
    [3000, 'AuthenticationError', 'unauthorized', false],
    [4000, 'ConfigError', 'invalid_config', false],
    [1002, 'StreamError', 'protocol', false],
    [1009, 'StreamError', 'protocol', false],
    [1000, 'ConnectionError', 'lost', true],
    [1006, 'ConnectionError', 'lost', true],
    [1013, 'ConnectionError', 'lost', true],
  ])('close %i', (closeCode, _tag, code, retryable) => {
    expect(provider.closed(closeCode, '')).toMatchObject({ _tag, code, retryable, closeCode });
  });

  it('leaves a service alone for a second that says "try again later"', () => {
    expect(provider.closed(1013, '').retryAfterMs).toBe(1000);
    expect(provider.closed(1012, '').retryAfterMs).toBeUndefined();
  });

  it('tells an expired session by the error that came before the close', () => {
    const expired: ServerEventOf<'error'> = {
      type: 'error',
      event_id: 'e',
      error: { type: 'invalid_request_error', code: 'session_expired', message: 'Your session hit the maximum duration.' },
    };
    expect(provider.closed(1001, '', expired)).toMatchObject({ code: 'session_expired', retryable: true });
  });

  it('finds failures that are told in response.done alone', () => {
    expect(provider.responseFailure(failed('rate_limit_exceeded'))).toMatchObject({ code: 'rate_limited', retryable: true });
    expect(provider.responseFailure(failed('insufficient_quota'))).toMatchObject({ code: 'quota', retryable: false });
    expect(provider.responseFailure(failed('server_error'))).toMatchObject({ _tag: 'StreamError', code: 'server_error' });
    const fine = { ...failed(''), response: { id: 'resp_1', status: 'completed' } };
    expect(provider.responseFailure(fine)).toBeUndefined();
  });

  it('never quotes the key', () => {
    const said = [answer(401), answer(429), answer(500)].map((one) => provider.rejected(one).message);
    expect(said.join()).not.toContain('secret');
  });
});

describe('simulator', () => {
  it('is reached without a key, and names itself in errors', async () => {
    const provider = simulator({ url: 'ws://127.0.0.1:1/v1/realtime' });
    expect((await request(provider)).url).toBe('ws://127.0.0.1:1/v1/realtime?model=gpt-realtime-2.1');
    expect(provider.closed(1006, '').message).toMatch(/^simulator /);
  });
});
