import type { Command, VoiceEvent } from '../events.js';
import { nameOf } from './say-aloud.js';

/** Responses beside the conversation, known by the names under which they were asked for. */
export interface Asides {
  /** A name to ask under; the audio may be kept from the loudspeaker. */
  name(config: { readonly isMuted: boolean }): string;
  isMuted(responseId: string): boolean;
  /** Nobody waits for it any more: what stops it, now or when it has begun. */
  leave(name: string): readonly Command[];
  /** What follows from an event. */
  follow(event: VoiceEvent): readonly Command[];
}

interface Aside {
  readonly isMuted: boolean;
  readonly isLeft: boolean;
  /** Once it has begun. */
  readonly responseId?: string;
}

export const createAsides = (): Asides => {
  /** Those that were not told to be over. */
  const open = new Map<string, Aside>();
  const muted = new Set<string>();
  let count = 0;

  const change = (name: string, news: Partial<Aside>): readonly Command[] => {
    const before = open.get(name);
    if (!before) return [];
    const aside = { ...before, ...news };
    open.set(name, aside);
    return stopped(aside);
  };

  return {
    name({ isMuted }) {
      const name = `say_${++count}`;
      open.set(name, { isMuted, isLeft: false });
      return name;
    },
    isMuted: (responseId) => muted.has(responseId),
    leave: (name) => change(name, { isLeft: true }),
    follow(event) {
      switch (event.type) {
        case 'response.created': {
          const name = nameOf(event) ?? '';
          const responseId = event.response.id ?? '';
          if (open.get(name)?.isMuted) muted.add(responseId);
          return change(name, { responseId });
        }
        case 'response.done':
          for (const [name, { responseId }] of open) if (responseId === event.response.id) open.delete(name);
          return [];
        default:
          return [];
      }
    },
  };
};

const stopped = ({ isMuted, isLeft, responseId }: Aside): readonly Command[] => {
  if (!isLeft || responseId === undefined) return [];
  const cancel: Command = { type: 'response.cancel', response_id: responseId };
  return isMuted ? [cancel] : [cancel, { type: 'playout.flush', responseIds: [responseId] }];
};
