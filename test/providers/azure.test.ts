import { filter, firstValueFrom, from, of, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ofType } from '../../operators/ofType.js';
import { realtime } from '../../operators/realtime.js';
import { ConfigError } from '../../src/errors.js';
import type { Command } from '../../src/events.js';
import { openSocket } from '../../src/node/open-socket.js';
import { type AzureConfig, azure } from '../../src/providers/azure.js';
import { failover } from '../../src/providers/failover.js';
import { openai } from '../../src/providers/openai.js';
import type { Provider } from '../../src/providers/provider.js';
import { startSimulator } from '../../src/simulator/index.js';

const deployment = 'my-realtime';
const apiKey = 'secret-key';
const resource = 'my-resource';
const address = `wss://my-resource.openai.azure.com/openai/v1/realtime?model=${deployment}`;
const request = (provider: Provider) => firstValueFrom(from(provider.request()));
const answer = (status: number, headers = {}, body = '') => ({ type: 'rejected', status, headers, body }) as const;

describe('azure: address', () => {
  it.each<[string, Partial<AzureConfig>]>([
    ['the name of the resource', { resource }],
    ['the endpoint', { endpoint: 'https://my-resource.openai.azure.com' }],
    ['the endpoint, as the portal shows it', { endpoint: 'https://my-resource.openai.azure.com/' }],
    ['the endpoint of the v1 API', { endpoint: 'https://my-resource.openai.azure.com/openai/v1/' }],
    ['the endpoint as a socket', { endpoint: 'wss://my-resource.openai.azure.com/openai/v1/realtime' }],
    ['the whole address', { url: 'wss://my-resource.openai.azure.com/openai/v1/realtime' }],
    ['the whole address with its deployment', { url: address }],
  ])('is made of %s', async (_, where) => {
    expect((await request(azure({ deployment, apiKey, ...where }))).url).toBe(address);
  });

  it('may be without TLS, for a service on this machine', async () => {
    const { url } = await request(azure({ deployment, apiKey, endpoint: 'http://127.0.0.1:8080' }));
    expect(url).toBe(`ws://127.0.0.1:8080/openai/v1/realtime?model=${deployment}`);
  });

  it('escapes the deployment, and keeps the query of an address', async () => {
    const { url } = await request(azure({ deployment: 'a b', apiKey, url: 'wss://gateway/x?tenant=1' }));
    expect(url).toBe('wss://gateway/x?tenant=1&model=a%20b');
  });
});

describe('azure: credentials', () => {
  it('sends a key as api-key', async () => {
    expect((await request(azure({ deployment, resource, apiKey }))).headers).toEqual({ 'api-key': apiKey });
  });

  it('sends a token as Bearer', async () => {
    expect((await request(azure({ deployment, resource, token: 'eyJ' }))).headers).toEqual({ Authorization: 'Bearer eyJ' });
  });

  it.each(['apiKey', 'token'] as const)('asks for %s at each attempt, and says that it does', async (kind) => {
    let count = 0;
    const provider = azure({ deployment, resource, [kind]: () => Promise.resolve(`s${++count}`) });
    await request(provider);
    expect(Object.values((await request(provider)).headers ?? {}).join()).toContain('s2');
    expect(provider.renewsCredentials).toBe(true);
  });

  it('takes a token that its function gives at once', async () => {
    const provider = azure({ deployment, resource, token: () => 'eyJ' });
    expect((await request(provider)).headers).toEqual({ Authorization: 'Bearer eyJ' });
  });

  it('does not renew a key that is given', () => {
    expect(azure({ deployment, resource, apiKey }).renewsCredentials).toBe(false);
  });

  it('errors with missing_key, before any socket, when there are none', async () => {
    for (const config of [{}, { apiKey: '' }, { token: () => of('') }]) {
      await expect(request(azure({ deployment, resource, ...config }))).rejects.toMatchObject({
        _tag: 'AuthenticationError',
        code: 'missing_key',
      });
    }
  });
});

describe('azure: settings', () => {
  it.each<[string, AzureConfig, RegExp]>([
    ['no deployment', { deployment: '', resource }, /no deployment/],
    ['no address', { deployment }, /one of resource, endpoint and url, not 0/],
    ['two addresses', { deployment, resource, url: address }, /not 2/],
    ['an address as resource', { deployment, resource: 'https://x.openai.azure.com' }, /resource is a name/],
    ['a name as endpoint', { deployment, endpoint: 'my-resource' }, /endpoint begins with https/],
    ['two credentials', { deployment, resource, apiKey, token: 'eyJ' }, /not both/],
  ])('refuses %s', (_, config, message) => {
    expect(() => azure(config)).toThrow(ConfigError);
    expect(() => azure(config)).toThrow(message);
  });

  it('sends its settings as a session of type realtime, and nothing where there are none', () => {
    const provider = azure({ deployment, resource, apiKey, session: { instructions: 'Be brief.' } });
    expect(provider.session).toEqual({ type: 'realtime', instructions: 'Be brief.' });
    expect(azure({ deployment, resource, apiKey }).session).toBeUndefined();
  });

  it('takes the place of openai at fail-over', () => {
    const both = failover([openai({ apiKey }), azure({ deployment, resource, apiKey })]);
    expect(both.choose?.().name).toBe('openai');
  });
});

describe('azure: errors', () => {
  const provider = azure({ deployment, resource, apiKey, name: 'azure-east' });

  it.each([400, 404])('names the deployment when there is none (%i)', (status) => {
    const error = provider.rejected(answer(status));
    expect(error).toMatchObject({ _tag: 'ConfigError', code: 'invalid_config', retryable: false, status });
    expect(error.message).toMatch(
      new RegExp(`^azure-east answered HTTP ${status}: is "my-realtime" a deployment of this resource`),
    );
  });

  it.each([
    [answer(401), 'AuthenticationError', 'unauthorized'],
    [answer(403), 'AuthenticationError', 'forbidden'],
    [answer(429, { 'retry-after': '3' }), 'ConnectionError', 'rate_limited'],
    [answer(503), 'ConnectionError', 'http'],
  ])('reads $status as the Realtime protocol does', (said, _tag, code) => {
    expect(provider.rejected(said)).toMatchObject({ _tag, code });
  });

  it('calls itself by its name, and never quotes the key', () => {
    const said = [400, 401, 429, 500].map((status) => provider.rejected(answer(status)).message);
    expect(said.every((message) => message.startsWith('azure-east '))).toBe(true);
    expect(said.join()).not.toContain('secret');
    expect(provider.closed(1006, '').message).toMatch(/^azure-east /);
  });
});

describe('azure: a conversation with the simulator', () => {
  const question: readonly Command[] = [
    {
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Are you there?' }] },
    },
    { type: 'response.create' },
  ];
  const answers = (provider: Provider) =>
    firstValueFrom(
      from(question).pipe(
        realtime(provider, { openSocket }),
        ofType('response.output_audio_transcript.done'),
        filter(({ transcript }) => transcript !== ''),
        take(1),
        toArray(),
      ),
    );
  const endpointOf = (url: string): string => new URL(url).origin;

  it('holds one, at the address that it makes of the endpoint', async () => {
    await using simulator = await startSimulator({ script: ['I am.'] });
    const provider = azure({ deployment: 'gpt-realtime', apiKey, endpoint: endpointOf(simulator.url) });
    expect(await answers(provider)).toMatchObject([{ transcript: 'I am.' }]);
  });

  it('ends one with the name of the deployment that does not exist', async () => {
    await using simulator = await startSimulator({ faults: [{ type: 'http', status: 400 }] });
    const provider = azure({ deployment, apiKey, endpoint: endpointOf(simulator.url) });
    await expect(answers(provider)).rejects.toMatchObject({ _tag: 'ConfigError', message: expect.stringContaining(deployment) });
  });
});
