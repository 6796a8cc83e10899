import { Observable, Subscription, timer } from 'rxjs';
import { clock } from '../../src/clock.js';
import { ConnectionError } from '../../src/errors.js';
import type { OpenSocket, SocketEvent } from '../../src/providers/provider.js';
import { fromBase64, toBase64 } from '../../src/wire/base64.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import type { Item } from '../../src/wire/item.js';
import type { ServerEvent } from '../../src/wire/server-event.js';

/** What the model does when it is asked. */
export type Plan =
  | { readonly kind: 'speak'; readonly pieces: readonly number[]; readonly everyMs: number }
  | { readonly kind: 'call' };

/** What becomes of attempts to connect. */
export type Weather = 'fair' | 'refuse' | 'http503' | 'mute' | 'cut';

export interface ServiceConfig {
  /** How long what it says is under way. */
  readonly latencyMs: number;
  /** How much later each message comes than the one before it, at least. */
  readonly spacingMs: number;
  /** How it answers, one after the other; a short sentence each when there are no more. */
  readonly plans: readonly Plan[];
  /** Whether it writes down what the user says: each turn, none, or every other. */
  readonly transcribes: 'all' | 'none' | 'some';
  /**
   * What its ids begin with, where there are several.
   * @default ''
   */
  readonly name?: string;
  /**
   * The value of the samples of its first response; each that follows sounds 10 higher.
   * @default 310
   */
  readonly firstValue?: number;
}

/** One session, with all that the service remembers of it. */
export interface ServiceSession {
  readonly id: string;
  readonly items: Item[];
  /** Frames that were appended and are part of no turn, by their numbers. */
  buffer: number[];
  isManual: boolean;
  instructions?: string | undefined;
  isOpen: boolean;
  /** All that it was sent. */
  readonly received: ClientEvent[];
}

const frameSamples = 480;

/** The numbers of the frames in a piece of audio. */
export const framesIn = (audio: string): readonly number[] =>
  [...(fromBase64(audio) ?? [])].filter((_, at) => at % frameSamples === 0);

/** A frame of 20 ms with a number of its own. */
export const frameOf = (number: number): ClientEvent => ({
  type: 'input_audio_buffer.append',
  audio: toBase64(new Int16Array(frameSamples).fill(number)),
});

/** What it counts for each response. */
export const tokensOfResponse = 7;

const heardWords = 'secret frames ';
/** The frames of which a user's item consists, whether it has their audio or their transcript; undefined where it is no speech. */
export const framesOf = (item: Item): readonly number[] | undefined => {
  if (item.type !== 'message' || item.role !== 'user') return undefined;
  const [part] = item.content ?? [];
  if (part?.audio != null) return framesIn(part.audio);
  const words = part?.transcript ?? part?.text ?? '';
  return words.startsWith(heardWords) ? words.slice(heardWords.length).split(' ').map(Number) : undefined;
};

/** A Realtime service in virtual time that remembers what each session was told and refuses what the real one refuses. */
export const createService = ({ latencyMs, spacingMs, plans, transcribes, name = '', firstValue = 310 }: ServiceConfig) => {
  const sessions: ServiceSession[] = [];
  const refusals: string[] = [];
  const begun = new Map<string, number>();
  const calls: string[] = [];
  const cuts = new Set<(code: number) => void>();
  const mutters = new Set<() => void>();
  const flows = new Set<() => void>();
  let isStuck = false;
  let mostAhead = 0;
  let weather: Weather = 'fair';
  let asked = 0;
  let ids = 0;
  let open = 0;
  let attempts = 0;
  let turns = 0;

  const openSocket: OpenSocket = () =>
    new Observable<SocketEvent>((subscriber) => {
      const running = new Subscription();
      open++;
      attempts++;
      const later = (ms: number, act: () => void): Subscription => {
        const one = timer(Math.max(1, ms)).subscribe(act);
        running.add(one);
        return one;
      };
      running.add(() => {
        open--;
      });
      if (weather === 'refuse')
        later(1, () => subscriber.error(new ConnectionError('refused', { code: 'refused', retryable: true })));
      else if (weather === 'http503') {
        later(1, () => {
          subscriber.next({ type: 'rejected', status: 503, headers: {}, body: '' });
          subscriber.complete();
        });
      } else later(1, () => begin());

      const begin = (): void => {
        const session: ServiceSession = {
          id: `${name}sess_${sessions.length + 1}`,
          items: [],
          buffer: [],
          isManual: false,
          isOpen: true,
          received: [],
        };
        const response = { id: '', running: Subscription.EMPTY, items: [] as string[] };
        let nextAt = 0;
        const say = (event: { readonly type: string } & Record<string, unknown>): void => {
          const data = JSON.stringify({ event_id: 'e', ...event });
          // One message after the other: a session may be lost between any two.
          nextAt = Math.max(clock.now() + latencyMs, nextAt + spacingMs);
          later(nextAt - clock.now(), () => subscriber.next({ type: 'message', data }));
        };
        /** What was sent and does not get through. */
        let stuck: string[] = [];
        let stuckBytes = 0;
        let toldAt: number | undefined;
        const flow = (): void => {
          const frames = stuck;
          stuck = [];
          stuckBytes = 0;
          for (const frame of frames) if (session.isOpen) obey(JSON.parse(frame) as ClientEvent);
        };
        flows.add(flow);
        const cut = (code: number): void => {
          session.isOpen = false;
          subscriber.next({ type: 'close', code, reason: '' });
          subscriber.complete();
        };
        cuts.add(cut);
        const mutter = (): void => {
          const place = { response_id: `${name}resp_late`, item_id: `${name}item_late`, output_index: 0, content_index: 0 };
          say({ type: 'response.created', response: { id: place.response_id, status: 'in_progress', conversation_id: 'conv' } });
          say({ type: 'response.output_audio.delta', ...place, delta: toBase64(new Int16Array(2400).fill(firstValue + 5)) });
          say({
            type: 'response.done',
            response: { id: place.response_id, status: 'completed', usage: { total_tokens: tokensOfResponse } },
          });
        };
        mutters.add(mutter);
        running.add(() => {
          // Who closes sends first what waits.
          flow();
          session.isOpen = false;
          cuts.delete(cut);
          mutters.delete(mutter);
          flows.delete(flow);
        });
        const refuse = (command: ClientEvent, code: string): void => {
          refusals.push(`${session.id}: ${command.type}: ${code}`);
          say({ type: 'error', error: { type: 'invalid_request_error', code, message: 'no', event_id: command.event_id } });
        };
        const add = (item: Item, previous?: string | null): boolean => {
          const at =
            previous === 'root'
              ? -1
              : previous == null
                ? session.items.length - 1
                : session.items.findIndex(({ id }) => id === previous);
          if (previous != null && previous !== 'root' && at < 0) return false;
          session.items.splice(at + 1, 0, item);
          say({ type: 'conversation.item.added', item, previous_item_id: session.items[at]?.id ?? null });
          return true;
        };
        const replace = (item: Item): void => {
          const at = session.items.findIndex(({ id }) => id === item.id);
          if (at >= 0) session.items[at] = item;
          say({ type: 'conversation.item.done', item, previous_item_id: session.items[at - 1]?.id ?? null });
        };
        const finish = (status: string): void => {
          const id = response.id;
          response.running.unsubscribe();
          response.id = '';
          say({ type: 'response.done', response: { id, status, output: [], usage: { total_tokens: tokensOfResponse } } });
        };
        const answer = (): void => {
          const plan: Plan = plans[asked++] ?? { kind: 'speak', pieces: [100], everyMs: 10 };
          response.id = `${name}resp_${asked}`;
          response.running = new Subscription();
          running.add(response.running);
          say({ type: 'response.created', response: { id: response.id, status: 'in_progress', conversation_id: 'conv' } });
          const id = `${name}item_${++ids}`;
          const place = { response_id: response.id, item_id: id, output_index: 0, content_index: 0 };
          const within = (ms: number, act: () => void): void => {
            response.running.add(later(ms, act));
          };
          if (plan.kind === 'call') {
            const call_id = `${name}call_${++ids}`;
            const call: Item = { id, type: 'function_call', status: 'in_progress', name: 'look', call_id, arguments: '' };
            add(call);
            within(30, () => {
              calls.push(call_id);
              say({ type: 'response.function_call_arguments.done', ...place, call_id, name: 'look', arguments: '{}' });
              const done: Item = { ...call, status: 'completed', arguments: '{}' };
              say({ type: 'response.output_item.done', ...place, item: done });
              replace(done);
              finish('completed');
            });
            return;
          }
          const value = firstValue + 10 * (asked - 1);
          begun.set(response.id, value);
          const message: Item = { id, type: 'message', role: 'assistant', status: 'in_progress', content: [] };
          add(message);
          plan.pieces.forEach((ms, at) => {
            within(at * plan.everyMs, () => {
              say({ type: 'response.output_audio_transcript.delta', ...place, delta: `word${at} ` });
              say({ type: 'response.output_audio.delta', ...place, delta: toBase64(new Int16Array(ms * 24).fill(value)) });
            });
          });
          within(plan.pieces.length * plan.everyMs, () => {
            const transcript = plan.pieces.map((_, at) => `word${at} `).join('');
            say({ type: 'response.output_audio.done', ...place });
            say({ type: 'response.output_audio_transcript.done', ...place, transcript });
            replace({ ...message, status: 'completed', content: [{ type: 'output_audio', transcript }] });
            finish('completed');
          });
        };
        const obey = (command: ClientEvent): void => {
          session.received.push(command);
          switch (command.type) {
            case 'session.update': {
              const detection = command.session.audio?.input?.turn_detection;
              if (detection !== undefined) session.isManual = detection === null;
              session.instructions = command.session.instructions ?? session.instructions;
              say({ type: 'session.updated', session: settings() });
              break;
            }
            case 'input_audio_buffer.append':
              session.buffer.push(...framesIn(command.audio));
              break;
            case 'input_audio_buffer.clear':
              session.buffer = [];
              say({ type: 'input_audio_buffer.cleared' });
              break;
            case 'input_audio_buffer.commit': {
              if (session.buffer.length < 5) {
                refuse(command, 'input_audio_buffer_commit_empty');
                break;
              }
              const id = `${name}item_${++ids}`;
              const words = `${heardWords}${session.buffer.join(' ')}`;
              const isKnown = transcribes === 'all' || (transcribes === 'some' && ++turns % 2 === 0);
              const said: Item = {
                id,
                type: 'message',
                role: 'user',
                status: 'completed',
                content: [
                  {
                    type: 'input_audio',
                    audio: toBase64(new Int16Array(session.buffer.flatMap((n) => Array(frameSamples).fill(n)))),
                  },
                ],
              };
              session.buffer = [];
              say({ type: 'input_audio_buffer.committed', item_id: id, previous_item_id: session.items.at(-1)?.id ?? null });
              // It is not told what it has heard.
              session.items.push(said);
              const told: Item = { ...said, content: [{ type: 'input_audio', transcript: null }] };
              const previous_item_id = session.items.at(-2)?.id ?? null;
              say({ type: 'conversation.item.added', item: told, previous_item_id });
              say({ type: 'conversation.item.done', item: told, previous_item_id });
              if (!isKnown) break;
              later(150, () =>
                say({
                  type: 'conversation.item.input_audio_transcription.completed',
                  item_id: id,
                  content_index: 0,
                  transcript: words,
                  usage: { type: 'duration', seconds: 1 },
                }),
              );
              break;
            }
            case 'conversation.item.create': {
              const item: Item = { ...command.item, id: command.item.id ?? `${name}item_${++ids}` };
              if (session.items.some(({ id }) => id === item.id)) refuse(command, 'item_create_duplicate');
              else if (item.type === 'function_call_output' && !hasCall(item.call_id)) refuse(command, 'unknown_call_id');
              else if (!add(item, command.previous_item_id)) refuse(command, 'unknown_previous_item');
              else say({ type: 'conversation.item.done', item });
              break;
            }
            case 'conversation.item.delete': {
              const at = session.items.findIndex(({ id }) => id === command.item_id);
              if (at < 0) refuse(command, 'item_delete_invalid_item_id');
              else {
                session.items.splice(at, 1);
                say({ type: 'conversation.item.deleted', item_id: command.item_id });
              }
              break;
            }
            case 'conversation.item.truncate': {
              const item = session.items.find(({ id }) => id === command.item_id);
              const isMine = item?.type === 'message' && item.role === 'assistant' && item.content?.[0]?.type !== 'output_text';
              if (isMine) say({ ...command, type: 'conversation.item.truncated' });
              else refuse(command, 'item_truncate_invalid_item_id');
              break;
            }
            case 'response.create':
              if (response.id !== '') refuse(command, 'conversation_already_has_active_response');
              else answer();
              break;
            case 'response.cancel':
              if (response.id === '') refuse(command, 'response_cancel_not_active');
              else finish('cancelled');
              break;
            default:
              refuse(command, 'unknown');
          }
        };
        const hasCall = (callId: string): boolean =>
          session.items.some((item) => item.type === 'function_call' && item.call_id === callId);
        const settings = () => ({
          type: 'realtime',
          id: session.id,
          audio: { input: { turn_detection: session.isManual ? null : { type: 'server_vad' } } },
          ...(session.instructions === undefined ? {} : { instructions: session.instructions }),
        });
        subscriber.next({
          type: 'open',
          socket: {
            send(frame) {
              if (!session.isOpen) return;
              // What a new session is told comes at once, and is bounded otherwise.
              toldAt ??= clock.now();
              if (clock.now() > toldAt && String(frame).includes('buffer.append')) mostAhead = Math.max(mostAhead, stuckBytes);
              stuck.push(String(frame));
              stuckBytes += frame.length;
              if (!isStuck) flow();
            },
            get bufferedAmount() {
              return stuckBytes;
            },
          },
        });
        if (weather === 'mute') return;
        if (weather === 'cut') {
          later(latencyMs, () => cut(1011));
          return;
        }
        sessions.push(session);
        say({ type: 'session.created', session: settings() } satisfies { type: ServerEvent['type'] } & Record<string, unknown>);
      };
      return running;
    });

  return {
    openSocket,
    sessions,
    /** What it refused, and why. */
    refusals,
    /** Which sample value each response sounds with. */
    begun,
    /** The calls that were made. */
    calls,
    change(next: Weather): void {
      weather = next;
    },
    /** From now on nothing that is sent gets through; or all of it, and what has waited. */
    stick(isSo: boolean): void {
      isStuck = isSo;
      if (!isSo) for (const flow of [...flows]) flow();
    },
    /** The most that waited in a socket when audio was sent after it, in bytes. */
    get mostAhead() {
      return mostAhead;
    },
    /** Ends all sessions, or the one that was opened last. */
    drop(code: number, which: 'all' | 'last' = 'all'): void {
      for (const cut of which === 'all' ? [...cuts] : [...cuts].slice(-1)) cut(code);
    },
    /** Every session that is open answers what nobody asked. */
    mutter(): void {
      for (const one of [...mutters]) one();
    },
    get open() {
      return open;
    },
    get attempts() {
      return attempts;
    },
  };
};
