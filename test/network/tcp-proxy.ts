import { type AddressInfo, createServer, type Socket, connect as tcpConnect } from 'node:net';
import { randomFrom } from '../../src/faults/random.js';

/** How bad a way is, in both directions. */
export interface ProxyConfig {
  /** @default 0 */
  readonly delayMs?: number;
  /** Up to so much more, another for each piece. @default 0 */
  readonly jitterMs?: number;
  /** Share of pieces that get lost, 0 to 1: sent again after 200 ms, and once more 400 ms later, while all behind them waits. @default 0 */
  readonly loss?: number;
  /** @default 1 */
  readonly seed?: number;
}

/** A way to a server that is worse than the real one: TCP delivers all, in order, and late. */
export interface Proxy extends Disposable {
  /** The server's address, by this way. */
  readonly url: string;
  /** From now on nothing comes through, and nobody is told. */
  freeze(): void;
}

const retransmissionsMs = [200, 400];

/** Opens a way to the server of a socket address. */
export const startProxy = async (
  url: string,
  { delayMs = 0, jitterMs = 0, loss = 0, seed = 1 }: ProxyConfig = {},
): Promise<Proxy> => {
  const sockets = new Set<Socket>();
  let isFrozen = false;
  const random = randomFrom(seed);
  const latenessOf = (): number => {
    let ms = delayMs + random() * jitterMs;
    for (const again of retransmissionsMs)
      if (random() < loss) ms += again;
      else break;
    return ms;
  };

  const carry = (from: Socket, to: Socket): void => {
    const pieces: { readonly dueAt: number; readonly data: Buffer | undefined }[] = [];
    const deliver = (): void => {
      for (let first = pieces[0]; first !== undefined && first.dueAt <= performance.now(); first = pieces[0]) {
        pieces.shift();
        if (isFrozen) return;
        if (first.data) to.write(first.data);
        else to.end();
      }
      const next = pieces[0];
      if (next) setTimeout(deliver, Math.max(1, next.dueAt - performance.now()));
    };
    const take = (data?: Buffer): void => {
      const dueAt = Math.max(pieces.at(-1)?.dueAt ?? 0, performance.now() + latenessOf());
      pieces.push({ dueAt, data });
      if (pieces.length === 1) setTimeout(deliver, dueAt - performance.now());
    };
    sockets.add(from);
    from.setNoDelay(true);
    from.on('data', take);
    from.on('end', () => take());
    from.on('error', () => to.destroy());
    from.on('close', () => sockets.delete(from));
  };

  const { hostname, port } = new URL(url);
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = tcpConnect({ host: hostname, port: Number(port), allowHalfOpen: true });
    carry(near, far);
    carry(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = new URL(url);
  address.port = String((server.address() as AddressInfo).port);
  return {
    url: address.href,
    freeze() {
      isFrozen = true;
    },
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};
