import * as E from '../either.js';
import { faultTypes, fieldNamesOf, misfitFault, readField } from './check-fault.js';
import type { Fault } from './fault.js';

/** `retry-after` → `retryAfter`. */
const camel = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Reads a fault from a command line: its name, then `key=value` pairs, all separated by commas. Names are those of the
 * code, written with hyphens or underscores: `close,code=1012,on=response.created,connection=1`.
 *
 * @returns The fault, or one line that says what is wrong.
 */
export const parseFault = (spec: string): E.Either<string, Fault> => {
  const [first = '', ...pairs] = spec.split(',');
  const type = first.trim().replace(/-/g, '_');
  const known = fieldNamesOf(type);
  if (!known)
    return E.left(
      `there is no fault '${first.trim()}'; there are ${faultTypes.map((name) => name.replace(/_/g, '-')).join(', ')}`,
    );
  const fields: Record<string, unknown> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) return E.left(`'${pair}' is not key=value, in '${spec}'`);
    const name = camel(pair.slice(0, at).trim());
    if (!known.includes(name)) return E.left(`${first.trim()} has no '${kebab(name)}'; it has ${known.map(kebab).join(', ')}`);
    if (Object.hasOwn(fields, name)) return E.left(`'${kebab(name)}' stands twice in '${spec}'`);
    fields[name] = readField(type, name, pair.slice(at + 1));
  }
  const fault = { type, ...fields } as Fault;
  const misfit = misfitFault(fault);
  return misfit === undefined ? E.right(fault) : E.left(misfit);
};
