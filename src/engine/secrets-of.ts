import type { SocketRequest } from '../providers/provider.js';

/** Names of headers and of parameters of an address that say who one is. */
const telling = /auth|key|token|secret|cookie|sign?(ature)?$/i;
/** What is shorter is no key, and may well stand in a sentence. */
const shortest = 8;

/** What stands after the `?` of an address, decoded where it can be. */
const parametersOf = (url: string): readonly (readonly [name: string, value: string])[] =>
  URL.canParse(url) ? [...new URL(url).searchParams] : [];

/**
 * What of a request nobody may read: keys in headers, in the address, and behind the first dot of a subprotocol, where browsers have to put them
 * (`openai-insecure-api-key.…`).
 */
export const secretsOf = ({ url, headers = {}, protocols = [] }: SocketRequest): readonly string[] => {
  const named = [...Object.entries(headers), ...parametersOf(url)].flatMap(([name, value]) =>
    telling.test(name) ? [value, ...value.split(' ').slice(1)] : [],
  );
  const offered = protocols.flatMap((protocol) =>
    /key|token|auth/i.test(protocol) ? [protocol.slice(protocol.indexOf('.') + 1)] : [],
  );
  return [...new Set([...named, ...offered])].filter(({ length }) => length >= shortest);
};
