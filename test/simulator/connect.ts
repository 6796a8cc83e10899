import WebSocket from 'ws';

/** An event of the server, as it came. */
export type Event = { readonly type: string; readonly [field: string]: unknown };

export interface Client extends AsyncDisposable {
  readonly events: readonly Event[];
  /** Text of every message, as it came. */
  readonly texts: readonly string[];
  send(...events: readonly object[]): void;
  sendRaw(data: string | Buffer): void;
  /** The next event of this type that was not waited for before. */
  next(type: string): Promise<Event>;
  /** The close code and reason. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  close(): void;
}

/** A bare client on a real socket, which keeps all that comes. */
export const connect = (
  url: string,
  { headers = {}, protocols = [] }: { headers?: Record<string, string>; protocols?: string[] } = {},
): Client => {
  const socket = new WebSocket(url, protocols, { headers });
  const events: Event[] = [];
  const texts: string[] = [];
  const queue: (string | Buffer)[] = [];
  let seen = 0;
  let wake = () => {};
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      resolve({ code, reason: reason.toString() });
      wake();
    });
  });
  socket.on('error', () => undefined);
  socket.on('open', () => {
    for (const data of queue.splice(0)) socket.send(data);
  });
  socket.on('message', (data: Buffer) => {
    texts.push(data.toString());
    events.push(JSON.parse(data.toString()) as Event);
    wake();
  });
  const sendRaw = (data: string | Buffer) => {
    if (socket.readyState === WebSocket.CONNECTING) queue.push(data);
    else socket.send(data);
  };
  return {
    events,
    texts,
    closed,
    sendRaw,
    send: (...all) => {
      for (const event of all) sendRaw(JSON.stringify(event));
    },
    next: async (type) => {
      for (;;) {
        const at = events.findIndex((event, index) => index >= seen && event.type === type);
        const event = events[at];
        if (event) {
          seen = at + 1;
          return event;
        }
        if (socket.readyState >= WebSocket.CLOSING) {
          throw new Error(`closed before ${type}; came: ${events.map((each) => each.type).join(' ')}`);
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    close: () => socket.close(),
    [Symbol.asyncDispose]: async () => {
      socket.terminate();
      await closed;
    },
  };
};
