import { EMPTY, NEVER, of, Subject, throwError } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import { scriptedProvider } from '../../marbles/index.js';
import { providerContract } from '../../marbles/provider-contract.js';
import { EngineError } from '../../src/errors.js';
import { openSocket } from '../../src/node/open-socket.js';
import { azure } from '../../src/providers/azure.js';
import { fromTransport } from '../../src/providers/from-transport.js';
import { openai } from '../../src/providers/openai.js';
import type { Protocol, Provider } from '../../src/providers/provider.js';
import { simulator } from '../../src/providers/simulator.js';
import type { TransportEvent } from '../../src/providers/transport-event.js';
import { mock } from '../../src/simulator/mock.js';
import { startSimulator } from '../../src/simulator/simulator.js';

const secret = 'sk-contract-0123456789';

const echo = (): Provider => {
  const event$ = new Subject<TransportEvent>();
  return fromTransport({
    connect: () => EMPTY,
    disconnect: () => undefined,
    sendAudio: () => undefined,
    sendText: (text) => event$.next({ type: 'text', text, isFinal: true }),
    events$: event$,
  });
};

const service = startSimulator({ pace: 'instant', voice: 'built-in' });
afterAll(async () => (await service).close());

describe('openai', () => providerContract(() => openai({ apiKey: secret }), { it }));
describe('azure', () => providerContract(() => azure({ apiKey: secret, resource: 'mine', deployment: 'voice' }), { it }));
describe('openai without a key', () => providerContract(() => openai({ apiKey: undefined }), { it }));
describe('simulator', () => providerContract(async () => simulator({ url: (await service).url }), { it, openSocket }));
describe('mock', () => providerContract(() => mock(), { it }));
describe('fromTransport', () => providerContract(echo, { it }));
describe('scriptedProvider', () => providerContract(() => scriptedProvider(NEVER), { it }));

/** Titles of the promises that a provider breaks, and what is said of it. */
const brokenBy = async (change: (sound: Provider) => Partial<Provider>): Promise<readonly (readonly [string, string])[]> => {
  const broken: (readonly [string, string])[] = [];
  const tests: Promise<void>[] = [];
  providerContract(() => ({ ...mock(), ...change(mock()) }), {
    secret,
    it: (title, run) =>
      tests.push(
        run().catch((error: unknown) => {
          broken.push([title, String((error as Error).message)]);
        }),
      ),
  });
  await Promise.all(tests);
  return broken;
};
const speaking = (change: Partial<Protocol> | ((protocol: Protocol) => Partial<Protocol>)) => (sound: Provider) => ({
  protocol: () => {
    const protocol = sound.protocol();
    return { ...protocol, ...(typeof change === 'function' ? change(protocol) : change) };
  },
});
const error = (retryable: boolean, message = 'it failed') => new EngineError(message, { code: 'http', retryable });

describe('a provider that breaks its promises', () => {
  it('breaks none, where it is sound', async () => {
    expect(await brokenBy(() => ({}))).toEqual([]);
  });

  it.each<[string, (sound: Provider) => Partial<Provider>, RegExp]>([
    ['has a name that fits into a line', () => ({ name: 'two\nlines' }), /name/],
    [
      'says what it can do in known words',
      ({ capabilities }) => ({ capabilities: { ...capabilities, usage: 'cents' as never } }),
      /capabilities\.usage/,
    ],
    [
      'can do what it says that the client does',
      speaking(({ serialize }) => ({
        serialize: (command) => (command.type === 'conversation.item.truncate' ? undefined : serialize(command)),
      })),
      /truncate/,
    ],
    [
      'makes events of whatever comes, and never throws',
      speaking({ parse: (frame) => [JSON.parse(String(frame))] }),
      /JSON|list of events/,
    ],
    ['is not ready at what it cannot read, and answers only in frames', speaking({ isReady: () => true }), /ready at/],
    ['is not ready at what it cannot read, and answers only in frames', speaking({ reply: () => 'pong' as never }), /reply/],
    ['greets in frames', speaking({ greeting: [{}] as never }), /greeting/],
    [
      'makes frames or undefined of every command, which stays as it was',
      speaking({ serialize: (command) => command as never }),
      /neither frames nor undefined/,
    ],
    [
      'makes frames or undefined of every command, which stays as it was',
      speaking({ serialize: (command) => [JSON.stringify(Object.assign(command, { event_id: Math.random().toString() }))] }),
      /was changed/,
    ],
    [
      'has a protocol of its own for each connection, or one without state',
      () => {
        let count = 0;
        const parse = () => (count++ < 20 ? [] : [{ type: 'ping' as const }]);
        const { protocol } = mock();
        return { protocol: () => ({ ...protocol(), parse }) };
      },
      /next one/,
    ],
    [
      'makes an error of the family of everything that goes wrong',
      () => ({ closed: () => new Error('closed') as never }),
      /close/,
    ],
    ['says whether trying again can help', () => ({ rejected: () => error(true) }), /HTTP 401 must not be retryable/],
    ['says whether trying again can help', () => ({ closed: () => error(false) }), /1001 must be retryable/],
    ['waits for as long as it is asked to', () => ({ rejected: () => error(true) }), /2000/],
    [
      'keeps keys and what the service says out of its errors',
      () => ({ rejected: ({ body }) => error(false, `refused: ${body}`) }),
      /HTTP 400 quotes/,
    ],
    ['takes no response for failed that is not', () => ({ responseFailure: () => error(false) }), /completed/],
    ['gives an address, or says why it cannot', () => ({ request: () => EMPTY }), /no address/],
    ['gives an address, or says why it cannot', () => ({ request: () => throwError(() => new Error('odd')) }), /odd/],
    ['talks, where it can be connected to', speaking({ serialize: () => undefined }), /no answer came/],
    [
      'talks, where it can be connected to',
      () => ({ transport: () => of({ type: 'close' as const, code: 4001, reason: '' }) }),
      /4001/,
    ],
  ])('fails to be one that %s', async (title, change, words) => {
    const broken = await brokenBy(change);
    expect(broken.find(([each]) => each === title)?.[1]).toMatch(words);
  });
});
