import type { Session } from '../wire/session.js';
import type { Capabilities } from './provider.js';

/** The session of a transport as it begins: the service finds the ends of turns. */
export const transportSession = ({ input, output }: Capabilities, id: string): Session => ({
  type: 'realtime',
  object: 'realtime.session',
  id,
  audio: {
    input: { format: formatOf(input), turn_detection: { type: 'server_vad' } },
    output: { format: formatOf(output) },
  },
});

const formatOf = ({ encoding, sampleRate }: Capabilities['input']) =>
  encoding === 'pcm16' ? { type: 'audio/pcm', rate: sampleRate } : { type: `audio/${encoding}` };

/** Settings after a change: what it does not name stays. */
export const withSettings = (session: Session, { audio, ...others }: Partial<Session>): Session => ({
  ...session,
  ...others,
  audio: {
    ...session.audio,
    ...audio,
    input: { ...session.audio?.input, ...audio?.input },
    output: { ...session.audio?.output, ...audio?.output },
  },
});
