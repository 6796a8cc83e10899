import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { concat, firstValueFrom, NEVER, of } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { ofType } from '../../operators/ofType.js';
import { realtime } from '../../operators/realtime.js';
import type { Command } from '../../src/events.js';
import { openSocket } from '../../src/node/open-socket.js';
import { simulator } from '../../src/providers/simulator.js';
import { createSentTools } from '../../src/sent-tools.js';
import type { McpTool } from '../../src/wire/tool.js';

const docs: McpTool = { type: 'mcp', server_label: 'docs', server_url: 'https://docs.example', authorization: 'open sesame' };
const declare = (...tools: readonly McpTool[]): Command & { readonly type: 'session.update' } => ({
  type: 'session.update',
  session: { tools: [...tools] },
});

let cleanUp: () => void = () => undefined;
afterEach(() => cleanUp());

describe('sent tools', () => {
  it('have the secrets of each server that were sent last', () => {
    const tools = createSentTools();
    tools.sent(declare(docs, { type: 'mcp', server_label: 'web', headers: { key: '1' } }));
    tools.sent(declare({ ...docs, authorization: 'open wide' }));
    expect(['docs', 'web', 'other'].map(tools.secretsOf)).toEqual([
      { authorization: 'open wide' },
      { headers: { key: '1' } },
      {},
    ]);
  });

  it('are declared to a new session with the secrets that the service has kept back', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    cleanUp = () => {
      for (const client of server.clients) client.terminate();
      server.close();
    };
    const declared: (readonly McpTool[])[] = [];
    let count = 0;
    server.on('connection', (socket) => {
      const id = `sess_${++count}`;
      const say = (event: object): void => socket.send(JSON.stringify({ event_id: 'e', ...event }));
      say({ type: 'session.created', session: { type: 'realtime', id } });
      socket.on('message', (data) => {
        const { session } = JSON.parse(String(data));
        declared.push(session.tools);
        const tools = session.tools.map(({ authorization: _, ...told }: McpTool) => told);
        say({ type: 'session.updated', session: { ...session, id, tools } });
        if (count === 1) socket.close(1012);
      });
    });
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const talk = concat(of(declare(docs)), NEVER).pipe(
      realtime(simulator({ url }), { openSocket, reconnect: { random: () => 0 } }),
      ofType('connection.restored'),
    );
    await firstValueFrom(talk);
    await expect.poll(() => declared.length).toBe(2);
    expect(declared[1]).toEqual([docs]);
  });
});
