import type { Lane } from './lane.js';
import type { SessionState } from './state/session-state.js';
import type { SessionPatch } from './wire/session.js';

/** Settings by where they stand: `instructions`, `audio.input.transcription`. */
export type Settings = ReadonlyMap<string, unknown>;

/** `audio` is merged by the service, member by member, down to these; what stands deeper is replaced as a whole. */
const branches: ReadonlySet<string> = new Set(['', 'audio', 'audio.input', 'audio.output']);

/** The settings that a patch, or a session, names. */
export const settingsOf = (patch: object | undefined, path = ''): Settings =>
  new Map(
    Object.entries(patch ?? {}).flatMap(([key, value]: readonly [string, unknown]): readonly (readonly [string, unknown])[] => {
      const place = path === '' ? key : `${path}.${key}`;
      if (branches.has(place) && typeof value === 'object' && value !== null) return [...settingsOf(value, place)];
      return value === undefined ? [] : [[place, value]];
    }),
  );

/** The settings of the session as it will be when all that was sent is answered. */
export const expectedSettings = ({ conversation: { session, unacknowledged } }: SessionState): Settings => {
  const sent = unacknowledged.flatMap((command) => (command.type === 'session.update' ? [...settingsOf(command.session)] : []));
  return new Map([...settingsOf(session), ...sent]);
};

/** A patch of these settings. */
export const patchOf = (settings: Settings): SessionPatch => {
  const patch: Record<string, unknown> = {};
  for (const [path, value] of settings) {
    const keys = path.split('.');
    const last = keys.pop() ?? path;
    let place = patch;
    for (const key of keys) {
      place[key] ??= {};
      place = place[key] as Record<string, unknown>;
    }
    place[last] = value;
  }
  return patch;
};

/**
 * What a lane wants of the session: its own settings, and for each that only other lanes name what it was before any lane changed it. A setting of which
 * that is not known is left as it is.
 */
export const laneSettings = (own: Settings, named: ReadonlySet<string>, base: Settings): Settings =>
  new Map(
    [...named].flatMap((path): readonly (readonly [string, unknown])[] => {
      if (own.has(path)) return [[path, own.get(path)]];
      return base.has(path) ? [[path, base.get(path)]] : [];
    }),
  );

/** Whether answers of two lanes differ: their settings do, or one of them answers by itself. */
export const differingLanes =
  (lanes: readonly Lane[]): ((from: string, to: string) => boolean) =>
  (from, to) => {
    const [a, b] = [from, to].map((wanted) => lanes.find(({ name }) => name === wanted));
    const isAlike = JSON.stringify(a?.session) === JSON.stringify(b?.session) && a?.isDelegating === b?.isDelegating;
    return a !== b && !isAlike;
  };
