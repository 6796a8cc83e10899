import type { EngineError } from '../src/errors.js';
import type { Capabilities, ParsedEvent, Provider, SocketRejected } from '../src/providers/provider.js';
import { garbage, sampleCommands } from './contract-samples.js';

/** Something that every provider promises. */
export interface ProviderRule {
  /** Behaviour, in the present tense. */
  readonly title: string;
  /** Says how the promise is broken; nothing, where it is kept. */
  broken(provider: Provider, secret: string): string | undefined;
}

const list = (value: unknown): readonly unknown[] | undefined => (Array.isArray(value) ? value : undefined);
const isFrame = (value: unknown): boolean => typeof value === 'string' || value instanceof Uint8Array;
const firstOf = <Value>(values: readonly Value[], broken: (value: Value) => string | undefined): string | undefined => {
  for (const value of values) {
    const words = broken(value);
    if (words !== undefined) return words;
  }
  return undefined;
};
const answer = (status: number, secret: string): SocketRejected => ({
  type: 'rejected',
  status,
  headers: { 'retry-after': '2', authorization: secret },
  body: `{"error":{"message":"${secret}"}}`,
});
const failureWith = (status: string, message: string) =>
  ({ type: 'response.done', event_id: '', response: { id: 'resp_1', status, status_details: { error: { message } } } }) as const;
const ended = (secret: string) =>
  ({ type: 'error', event_id: '', error: { type: 'invalid_request_error', code: 'some_code', message: secret } }) as const;

/** What a provider has said of each way in which things go wrong. */
const errorsOf = (provider: Provider, secret: string): readonly (readonly [string, unknown])[] => [
  ...[400, 401, 403, 404, 408, 429, 500, 503].map(
    (status) => [`HTTP ${status}`, provider.rejected(answer(status, secret))] as const,
  ),
  ...[1000, 1001, 1002, 1005, 1006, 1008, 1009, 1011, 1012, 1013, 3000, 4000, 4999].map(
    (code) => [`a close with ${code}`, provider.closed(code, '', ended(secret))] as const,
  ),
  ['a response that failed', provider.responseFailure(failureWith('failed', secret))] as const,
];

/** Not by class: there may be two copies of it. */
export const isEngineError = (error: unknown): error is EngineError =>
  error instanceof Error && '_tag' in error && 'retryable' in error && 'code' in error;

const mayHelp = (provider: Provider, secret: string): readonly (readonly [string, EngineError, boolean])[] => [
  ['HTTP 401', provider.rejected(answer(401, secret)), false],
  ['HTTP 403', provider.rejected(answer(403, secret)), false],
  ['HTTP 429', provider.rejected(answer(429, secret)), true],
  ['HTTP 503', provider.rejected(answer(503, secret)), true],
  ['a close with 1001', provider.closed(1001, ''), true],
  ['a close with 1006', provider.closed(1006, ''), true],
];

const misfitOf = ({ input, output, ...others }: Capabilities): string | undefined => {
  const known = {
    style: ['turns', 'continuous'],
    truncation: ['client', 'server', 'none'],
    speechEvents: [true, false],
    manualTurns: [true, false],
    textOutput: [true, false],
    resumption: ['none', 'handle'],
    usage: ['tokens', 'seconds'],
  } as const;
  const format = [input, output].some(
    ({ encoding, sampleRate }) => !['pcm16', 'pcmu', 'pcma'].includes(encoding) || !(sampleRate > 0),
  );
  if (format) return 'a format is not one of pcm16, pcmu and pcma with a rate above 0';
  const name = Object.keys(known).find(
    (key) => !(known[key as keyof typeof known] as readonly unknown[]).includes(others[key as keyof typeof known]),
  );
  if (name) return `capabilities.${name} has a value that is not known`;
  const { maxSessionMs = 1 } = others;
  return maxSessionMs > 0 ? undefined : 'capabilities.maxSessionMs is not above 0';
};

const serialized = (provider: Provider, type: string): unknown => {
  const command = sampleCommands.find((each) => each.type === type);
  return command && provider.protocol().serialize(command);
};

/** Rules that need no connection. */
export const providerRules: readonly ProviderRule[] = [
  {
    title: 'has a name that fits into a line',
    broken: ({ name }) => (typeof name === 'string' && /^[^\n]{1,60}$/.test(name) ? undefined : 'name is not a line of text'),
  },
  { title: 'says what it can do in known words', broken: ({ capabilities }) => misfitOf(capabilities) },
  {
    title: 'can do what it says that the client does',
    broken(provider) {
      const { truncation, manualTurns } = provider.capabilities;
      if (truncation === 'client' && !serialized(provider, 'conversation.item.truncate')) return 'it has no command to truncate';
      return manualTurns && !serialized(provider, 'input_audio_buffer.commit') ? 'it has no command to end a turn' : undefined;
    },
  },
  {
    title: 'makes events of whatever comes, and never throws',
    broken(provider) {
      const protocol = provider.protocol();
      return firstOf(garbage, (frame) => {
        const events = list(protocol.parse(frame));
        const isRight = events?.every((event) => typeof (event as ParsedEvent | null)?.type === 'string');
        return isRight ? undefined : 'parse gave something that is no list of events';
      });
    },
  },
  {
    title: 'is not ready at what it cannot read, and answers only in frames',
    broken(provider) {
      const protocol = provider.protocol();
      const events: readonly ParsedEvent[] = [
        { type: 'diagnostic.unknown_event', eventType: 'x' },
        { type: 'diagnostic.malformed_event', eventType: '', paths: [] },
      ];
      return firstOf(events, (event) => {
        if (protocol.isReady(event)) return `it is ready at ${event.type}`;
        return list(protocol.reply(event))?.every(isFrame) ? undefined : `its reply to ${event.type} is no list of frames`;
      });
    },
  },
  {
    title: 'greets in frames',
    broken: (provider) => (list(provider.protocol().greeting)?.every(isFrame) ? undefined : 'greeting is no list of frames'),
  },
  {
    title: 'makes frames or undefined of every command, which stays as it was',
    broken(provider) {
      const protocol = provider.protocol();
      return firstOf(sampleCommands, (command) => {
        const before = JSON.stringify(command);
        const frames: unknown = protocol.serialize(command);
        if (frames !== undefined && !list(frames)?.every(isFrame)) return `${command.type} is neither frames nor undefined`;
        return JSON.stringify(command) === before ? undefined : `${command.type} was changed`;
      });
    },
  },
  {
    title: 'has a protocol of its own for each connection, or one without state',
    broken(provider) {
      const [first, second] = [provider.protocol(), provider.protocol()];
      const kinds = (protocol: typeof first) => garbage.map((frame) => protocol.parse(frame).map(({ type }) => type)).join();
      const alone = kinds(first);
      return kinds(second) === alone ? undefined : 'what one connection said changes what the next one understands';
    },
  },
  {
    title: 'makes an error of the family of everything that goes wrong',
    broken: (provider, secret) =>
      firstOf(errorsOf(provider, secret), ([what, error]) => (isEngineError(error) ? undefined : `${what} is no EngineError`)),
  },
  {
    title: 'says whether trying again can help',
    broken: (provider, secret) =>
      firstOf(mayHelp(provider, secret), ([what, { retryable }, expected]) =>
        retryable === expected ? undefined : `${what} must ${expected ? '' : 'not '}be retryable`,
      ),
  },
  {
    title: 'waits for as long as it is asked to',
    broken: (provider, secret) =>
      provider.rejected(answer(429, secret)).retryAfterMs === 2000 ? undefined : 'retry-after: 2 is not 2000 ms',
  },
  {
    title: 'keeps keys and what the service says out of its errors',
    broken: (provider, secret) =>
      firstOf(errorsOf(provider, secret), ([what, error]) => {
        const { message } = error as EngineError;
        return `${message}${JSON.stringify(error)}`.includes(secret) ? `the error of ${what} quotes a secret` : undefined;
      }),
  },
  {
    title: 'takes no response for failed that is not',
    broken: (provider) =>
      firstOf(['completed', 'cancelled', 'incomplete'], (status) =>
        provider.responseFailure(failureWith(status, '')) === undefined ? undefined : `one that is ${status} counts as failed`,
      ),
  },
];
