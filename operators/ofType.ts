import type { OperatorFunction } from 'rxjs';
import { onlyTypes } from '../src/dispatch.js';
import type { OfType } from '../src/events.js';

/**
 * Lets through the events or commands of these types, and narrows their TypeScript type.
 *
 * On the events that `realtime` gives its epics it is a map look-up per event; on any other stream a filter.
 */
export function ofType<Entry extends { readonly type: string }, Type extends Entry['type']>(
  ...types: readonly [Type, ...Type[]]
): OperatorFunction<Entry, OfType<Entry, Type>> {
  const only = onlyTypes<Entry>(new Set<string>(types));
  return (source) => only(source) as ReturnType<OperatorFunction<Entry, OfType<Entry, Type>>>;
}
