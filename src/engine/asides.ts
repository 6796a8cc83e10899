import type { Command } from '../events.js';
import type { ServerEventOf } from '../wire/server-event.js';
import { nameOf } from './say-aloud.js';

/** Responses beside the conversation, known by the names under which they were asked for. */
export interface Asides {
  /** A name to ask under; the audio may be kept from the loudspeaker. */
  name(isMuted: boolean): string;
  /** Whether what comes of this response is kept from the loudspeaker. */
  isMuted(responseId: string): boolean;
  /** Nobody waits for it any more: what stops it, now or when it has begun. */
  leave(name: string): readonly Command[];
  /** What follows from an event. */
  follow(event: ServerEventOf<'response.created' | 'response.done'>): readonly Command[];
}

interface Aside {
  readonly isMuted: boolean;
  isLeft: boolean;
  /** Once it has begun. */
  responseId?: string;
}

export const createAsides = (): Asides => {
  /** Those that were not told to be over. */
  const open = new Map<string, Aside>();
  let count = 0;

  return {
    name(isMuted) {
      const name = `rxvox_say_${++count}`;
      open.set(name, { isMuted, isLeft: false });
      return name;
    },
    isMuted: (id) => [...open.values()].some(({ isMuted, responseId }) => isMuted && responseId === id),
    leave(name) {
      const aside = open.get(name);
      if (aside) aside.isLeft = true;
      return stopped(aside);
    },
    follow(event) {
      if (event.type === 'response.created') {
        const aside = open.get(nameOf(event) ?? '');
        if (aside) aside.responseId = event.response.id ?? '';
        return stopped(aside);
      }
      for (const [name, { responseId }] of open) if (responseId === event.response.id) open.delete(name);
      return [];
    },
  };
};

const stopped = (aside: Aside | undefined): readonly Command[] => {
  const response_id = aside?.isLeft ? aside.responseId : undefined;
  if (response_id === undefined) return [];
  const flush: Command = { type: 'playout.flush', responseIds: [response_id] };
  return [{ type: 'response.cancel', response_id }, ...(aside?.isMuted ? [] : [flush])];
};
