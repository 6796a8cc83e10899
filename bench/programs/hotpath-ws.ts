import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait, setImmediate as yieldTurn } from 'node:timers/promises';
import { bareClient, type Client, pipeClient } from './client.js';
import { type Budget, interleave, type Work } from './cpu.js';
import { frameSize } from './speech.js';
import type { Order, Told } from './ws-server.js';

/** Frames that are sent before the event loop gets its turn. */
const burst = 10;

interface Plan extends Budget {
  /** The other end. */
  readonly server: string;
}

const { server: file, ...budget } = JSON.parse(process.argv[2] ?? '{}') as Plan;
const server = fork(file);
const answer = async (): Promise<Told> => ((await once(server, 'message')) as [Told])[0];
const order = (what: Order): void => {
  server.send(what);
};

const up =
  (client: Client): Work =>
  async (count) => {
    for (let at = 0; at < count; at++) {
      client.speak();
      if (at % burst === 0) await yieldTurn();
    }
    while (client.bufferedAmount > 0) await wait(1);
  };

const down =
  (client: Client, path: string, ms: number): Work =>
  async (count) => {
    const end = client.played + count * frameSize;
    order({ path, count: (count * 20) / ms, ms });
    while (client.played < end) await wait(1);
  };

const started = await answer();
const url = `ws://127.0.0.1:${started.port}`;
const pipe = await pipeClient(`${url}/pipe`);
const bare = await bareClient(`${url}/bare`);
const works = {
  pipeUp: up(pipe),
  bareUp: up(bare),
  pipeDown: down(pipe, '/pipe', 200),
  bareDown: down(bare, '/bare', 200),
  pipeDownShort: down(pipe, '/pipe', 20),
  bareDownShort: down(bare, '/bare', 20),
};
const results = await interleave(works, budget);
process.send?.(results, () => process.exit());
