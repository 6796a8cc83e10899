import type { EngineEvent } from './engine-event.js';
import { type EventOf, type EventPattern, isAbout } from './event-pattern.js';

/** What an engine has told. */
export interface EventHistory {
  add(event: EngineEvent): void;
  /** The latest events of a pattern, newest last. */
  latest<Pattern extends EventPattern>(pattern: Pattern, limit: number): readonly EventOf<Pattern>[];
}

/** How many events of a type are remembered, so that what is frequent does not drive out what is rare. */
export const rememberedEvents = 100;
/** Of those that hold audio, which would take megabytes. */
export const rememberedChunks = 10;

const chunks: ReadonlySet<string> = new Set(['audio.input_chunk', 'audio.output_chunk', 'response.output_audio.delta']);

interface Entry {
  readonly order: number;
  readonly event: EngineEvent;
}

/** Makes a memory of the last 100 events of each type; of audio, the last 10. */
export const eventHistory = (): EventHistory => {
  const entries = new Map<string, Entry[]>();
  let order = 0;

  return {
    add(event) {
      const { type } = event;
      const known = entries.get(type) ?? [];
      entries.set(type, known);
      order += 1;
      known.push({ order, event });
      if (known.length > (chunks.has(type) ? rememberedChunks : rememberedEvents)) known.shift();
    },
    latest<Pattern extends EventPattern>(pattern: Pattern, limit: number) {
      const found = [...entries].flatMap(([type, known]) => (isAbout(pattern, type) ? known : []));
      const newest = found.sort((one, other) => one.order - other.order).slice(-limit);
      // `isAbout` says what `EventOf` does.
      return (limit > 0 ? newest : []).map(({ event }) => event as EventOf<Pattern>);
    },
  };
};
