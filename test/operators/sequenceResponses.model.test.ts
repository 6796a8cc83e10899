import fc from 'fast-check';
import { Observable, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { scriptedProvider } from '../../marbles/index.js';
import { realtime } from '../../operators/realtime.js';
import type { Command } from '../../src/events.js';
import type { SocketEvent } from '../../src/providers/provider.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import type { ServerEvent } from '../../src/wire/server-event.js';

/** A small model of the service: one response at a time, made for the client or by itself; messages take their time both ways. */
class Service {
  readonly answered: string[] = [];
  refusals = 0;
  readonly toServer: ClientEvent[] = [];
  readonly toClient: ServerEvent[] = [];
  active: string | undefined;
  private count = 0;

  speaksByItself(): void {
    if (this.active === undefined) this.begin('itself');
  }
  finishes(): void {
    if (this.active === undefined) return;
    this.toClient.push({ type: 'response.done', event_id: 'e', response: { id: this.active, status: 'completed' } });
    this.active = undefined;
  }
  receives(): void {
    const command = this.toServer.shift();
    if (command?.type !== 'response.create') return;
    const { event_id = '', response } = command;
    if (this.active !== undefined) {
      this.refusals++;
      const error = { type: 'invalid_request_error', code: 'conversation_already_has_active_response', message: 'no', event_id };
      this.toClient.push({ type: 'error', event_id: 'e', error });
      return;
    }
    this.answered.push(String(response?.metadata?.ask));
    this.begin('client');
  }
  private begin(by: string): void {
    this.active = `resp_${by}_${++this.count}`;
    this.toClient.push({ type: 'response.created', event_id: 'e', response: { id: this.active, status: 'in_progress' } });
  }
}

const created: ServerEvent = { type: 'session.created', event_id: 'e', session: { type: 'realtime', id: 's' } };

/** Our client, connected to the model. */
const connect = (service: Service) => {
  const messages = new Subject<SocketEvent>();
  const provider = scriptedProvider(() => messages as never);
  const openSocket = () =>
    new Observable<SocketEvent>((subscriber) => {
      const socket = {
        send: (frame: string | Uint8Array) => service.toServer.push(JSON.parse(String(frame))),
        bufferedAmount: 0,
      };
      subscriber.next({ type: 'open', socket });
      return messages.subscribe(subscriber);
    });
  const asks = new Subject<Command>();
  const events: string[] = [];
  const subscription = asks.pipe(realtime(provider, { openSocket })).subscribe(({ type }) => events.push(type));
  const deliver = (event: ServerEvent | undefined): void => {
    if (event) messages.next({ type: 'message', data: JSON.stringify(event) });
  };
  deliver(created);
  return {
    ask: (n: number) => asks.next({ type: 'response.create', response: { metadata: { ask: String(n) } } }),
    deliver,
    subscription,
  };
};

type Model = { asked: number };
type Real = { service: Service; client: ReturnType<typeof connect> };
const command = (name: string, run: (real: Real, model: Model) => void): fc.Command<Model, Real> => ({
  check: () => true,
  run: (model, real) => {
    run(real, model);
    // never two of the same ask
    expect(new Set(real.service.answered).size).toBe(real.service.answered.length);
  },
  toString: () => name,
});
const commands = fc.commands(
  [
    fc.constant(command('ask', ({ client }, model) => client.ask(model.asked++))),
    fc.constant(command('server receives', ({ service }) => service.receives())),
    fc.constant(command('client receives', ({ service, client }) => client.deliver(service.toClient.shift()))),
    fc.constant(command('server speaks by itself', ({ service }) => service.speaksByItself())),
    fc.constant(command('server finishes', ({ service }) => service.finishes())),
  ],
  { maxCommands: 60 },
);

describe('one response at a time', () => {
  it('answers each ask once, whatever the service does by itself and however long messages take', () => {
    let refusals = 0;
    fc.assert(
      fc.property(commands, (all) => {
        const service = new Service();
        const client = connect(service);
        const model = { asked: 0 };
        fc.modelRun(() => ({ model, real: { service, client } }), all);
        // all that is under way arrives, and every response ends
        for (let round = 0; round < 500; round++) {
          service.receives();
          client.deliver(service.toClient.shift());
          if (service.toServer.length === 0 && service.toClient.length === 0) service.finishes();
        }
        expect(service.answered.toSorted((a, b) => Number(a) - Number(b))).toEqual(
          Array.from({ length: model.asked }, (_, n) => String(n)),
        );
        refusals += service.refusals;
        client.subscription.unsubscribe();
      }),
      { numRuns: 300 },
    );
    // the race was run, or nothing was shown
    expect(refusals).toBeGreaterThan(10);
  });
});
