import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { type Certificate, hasOpenssl, makeCertificates } from './certificates.js';

const created = JSON.stringify({ type: 'session.created', event_id: 'e', session: { type: 'realtime', id: 'sess_1' } });

/** A service behind TLS with that certificate; notes whether anybody came through. */
const startService = async (certificate: Certificate) => {
  const server: Server = createServer(certificate);
  let sessions = 0;
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    sessions++;
    socket.send(created);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `wss://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get sessions() {
      return sessions;
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

interface Outcome {
  readonly attempts: number;
  readonly outcome?: string;
  readonly message?: string;
}

/** What came of a conversation with each address, where that authority is trusted. */
const talkTo = async (authority: string, ...urls: readonly string[]): Promise<readonly Outcome[]> => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'test/node/tls-client.ts', ...urls], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: authority },
  });
  return JSON.parse(stdout) as readonly Outcome[];
};

const refused = (why: string) => ({
  attempts: 1,
  _tag: 'ConnectionError',
  code: 'tls',
  retryable: false,
  message: expect.stringContaining(why),
});

describe.skipIf(!hasOpenssl)('certificates', { timeout: 60_000 }, () => {
  it('that are expired, for another host or signed by nobody end the conversation at the first attempt; good ones do not', async () => {
    using certificates = makeCertificates();
    await using good = await startService(certificates.good);
    await using expired = await startService(certificates.expired);
    await using elsewhere = await startService(certificates.elsewhere);
    await using selfSigned = await startService(certificates.selfSigned);
    const plain = createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
    await once(plain, 'listening');

    const outcomes = await talkTo(
      certificates.authority,
      ...[good, expired, elsewhere, selfSigned].map(({ url }) => url),
      `wss://127.0.0.1:${(plain.address() as AddressInfo).port}`,
    );
    plain.close();

    expect(outcomes).toEqual([
      { attempts: 1, outcome: 'established' },
      refused('CERT_HAS_EXPIRED'),
      refused('ERR_TLS_CERT_ALTNAME_INVALID'),
      refused('DEPTH_ZERO_SELF_SIGNED_CERT'),
      refused('TLS could not be agreed on'),
    ]);
    expect([good, expired, elsewhere, selfSigned].map(({ sessions }) => sessions)).toEqual([1, 0, 0, 0]);
  });
});
