import type { EngineEvent } from './engine-event.js';

/** `audio` of `audio.stage_timings`; `conversation` and `conversation.item` of `conversation.item.added`. */
type PrefixOf<Type extends string> = Type extends `${infer First}.${infer Rest}` ? First | `${First}.${PrefixOf<Rest>}` : never;

/** Which events: those of a type, those whose type begins so (`connection.*`), or all (`*`). */
export type EventPattern = '*' | EngineEvent['type'] | `${PrefixOf<EngineEvent['type']>}.*`;

/** The events of a pattern. */
export type EventOf<Pattern extends EventPattern> = Pattern extends '*'
  ? EngineEvent
  : Pattern extends `${infer Prefix}.*`
    ? Extract<EngineEvent, { readonly type: `${Prefix}.${string}` }>
    : Extract<EngineEvent, { readonly type: Pattern }>;

/** Whether a pattern is about events of this type. */
export const isAbout = (pattern: string, type: string): boolean =>
  pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)));
