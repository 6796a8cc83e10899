import type { WireEvent } from './server-step.js';

/** Text that ends somewhere in the midst of the JSON: no beginning of an object is one. */
export const malformed = (event: WireEvent, random: number): string => {
  const text = JSON.stringify(event);
  return text.slice(0, 1 + Math.floor(random * (text.length - 1)));
};

const otherThan = (value: unknown): unknown => {
  if (typeof value === 'string') return value.length;
  return typeof value === 'number' ? String(value) : 'wrong';
};

/** The event with a field of another type, or without it; as it is where there is no such field. */
export const mistyped = (event: WireEvent, field: string | undefined, random: number): WireEvent => {
  const fields = Object.entries(event).filter(([name]) => name !== 'type');
  const at = field === undefined ? Math.floor(random * fields.length) : fields.findIndex(([name]) => name === field);
  const [name, value] = fields[at] ?? [];
  if (name === undefined) return event;
  // What is left of the random number, once it has chosen the field.
  const removes = field === undefined && (random * fields.length) % 1 < 0.5;
  const others = fields.filter(([other]) => other !== name);
  return { type: event.type, ...Object.fromEntries(removes ? others : [...others, [name, otherThan(value)]]) };
};

const withDelta = (event: WireEvent, change: (delta: string) => string): WireEvent => {
  const { delta } = event as { readonly delta?: unknown };
  return typeof delta === 'string' ? ({ ...event, delta: change(delta) } as WireEvent) : event;
};

/** Characters in `delta` that base64 has not; decoders that are lenient pass over them. */
export const badBase64 = (event: WireEvent): WireEvent =>
  withDelta(event, (delta) => `${delta.slice(0, delta.length >> 1)}*~ä!${delta.slice((delta.length >> 1) + 4)}`);

/** `delta` cut to an odd number of bytes, in good base64. */
export const oddBytes = (event: WireEvent): WireEvent =>
  withDelta(event, (delta) => {
    const groups = Math.max(0, Math.floor(delta.length / 4) - 1);
    // Three bytes a group; one byte more where that is an even number.
    return delta.slice(0, 4 * groups) + (groups % 2 === 0 ? 'AA==' : '');
  });

/** An event that no client can know. */
export const unknownEvent: WireEvent = { type: 'rxvox.unknown_event' };

/** An event of at least this many bytes, which no client can know. */
export const giantEvent = (bytes: number): WireEvent => ({ type: 'rxvox.giant', padding: 'x'.repeat(bytes) }) as WireEvent;
