import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket as TcpSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { filter, firstValueFrom, lastValueFrom, type Observable, take, tap, toArray } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { openSocket } from '../../src/node/open-socket.js';
import type { Socket, SocketEvent } from '../../src/providers/provider.js';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const portOf = (server: { address(): AddressInfo | string | null }): number => (server.address() as AddressInfo).port;

const wsServer = async (
  onConnection: (peer: WebSocket) => void = () => undefined,
): Promise<{ url: string; server: WebSocketServer }> => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  closers.push(() => {
    for (const peer of server.clients) peer.terminate();
    server.close();
  });
  server.on('connection', onConnection);
  await new Promise((resolve) => server.once('listening', resolve));
  return { url: `ws://127.0.0.1:${portOf(server)}`, server };
};

const listening = async <T extends Server>(server: T): Promise<T> => {
  closers.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};

const httpServer = async (answer: RequestListener): Promise<string> => {
  const server = createServer(answer);
  closers.push(() => server.closeAllConnections());
  return `ws://127.0.0.1:${portOf(await listening(server))}`;
};

const tcpServer = async (onSocket: (socket: TcpSocket) => void): Promise<number> => {
  const server = createTcpServer((socket) => {
    closers.push(() => socket.destroy());
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  return portOf(await listening(server));
};

const all = (event$: Observable<SocketEvent>): Promise<SocketEvent[]> =>
  lastValueFrom(event$.pipe(toArray()), { defaultValue: [] });
const first = (event$: Observable<SocketEvent>): Promise<SocketEvent | undefined> =>
  firstValueFrom(event$, { defaultValue: undefined });
const opened = (event$: Observable<SocketEvent>, act: (socket: Socket) => void): Observable<SocketEvent> =>
  event$.pipe(tap((event) => event.type === 'open' && act(event.socket)));
const failure = async (event$: Observable<SocketEvent>): Promise<unknown> =>
  all(event$).then(
    (events) => events,
    (error: unknown) => error,
  );
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
/** A key and a certificate that nobody has signed, made anew. */
const selfSigned = (): { key: string; cert: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'rxvox-'));
  closers.push(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const args = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '1',
    '-subj',
    '/CN=localhost',
    '-keyout',
    key,
    '-out',
    cert,
  ];
  execFileSync('openssl', args, { stdio: 'ignore' });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
};
/** RFC 6455 §1.3. */
const accept = (key: string): string =>
  createHash('sha1').update(`${key.trim()}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('openSocket', () => {
  it('emits open, text as strings, binary as bytes, then close and completes', async () => {
    const { url } = await wsServer((peer) => {
      peer.send('hällo');
      peer.send(Uint8Array.of(1, 2, 3));
      peer.close(4000, 'enough');
    });
    const events = await all(openSocket({ url }));
    expect(events.map((event) => event.type)).toEqual(['open', 'message', 'message', 'close']);
    expect(events[1]).toEqual({ type: 'message', data: 'hällo' });
    expect(events[2]).toEqual({ type: 'message', data: Uint8Array.of(1, 2, 3) });
    expect(Buffer.isBuffer((events[2] as { data: unknown }).data)).toBe(false);
    expect(events[3]).toEqual({ type: 'close', code: 4000, reason: 'enough' });
  });

  it('sends text, bytes, headers and subprotocols', async () => {
    const received: unknown[] = [];
    const { url, server } = await wsServer((peer) => {
      peer.on('message', (data, isBinary) => {
        received.push(isBinary ? [...(data as Buffer)] : String(data));
        if (received.length === 2) peer.close();
      });
    });
    let headers: unknown;
    server.on('headers', (_, request) => {
      headers = request.headers;
    });
    const request = { url, headers: { authorization: 'Bearer key' }, protocols: ['realtime'] };
    await all(
      opened(openSocket(request), (socket) => {
        socket.send('text');
        socket.send(Uint8Array.of(7, 8));
      }),
    );
    expect(received).toEqual(['text', [7, 8]]);
    expect(headers).toMatchObject({ authorization: 'Bearer key', 'sec-websocket-protocol': 'realtime' });
  });

  it('offers no compression', async () => {
    const { url, server } = await wsServer((peer) => peer.close());
    let extensions: unknown = 'none seen';
    server.on('headers', (_, request) => {
      extensions = request.headers['sec-websocket-extensions'];
    });
    await all(openSocket({ url }));
    expect(extensions).toBeUndefined();
  });

  it('counts what it could not yet send', async () => {
    const { url } = await wsServer((peer) => peer.pause());
    const open = await first(
      openSocket({ url }).pipe(
        filter((event) => event.type === 'open'),
        tap(({ socket }) => {
          for (let i = 0; i < 40; i++) socket.send(new Uint8Array(1 << 20));
          expect(socket.bufferedAmount).toBeGreaterThan(1 << 20);
        }),
      ),
    );
    expect(open?.type).toBe('open');
  });

  it('closes with 1000 when unsubscribed and leaves no timer', async () => {
    const codes: number[] = [];
    const { url } = await wsServer((peer) => peer.on('close', (code) => codes.push(code)));
    const before = timers();
    await first(openSocket({ url }));
    await until(() => codes.length > 0);
    expect(codes).toEqual([1000]);
    await until(() => timers() <= before);
  });

  it('ends by force when the peer does not answer the close within 1 s', async () => {
    let peerGone = false;
    const port = await tcpServer((socket) => {
      socket.once('data', (request) => {
        const key = /sec-websocket-key: (.+)\r/i.exec(String(request))?.[1] ?? '';
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept(key)}\r\n\r\n`,
        );
        socket.on('close', () => {
          peerGone = true;
        });
      });
    });
    await first(openSocket({ url: `ws://127.0.0.1:${port}` }));
    const closing = performance.now();
    await until(() => peerGone);
    expect(performance.now() - closing).toBeGreaterThan(500);
  });

  it('hangs up when unsubscribed while connecting', async () => {
    let accepted = 0;
    let gone = 0;
    const port = await tcpServer((socket) => {
      accepted += 1;
      socket.resume();
      socket.on('close', () => {
        gone += 1;
      });
    });
    const subscription = openSocket({ url: `ws://127.0.0.1:${port}` }).subscribe();
    await until(() => accepted === 1);
    subscription.unsubscribe();
    await until(() => gone === 1);
  });

  it('tells an HTTP answer apart, with status, headers and body', async () => {
    const url = await httpServer((_, response) => {
      response.writeHead(429, { 'retry-after': '7' });
      response.end('{"error":{"code":"rate_limit_exceeded"}}');
    });
    const [event, ...more] = await all(openSocket({ url }));
    expect(more).toEqual([]);
    expect(event).toMatchObject({ type: 'rejected', status: 429, body: '{"error":{"code":"rate_limit_exceeded"}}' });
    expect(event).toHaveProperty(['headers', 'retry-after'], '7');
  });

  it('cuts the body of an HTTP answer at 64 KiB, even an endless one', async () => {
    const url = await httpServer((_, response) => {
      response.writeHead(500);
      const pour = (): void => {
        while (response.write('x'.repeat(10_000)));
      };
      response.on('drain', pour);
      pour();
    });
    const [event] = await all(openSocket({ url }));
    expect(event).toMatchObject({ type: 'rejected', status: 500, body: 'x'.repeat(65_536) });
  });

  it('takes the part of an HTTP answer that came before it was cut off', async () => {
    const url = await httpServer((_, response) => {
      response.writeHead(503, { 'content-length': '100' });
      response.write('half');
      setTimeout(() => response.destroy(), 50);
    });
    expect(await all(openSocket({ url }))).toMatchObject([{ type: 'rejected', status: 503, body: 'half' }]);
  });

  it('reports a refused connection as worth another try', async () => {
    const port = await tcpServer(() => undefined);
    for (const close of closers.splice(0)) close();
    const error = await failure(
      openSocket({ url: `ws://127.0.0.1:${port}/v1?api-key=SECRET`, headers: { authorization: 'SECRET' } }),
    );
    expect(error).toMatchObject({ _tag: 'ConnectionError', code: 'refused', retryable: true });
    expect((error as Error).message).toContain(`127.0.0.1:${port}`);
    expect((error as Error).message).not.toContain('SECRET');
    expect((error as Error).message).not.toContain('\n');
  });

  it('reports a name that does not resolve', async () => {
    expect(await failure(openSocket({ url: 'ws://rxvox.invalid/' }))).toMatchObject({ code: 'dns', retryable: true });
  });

  it('reports a port that does not speak TLS as final', async () => {
    const port = await tcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await failure(openSocket({ url: `wss://127.0.0.1:${port}` }))).toMatchObject({ code: 'tls', retryable: false });
  });

  it.skipIf(!hasOpenssl)('does not trust a certificate that it cannot verify', async () => {
    const server = await listening(createTlsServer(selfSigned()));
    server.on('tlsClientError', () => undefined);
    const error = await failure(openSocket({ url: `wss://127.0.0.1:${portOf(server)}` }));
    expect(error).toMatchObject({
      code: 'tls',
      retryable: false,
      message: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
    });
  });

  it('reports a peer that hangs up during the handshake as lost', async () => {
    const port = await tcpServer((socket) => socket.destroy());
    expect(await failure(openSocket({ url: `ws://127.0.0.1:${port}` }))).toMatchObject({ code: 'lost', retryable: true });
  });

  it('gives up after 5 s on a server that is silent', async () => {
    const port = await tcpServer((socket) => socket.resume());
    const began = performance.now();
    expect(await failure(openSocket({ url: `ws://127.0.0.1:${port}` }))).toMatchObject({ code: 'timeout', retryable: true });
    expect(performance.now() - began).toBeGreaterThan(4500);
  });

  it('gives up after 5 s on a server that trickles its answer', async () => {
    const port = await tcpServer((socket) => {
      socket.resume();
      socket.write('HTTP/1.1 101 Switching');
      const trickle = setInterval(() => socket.write('x'), 500);
      socket.on('close', () => clearInterval(trickle));
    });
    expect(await failure(openSocket({ url: `ws://127.0.0.1:${port}` }))).toMatchObject({ code: 'timeout' });
  });

  it('reports an address that is none, without quoting it', async () => {
    const error = await failure(openSocket({ url: 'http://[SECRET' }));
    expect(error).toMatchObject({ _tag: 'ConfigError', code: 'invalid_config' });
    expect((error as Error).message).toBe('the address of the socket is not valid: it must begin with ws:// or wss://');
  });

  it('reports a key with a line break, without quoting it', async () => {
    const error = await failure(openSocket({ url: 'ws://127.0.0.1:9', headers: { Authorization: 'Bearer SECRET\nKEY' } }));
    expect(error).toMatchObject({ _tag: 'ConfigError', code: 'invalid_config' });
    expect((error as Error).message).toBe(
      'a header or subprotocol of the socket is not valid: is there a line break in the key?',
    );
  });

  it('closes with 1009 on a message above 16 MiB', async () => {
    const { url } = await wsServer((peer) => peer.send(new Uint8Array(16 * 1024 * 1024 + 1)));
    expect(await all(openSocket({ url }))).toMatchObject([{ type: 'open' }, { type: 'close', code: 1009 }]);
  });

  it('reports a connection that breaks as closed with 1006', async () => {
    const { url } = await wsServer((peer) => peer.terminate());
    expect(await all(openSocket({ url }))).toMatchObject([{ type: 'open' }, { type: 'close', code: 1006 }]);
  });

  it('tells a pong for a ping', async () => {
    const { url } = await wsServer();
    const pong$ = opened(openSocket({ url }), (socket) => socket.ping?.()).pipe(filter(({ type }) => type === 'pong'));
    expect(await first(pong$)).toEqual({ type: 'pong', data: '' });
  });

  it('ends at once when terminated, without a goodbye, and leaves no timer', async () => {
    const codes: number[] = [];
    const { url } = await wsServer((peer) => peer.on('close', (code) => codes.push(code)));
    const before = timers();
    const events = await all(opened(openSocket({ url }), (socket) => socket.terminate?.()));
    expect(events).toMatchObject([{ type: 'open' }, { type: 'close', code: 1006 }]);
    await until(() => codes.length > 0);
    expect(codes).toEqual([1006]);
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('ends at once when terminated after it was unsubscribed, whatever the peer does', async () => {
    let peerGone = false;
    const { url } = await wsServer((peer) => {
      peer.pause();
      peer.on('close', () => {
        peerGone = true;
      });
      peer.once('error', () => undefined);
    });
    const before = timers();
    const open = (await first(openSocket({ url }))) as { socket: Socket };
    open.socket.terminate?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(timers()).toBeLessThanOrEqual(before);
    expect(peerGone).toBe(false);
  });

  it('opens one connection for each subscription', async () => {
    const { url, server } = await wsServer((peer) => peer.close());
    let connections = 0;
    server.on('connection', () => {
      connections += 1;
    });
    const event$ = openSocket({ url }).pipe(take(1));
    await Promise.all([all(event$), all(event$)]);
    expect(connections).toBe(2);
  });
});
