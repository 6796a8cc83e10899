import type { IncomingMessage } from 'node:http';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClientSecrets } from '../../src/simulator/client-secrets.js';
import { admit } from '../../src/simulator/handshake.js';
import { idsFrom } from '../../src/simulator/ids.js';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { connect } from './connect.js';

interface Minted {
  readonly value: string;
  readonly expires_at: number;
  readonly session: { readonly type: string; readonly model: string; readonly instructions: string };
}

describe('POST /v1/realtime/client_secrets', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ voice: 'built-in', apiKeys: ['sk-good-key'] });
  });
  afterAll(() => simulator.close());

  const post = async (body: unknown, key: string | undefined = 'sk-good-key') => {
    const response = await fetch(`${simulator.url.replace('ws:', 'http:')}/client_secrets`, {
      method: 'POST',
      headers: key === '' ? {} : { Authorization: `Bearer ${key}` },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as unknown };
  };
  const mint = async (body: unknown = {}) => (await post(body)).body as Minted;

  it('mints a secret of ten minutes that holds a whole session', async () => {
    const { value, expires_at, session } = await mint({ session: { type: 'realtime', model: 'gpt-realtime-2.1' } });
    expect(value).toMatch(/^ek_[0-9a-f]{32}$/);
    expect(Math.abs(expires_at - Date.now() / 1000 - 600)).toBeLessThan(60);
    expect(session).toMatchObject({ type: 'realtime', object: 'realtime.session', audio: { output: { voice: 'marin' } } });
  });

  it('mints for 10 to 7200 seconds', async () => {
    const { expires_at } = await mint({ expires_after: { anchor: 'created_at', seconds: 7200 } });
    expect(Math.abs(expires_at - Date.now() / 1000 - 7200)).toBeLessThan(60);
  });

  it.each([
    ['too short a time', { expires_after: { seconds: 9 } }, { code: 'integer_below_min_value', param: 'expires_after.seconds' }],
    ['too long a time', { expires_after: { seconds: 7201 } }, { code: 'integer_above_max_value' }],
    ['another anchor', { expires_after: { anchor: 'used_at' } }, { code: 'invalid_value', param: 'expires_after.anchor' }],
    ['a session without a type', { session: {} }, { code: 'missing_required_parameter', param: 'session.type' }],
    ['an unknown setting', { session: { type: 'realtime', nope: 1 } }, { code: 'unknown_parameter', param: 'session.nope' }],
    ['an unknown parameter', { nope: 1 }, { code: 'unknown_parameter', param: 'nope' }],
    ['what is no JSON', '{', { type: 'invalid_request_error' }],
  ])('answers %s with 400', async (_, body, error) => {
    expect(await post(body)).toMatchObject({ status: 400, body: { error } });
  });

  it('answers a wrong key with 401, and does not repeat it', async () => {
    const { status, body } = await post({}, 'sk-wrong-key-1234');
    expect({ status, body }).toMatchObject({ status: 401, body: { error: { code: 'invalid_api_key' } } });
    expect(JSON.stringify(body)).not.toContain('wrong-key');
  });

  it('answers no key, and a secret in place of one, with 401', async () => {
    expect(await post({}, '')).toMatchObject({ status: 401, body: { error: { code: null } } });
    expect(await post({}, (await mint()).value)).toMatchObject({ status: 401 });
  });

  it('lets a secret in by header and by subprotocol, more than once, with its session', async () => {
    const session = { type: 'realtime', model: 'gpt-realtime-2.1', instructions: 'Be brief.' };
    const { value } = await mint({ session });
    await using one = connect(simulator.url, { headers: { Authorization: `Bearer ${value}` } });
    await using two = connect(`${simulator.url}?model=gpt-realtime`, {
      protocols: ['realtime', `openai-insecure-api-key.${value}`],
    });
    const first = (await one.next('session.created')).session as { id: string };
    const second = (await two.next('session.created')).session as { id: string };
    expect(first).toMatchObject({ model: 'gpt-realtime-2.1', instructions: 'Be brief.' });
    expect(second).toMatchObject({ model: 'gpt-realtime', instructions: 'Be brief.' });
    expect(first.id).not.toBe(second.id);
  });

  it('opens a transcription session with the secret of one', async () => {
    const { value } = await mint({
      session: { type: 'transcription', audio: { input: { transcription: { model: 'whisper-1' } } } },
    });
    await using client = connect(simulator.url, { headers: { Authorization: `Bearer ${value}` } });
    expect((await client.next('session.created')).session).toMatchObject({
      type: 'transcription',
      audio: { input: { transcription: { model: 'whisper-1' } } },
    });
  });

  it('turns away a secret that was never minted', async () => {
    await using client = connect(`${simulator.url}?model=gpt-realtime`, {
      headers: { Authorization: `Bearer ek_${'0'.repeat(32)}` },
    });
    expect(await client.closed).toEqual({ code: 3000, reason: 'invalid_request_error.invalid_api_key' });
  });
});

describe('createClientSecrets', () => {
  const minted = (secrets: ReturnType<typeof createClientSecrets>, seconds: number) => {
    const secret = secrets.mint({ expires_after: { anchor: 'created_at', seconds } });
    if (E.isLeft(secret)) throw new Error(secret.left.message);
    return secret.right;
  };

  it('lets nobody in whose secret has expired, even where keys do not matter', () => {
    const secrets = createClientSecrets(() => 0, idsFrom());
    const { value } = minted(secrets, 10);
    const request = { url: '/v1/realtime?model=gpt-realtime', headers: { authorization: `Bearer ${value}` } } as IncomingMessage;
    expect(E.isRight(admit(request, {}, secrets, 10_000))).toBe(true);
    expect(admit(request, {}, secrets, 10_001)).toMatchObject({
      left: { closeCode: 3000, failure: { code: 'invalid_api_key' } },
    });
  });

  it('counts by the clock it is given, and forgets what has expired', () => {
    let now = 1_000_000;
    const secrets = createClientSecrets(() => now, idsFrom());
    const short = minted(secrets, 10);
    expect(short.expires_at).toBe(1010);
    now += 60_000;
    const long = minted(secrets, 7200);
    expect(secrets.find(short.value)).toBeUndefined();
    expect(secrets.find(long.value)).toBe(long);
  });
});
