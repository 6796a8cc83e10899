import { Observable, Subscription, timer } from 'rxjs';
import { opens, type SocketStep } from '../../marbles/index.js';
import type { Millis } from '../../src/audio.js';
import { toBase64 } from '../../src/wire/base64.js';
import type { ClientEvent } from '../../src/wire/client-event.js';

/** How a spoken turn is understood: when, counted from its commit, and as what. */
export interface Understanding {
  readonly words: string;
  readonly how: 'final' | 'partial' | 'failed' | 'never';
  readonly afterMs: Millis;
}

/** What a response is: when it sounds, for how long, and whether it calls functions instead. */
export interface Answer {
  readonly afterMs: Millis;
  readonly audioMs: Millis;
  readonly calls: number;
}

export interface ServiceStory {
  /** One way, each message. */
  readonly networkMs: Millis;
  readonly understandings: readonly Understanding[];
  readonly answers: readonly Answer[];
}

interface Running {
  readonly id: string;
  readonly isOutOfBand: boolean;
  readonly metadata: unknown;
  readonly work: Subscription;
}

/** 100 ms. */
const sound = toBase64(new Int16Array(2400).fill(1000));

/** A service of few words: takes turns, understands them, answers what it is asked for, one answer at a time. */
export const storyService =
  ({ networkMs, understandings, answers }: ServiceStory) =>
  ({ sent$ }: { readonly sent$: Observable<ClientEvent> }): Observable<SocketStep> =>
    new Observable((subscriber) => {
      const all = new Subscription();
      let turns = 0;
      let responses = 0;
      let items = 0;
      let active: Running | undefined;
      const later = (ms: Millis, act: () => void, owner = all): void => {
        owner.add(timer(ms).subscribe(act));
      };
      const say = (step: object): void => later(networkMs, () => subscriber.next(step as SocketStep));

      const understand = (itemId: string, turn: number): void => {
        const how = understandings[turn % understandings.length];
        if (!how || how.how === 'never') return;
        const place = { event_id: 'e', item_id: itemId, content_index: 0 };
        const type = 'conversation.item.input_audio_transcription';
        later(how.afterMs, () => {
          if (how.how === 'failed') say({ type: `${type}.failed`, ...place, error: { message: 'no' } });
          else if (how.how === 'partial') say({ type: `${type}.delta`, ...place, delta: how.words });
          else say({ type: `${type}.completed`, ...place, transcript: how.words });
        });
      };

      const finish = ({ id, isOutOfBand, metadata, work }: Running, status: string): void => {
        work.unsubscribe();
        if (active?.id === id) active = undefined;
        say({
          type: 'response.done',
          event_id: 'e',
          response: { id, status, metadata, conversation_id: isOutOfBand ? null : 'c' },
        });
      };

      const respond = ({ response }: Extract<ClientEvent, { type: 'response.create' }>): void => {
        const isOutOfBand = response?.conversation === 'none';
        const answer = isOutOfBand
          ? { afterMs: 40, audioMs: 200, calls: 0 }
          : (answers[responses] ?? { afterMs: 100, audioMs: 200, calls: 0 });
        const id = `resp_${++responses}`;
        const work = new Subscription();
        all.add(work);
        const run: Running = { id, isOutOfBand, metadata: response?.metadata ?? null, work };
        if (!isOutOfBand) active = run;
        const { afterMs, audioMs, calls } = answer;
        const place = { event_id: 'e', response_id: id, item_id: `${id}_item`, output_index: 0, content_index: 0 };
        const message = { id: place.item_id, type: 'message', role: 'assistant', status: 'in_progress', content: [] };
        say({
          type: 'response.created',
          event_id: 'e',
          response: { id, status: 'in_progress', metadata: run.metadata, conversation_id: isOutOfBand ? null : 'c' },
        });
        for (let call = 0; call < calls; call++) {
          const item = {
            id: `${id}_call_${call}`,
            call_id: `${id}_${call}`,
            type: 'function_call',
            name: 'work',
            arguments: '{}',
          };
          later(
            afterMs + call * 30,
            () => {
              say({
                type: 'response.output_item.added',
                event_id: 'e',
                response_id: id,
                output_index: call,
                item: { ...item, status: 'in_progress' },
              });
              say({ type: 'conversation.item.added', event_id: 'e', item: { ...item, status: 'in_progress' } });
            },
            work,
          );
          later(
            afterMs + call * 30 + 20,
            () => {
              const done = { ...item, status: 'completed' };
              say({ type: 'response.output_item.done', event_id: 'e', response_id: id, output_index: call, item: done });
              say({ type: 'conversation.item.done', event_id: 'e', item: done });
            },
            work,
          );
        }
        if (calls > 0) {
          later(afterMs + calls * 30 + 20, () => finish(run, 'completed'), work);
          return;
        }
        later(
          afterMs,
          () => {
            say({ type: 'response.output_item.added', event_id: 'e', response_id: id, output_index: 0, item: message });
            if (!isOutOfBand) say({ type: 'conversation.item.added', event_id: 'e', item: message });
          },
          work,
        );
        // Twice as fast as it plays.
        for (let ms = 0; ms < audioMs; ms += 100)
          later(afterMs + ms / 2, () => say({ type: 'response.output_audio.delta', ...place, delta: sound }), work);
        later(
          afterMs + audioMs / 2,
          () => {
            say({ type: 'response.output_audio.done', ...place });
            finish(run, 'completed');
          },
          work,
        );
      };

      const refuse = (command: ClientEvent, code: string): void =>
        say({
          type: 'error',
          event_id: 'e',
          error: { type: 'invalid_request_error', code, message: code, event_id: command.event_id },
        });

      const take = (command: ClientEvent): void => {
        switch (command.type) {
          case 'session.update':
            return say({ type: 'session.updated', event_id: 'e', session: { type: 'realtime', ...command.session } });
          case 'input_audio_buffer.commit': {
            const itemId = `turn_${turns}`;
            const item = { id: itemId, type: 'message', role: 'user', status: 'completed', content: [{ type: 'input_audio' }] };
            say({ type: 'input_audio_buffer.committed', event_id: 'e', item_id: itemId });
            say({ type: 'conversation.item.added', event_id: 'e', item });
            return understand(itemId, turns++);
          }
          case 'input_audio_buffer.clear':
            return say({ type: 'input_audio_buffer.cleared', event_id: 'e' });
          case 'conversation.item.create': {
            const item = { id: `item_${++items}`, status: 'completed', ...command.item };
            return say({ type: 'conversation.item.added', event_id: 'e', item });
          }
          case 'conversation.item.truncate':
            return say({ ...command, type: 'conversation.item.truncated' });
          case 'conversation.item.delete':
            return say({ ...command, type: 'conversation.item.deleted' });
          case 'response.cancel': {
            const { response_id } = command;
            if (active && (response_id === undefined || response_id === active.id)) return finish(active, 'cancelled');
            return refuse(command, 'response_cancel_not_active');
          }
          case 'response.create':
            if (active && command.response?.conversation !== 'none')
              return refuse(command, 'conversation_already_has_active_response');
            return respond(command);
          default:
            return;
        }
      };

      subscriber.next(opens);
      say({
        type: 'session.created',
        event_id: 'e',
        session: { type: 'realtime', id: 's', audio: { input: { transcription: { model: 'w' } } } },
      });
      all.add(sent$.subscribe((command) => later(networkMs, () => take(command))));
      return all;
    });
