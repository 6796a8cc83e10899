/** What tells that the user begins to speak: the client's VAD, the service's, the rules of turns. */
export const floorBegins = ['speech.started', 'input_audio_buffer.speech_started', 'turn.started'] as const;

/** What tells that he is through. */
export const floorEnds = ['speech.stopped', 'input_audio_buffer.speech_stopped', 'turn.ended', 'turn.abandoned'] as const;

/** For whom the user has the floor; nobody, when he is quiet. */
export type Floors = ReadonlySet<string>;

export const noFloors: Floors = new Set();

/** Follows who gives him the floor and who takes it back: he is quiet when all say so who have said otherwise. */
export const floorsAfter = (floors: Floors, type: (typeof floorBegins)[number] | (typeof floorEnds)[number]): Floors => {
  const next = new Set(floors);
  if (type.endsWith('started')) next.add(floorOf(type));
  else next.delete(floorOf(type));
  return next;
};

const floorOf = (type: string): string => (type.startsWith('turn.') ? 'turn' : type.startsWith('speech.') ? 'client' : 'service');
