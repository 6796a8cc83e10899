import { describe, expect, it } from 'vitest';
import { opens, scriptedSocket } from '../../marbles/index.js';
import { secretsOf } from '../../src/engine/secrets-of.js';
import { tapWire, type WireMessage } from '../../src/engine/tap-wire.js';
import type { Socket } from '../../src/providers/provider.js';
import { marbles } from '../marbles.js';

const key = 'sk-proj-0123456789';

describe('tapWire', () => {
  it(
    'tells both directions, connection by connection, without the key, and changes nothing',
    marbles((t) => {
      const script = scriptedSocket(t.cold('-o-a', { o: opens, a: `{"your":"${key}"}` }));
      const told: WireMessage[] = [];
      const openSocket = tapWire((message) => told.push(message))(script.openSocket);
      const request = { url: 'ws://x', headers: { authorization: `Bearer ${key}` } };
      const got: unknown[] = [];
      for (const words of ['one', 'two']) {
        openSocket(request).subscribe((event) => {
          if (event.type === 'open') event.socket.send(`${words} ${key}`);
          if (event.type === 'message') got.push(event.data);
        });
      }
      t.flush();
      expect(told).toEqual([
        { connection: 1, dir: 'c2s', data: 'one ***' },
        { connection: 2, dir: 'c2s', data: 'two ***' },
        { connection: 1, dir: 's2c', data: '{"your":"***"}' },
        { connection: 2, dir: 's2c', data: '{"your":"***"}' },
      ]);
      expect(got).toEqual([`{"your":"${key}"}`, `{"your":"${key}"}`]);
      t.expectObservable(script.sent$).toBe('---(ab)', { a: `one ${key}`, b: `two ${key}` });
    }),
  );

  it(
    'leaves the socket what it can',
    marbles((t) => {
      const calls: string[] = [];
      const whole: Socket = {
        send: () => calls.push('send'),
        bufferedAmount: 7,
        ping: () => calls.push('ping'),
        terminate: () => calls.push('terminate'),
      };
      const seen: Socket[] = [];
      for (const socket of [whole, { send: whole.send, bufferedAmount: 8 }]) {
        const openSocket = tapWire(() => undefined)(() => t.cold('(o|)', { o: { type: 'open' as const, socket } }));
        openSocket({ url: 'ws://x' }).subscribe((event) => {
          if (event.type === 'open') seen.push(event.socket);
        });
      }
      t.flush();
      seen[0]?.ping?.();
      seen[0]?.terminate?.();
      expect(calls).toEqual(['ping', 'terminate']);
      expect(seen.map(({ bufferedAmount }) => bufferedAmount)).toEqual([7, 8]);
      expect(seen[1]).not.toHaveProperty('ping');
    }),
  );
});

describe('secretsOf', () => {
  it.each([
    [{ url: 'wss://x', headers: { authorization: `Bearer ${key}` } }, key],
    [{ url: 'wss://x', headers: { 'api-key': key } }, key],
    [{ url: `wss://x/v1?api-key=${key}&model=gpt-realtime` }, key],
    [{ url: 'wss://x', protocols: ['realtime', `openai-insecure-api-key.${key}`] }, key],
  ])('finds the key of %j', (request, secret) => {
    expect(secretsOf(request)).toContain(secret);
  });

  it('takes no word of the protocol for one', () => {
    const headers = { 'openai-beta': 'realtime=v1', authorization: 'Bearer x' };
    const secrets = secretsOf({
      url: 'wss://x/v1?model=gpt-realtime-2.1',
      headers,
      protocols: ['realtime', 'openai-beta.realtime-v1'],
    });
    expect(secrets).toEqual(['Bearer x']);
  });
});
