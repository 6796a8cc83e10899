import { defer, EMPTY, finalize, Observable, Subscription } from 'rxjs';
import type { ClientEvent } from '../wire/client-event.js';
import type { ServerEvent } from '../wire/server-event.js';
import { settled } from './outcome.js';
import type { Capabilities, OpenSocket, Socket, SocketEvent } from './provider.js';
import type { Transport } from './transport.js';
import { transportCommands } from './transport-commands.js';
import type { TransportEvent } from './transport-event.js';
import { transportReply } from './transport-reply.js';
import { transportSession, withSettings } from './transport-session.js';
import { problem, transportTranslator } from './transport-translator.js';

/** The frame that ends a session in good order: it is closed when `disconnect` has come to its end. */
export const goodbye = 'disconnect';

export interface TransportSocketConfig {
  readonly transport: Transport;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly capabilities: Capabilities;
  newId(prefix: string): string;
}

/** Sessions of a transport, as sockets that speak the GA vocabulary: audio goes over them as bytes, any other command as text. */
export const transportSocket =
  ({ transport, metadata, capabilities, newId }: TransportSocketConfig): OpenSocket =>
  () =>
    new Observable<SocketEvent>((subscriber) => {
      const { encoding, sampleRate } = capabilities.input;
      const bytesPerMs = (sampleRate * (encoding === 'pcm16' ? 2 : 1)) / 1000;
      let session = transportSession(capabilities, newId('sess'));
      let sentBytes = 0;
      let waitingBytes = 0;
      let isConnected = false;
      let isGone = false;
      const early: TransportEvent[] = [];
      const commands = transportCommands(transport);
      const calls = new Subscription();
      const translator = transportTranslator({
        newId,
        conversationId: newId('conv'),
        heardMs: () => Math.round(sentBytes / bytesPerMs),
      });

      const say = (events: readonly unknown[]): void => {
        for (const event of events) subscriber.next({ type: 'message', data: textOf(event) });
      };
      const close = (code: number, reason: string): void => {
        subscriber.next({ type: 'close', code, reason });
        subscriber.complete();
      };
      /** What nobody can read goes on as it is: the protocol tells so. */
      const understood = (event: TransportEvent): readonly unknown[] => {
        try {
          return translator.said(event);
        } catch {
          return [event];
        }
      };
      const hear = (event: TransportEvent): void => {
        if (!isConnected) early.push(event);
        else if (isClosed(event)) close(event.code ?? 1000, event.reason ?? '');
        else say(understood(event));
      };

      const done = (command: ClientEvent): readonly ServerEvent[] => {
        if (command.type === 'input_audio_buffer.commit') return translator.committed();
        if (command.type === 'response.cancel') return translator.ended({ status: 'cancelled', reason: 'client_cancelled' });
        if (command.type === 'response.create' && !transport.createResponse) return translator.asked();
        if (command.type === 'session.update') session = withSettings(session, command.session);
        return transportReply(command, session, newId);
      };
      const failed = (command: ClientEvent | undefined): readonly ServerEvent[] => [
        problem('the transport could not take it', 'transport_failed', command?.event_id),
        ...(command && isSaid(command) ? translator.refused() : []),
      ];
      const run = (call: Observable<unknown>, command?: ClientEvent): void => {
        calls.add(call.subscribe({ error: () => say(failed(command)), complete: () => command && say(done(command)) }));
      };
      const sendAudio = (pcm: Uint8Array): void => {
        sentBytes += pcm.length;
        waitingBytes += pcm.length;
        const sending = defer(() => settled(transport.sendAudio(pcm))).pipe(
          finalize(() => {
            waitingBytes -= pcm.length;
          }),
        );
        run(sending);
      };
      const leave = (): Observable<unknown> =>
        defer(() => {
          if (isGone) return EMPTY;
          isGone = true;
          return settled(transport.disconnect());
        });

      const socket: Socket = {
        send(frame) {
          if (subscriber.closed || isGone) return;
          if (typeof frame !== 'string') sendAudio(frame);
          else if (frame === goodbye) leave().subscribe({ error: () => close(1000, ''), complete: () => close(1000, '') });
          else {
            const command = JSON.parse(frame) as ClientEvent;
            if (isSaid(command)) translator.owes();
            run(commands.call(command), command);
          }
        },
        get bufferedAmount() {
          return waitingBytes;
        },
      };
      const connected = (): void => {
        subscriber.next({ type: 'open', socket });
        isConnected = true;
        say([{ type: 'session.created', event_id: '', session }]);
        for (const event of early.splice(0)) hear(event);
      };

      subscriber.add(() => {
        calls.unsubscribe();
        // Whoever does not listen any more need not know.
        leave().subscribe({ error: () => undefined });
      });
      // Events may come while it connects, from one that keeps none.
      subscriber.add(
        transport.events$.subscribe({
          next: hear,
          error: (error: unknown) => subscriber.error(error),
          complete: () => close(1006, ''),
        }),
      );
      if (subscriber.closed) return;
      subscriber.add(
        defer(() => settled(transport.connect(metadata))).subscribe({
          error: (error: unknown) => subscriber.error(error),
          complete: connected,
        }),
      );
    });

/** What is said now, and not of an earlier session: that has ids. */
const isSaid = (command: ClientEvent): boolean =>
  command.type === 'conversation.item.create' && (command.item.id === undefined || command.item.type === 'function_call_output');

const isClosed = (event: TransportEvent | null): event is Extract<TransportEvent, { readonly type: 'closed' }> =>
  event?.type === 'closed';

/** '' where it cannot be written. */
const textOf = (event: unknown): string => {
  try {
    return JSON.stringify(event) ?? '';
  } catch {
    return '';
  }
};
