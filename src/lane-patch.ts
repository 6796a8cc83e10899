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

/** What lanes want of the session, patch by patch; it remembers what settings were before any lane changed them. */
export interface LanePatches {
  /** A lane is entered, in a session that will be as `expected`. */
  enter(lane: Lane, expected: Settings): SessionPatch | undefined;
  /** The session is known, and before that lanes may have changed it: what the active lane wants again, if that differs. */
  learn(lane: Lane, session: Settings): SessionPatch | undefined;
}

/** Each patch names all settings that any lane names, but those of which it is not known what they were. */
export const lanePatches = (lanes: readonly Lane[]): LanePatches => {
  const named = new Set(lanes.flatMap(({ session }) => [...settingsOf(session).keys()]));
  const before = new Map<string, unknown>();
  const changed = new Set<string>();

  const patchFor = (own: Settings): SessionPatch | undefined => {
    const all = new Map([...before, ...own]);
    const settings = [...named].flatMap((path) => (all.has(path) ? [[path, all.get(path)] as const] : []));
    return settings.length > 0 ? patchOf(new Map(settings)) : undefined;
  };

  return {
    enter({ session }, expected) {
      const own = settingsOf(session);
      for (const path of own.keys()) {
        if (!changed.has(path) && expected.has(path)) before.set(path, expected.get(path));
        changed.add(path);
      }
      return patchFor(own);
    },
    learn({ session: patch }, session) {
      const own = settingsOf(patch);
      const learned = [...changed].filter((path) => !before.has(path) && session.has(path));
      for (const path of learned) before.set(path, session.get(path));
      return learned.some((path) => !own.has(path)) ? patchFor(own) : undefined;
    },
  };
};
