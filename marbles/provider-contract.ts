import {
  catchError,
  defer,
  EMPTY,
  from,
  lastValueFrom,
  map,
  type Observable,
  of,
  switchMap,
  take,
  throwError,
  throwIfEmpty,
  timeout,
  toArray,
} from 'rxjs';
import { realtime } from '../operators/realtime.js';
import type { Command } from '../src/events.js';
import type { OpenSocket, Provider } from '../src/providers/provider.js';
import { isEngineError, type ProviderRule, providerRules } from './provider-rules.js';

export type { ProviderRule } from './provider-rules.js';

/** How the contract is tested. */
export interface ProviderContractConfig {
  /** Defines a test, as `it` of vitest and jest or `test` of Node does; it fails where the function throws or rejects. */
  it(title: string, run: () => Promise<void>): unknown;
  /**
   * How to open sockets, for a provider that can be connected to: there is a short conversation with it.
   * @default no conversation, unless the provider has a transport of its own
   */
  readonly openSocket?: OpenSocket;
  /**
   * What must not be in errors: the key that the provider was made with.
   * @default 'sk-contract-0123456789'
   */
  readonly secret?: string;
}

const conversation: readonly Command[] = [
  {
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Say hello.' }] },
  },
  { type: 'response.create' },
];

/** How long an answer may take in all. */
const patienceMs = 15_000;

/**
 * Defines a test for each promise of `Provider`: that it reads anything, says every command or that it cannot, tells errors apart, keeps secrets, and
 * talks, where it can be connected to.
 *
 * @param make Makes the provider, for each test anew.
 */
export const providerContract = (
  make: () => Provider | Promise<Provider>,
  { it, openSocket, secret = 'sk-contract-0123456789' }: ProviderContractConfig,
): void => {
  const test = (title: string, check: (provider: Provider) => Observable<unknown>): void => {
    it(title, () =>
      lastValueFrom(
        defer(() => Promise.resolve(make())).pipe(
          switchMap(check),
          map(() => undefined),
        ),
        { defaultValue: undefined },
      ),
    );
  };
  for (const rule of providerRules) test(rule.title, (provider) => kept(rule, provider, secret));
  test('gives an address, or says why it cannot', asked);
  test('talks, where it can be connected to', (provider) => talked(provider, openSocket));
};

const broken = ({ name }: Provider, words: string): Error => new Error(`provider ${name}: ${words}`);

const kept = (rule: ProviderRule, provider: Provider, secret: string): Observable<never> =>
  defer(() => {
    const words = rule.broken(provider, secret);
    if (words !== undefined) throw broken(provider, words);
    return EMPTY;
  });

const asked = (provider: Provider): Observable<unknown> =>
  defer(() => from(provider.request())).pipe(
    throwIfEmpty(() => broken(provider, 'request gave no address')),
    take(1),
    timeout(patienceMs),
    map(({ url }) => {
      if (typeof url !== 'string' || url === '') throw broken(provider, 'request gave no url');
    }),
    catchError((error: unknown) => {
      if (isEngineError(error)) return EMPTY;
      throw error;
    }),
  );

const talked = (provider: Provider, openSocket: OpenSocket | undefined): Observable<unknown> => {
  if (!openSocket && !provider.transport) return EMPTY;
  const noSocket: OpenSocket = () => throwError(() => broken(provider, 'it has a transport, and opens a socket all the same'));
  return of(...conversation).pipe(
    realtime(provider, { openSocket: openSocket ?? noSocket }),
    toArray(),
    timeout(patienceMs),
    map((events) => {
      const isDone = events.some((event) => event.type === 'response.done' && event.response.status === 'completed');
      if (!isDone) throw broken(provider, 'no answer came to a text and response.create');
      if (events.at(-1)?.type !== 'connection.closed') throw broken(provider, 'it did not end in good order');
    }),
  );
};
