import type * as t from 'io-ts';
import * as E from '../either.js';
import { type Failure, refuse } from './failure.js';

/**
 * What the wire codec has against a value, named as the service names parameters; undefined where it takes it.
 *
 * @param root Name of the value itself, for example `response`.
 */
export const codecFailure = (codec: t.Mixed, value: unknown, root: string): Failure | undefined => {
  const decoded = codec.decode(value);
  if (E.isRight(decoded)) return undefined;
  // Numbers are places in unions and intersections: they are nothing to the client.
  const names = decoded.left[0]?.context.map(({ key }) => key).filter((key) => key !== '' && !/^\d+$/.test(key)) ?? [];
  const param = [root, ...names].join('.');
  return refuse('invalid_type', `Invalid type for '${param}'.`, param);
};
