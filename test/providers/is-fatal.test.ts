import { describe, expect, it } from 'vitest';
import { AuthenticationError, ConfigError, ConnectionError, type EngineError, StreamError } from '../../src/errors.js';
import { isFatal } from '../../src/providers/is-fatal.js';

const refused = new AuthenticationError('refused', { code: 'unauthorized' });
const forbidden = new AuthenticationError('forbidden', { code: 'forbidden' });
const breach = new StreamError('closed with 1002', { code: 'protocol', closeCode: 1002 });
const lost = new ConnectionError('lost', { code: 'lost', retryable: true });

describe('isFatal', () => {
  it.each<[string, EngineError]>([
    ['a key that is not accepted', refused],
    ['a key that may not', forbidden],
    ['no key', new AuthenticationError('none', { code: 'missing_key' })],
    ['wrong settings', new ConfigError('model', { code: 'invalid_config' })],
    ['a used up quota', new ConnectionError('quota', { code: 'quota' })],
    ['TLS', new ConnectionError('tls', { code: 'tls' })],
  ])('gives up at once on %s', (_, error) => {
    expect(isFatal(error)).toBe(true);
    expect(isFatal(error, { previous: lost })).toBe(true);
  });

  it('never gives up on an error that trying again can help', () => {
    expect(isFatal(lost, { previous: lost })).toBe(false);
    expect(isFatal(new StreamError('too many', { code: 'protocol', retryable: true }), { previous: breach })).toBe(false);
  });

  it('lets a close for a breach of the protocol happen once', () => {
    expect(isFatal(breach)).toBe(false);
    expect(isFatal(breach, { previous: lost })).toBe(false);
    expect(isFatal(breach, { previous: breach })).toBe(true);
  });

  it('tries refused credentials once more where they are renewed', () => {
    expect(isFatal(refused, { renewsCredentials: true })).toBe(false);
    expect(isFatal(forbidden, { renewsCredentials: true, previous: lost })).toBe(false);
    expect(isFatal(refused, { renewsCredentials: true, previous: refused })).toBe(true);
  });

  it('does not retry wrong settings where credentials are renewed', () => {
    expect(isFatal(new ConfigError('model', { code: 'invalid_config' }), { renewsCredentials: true })).toBe(true);
  });
});
