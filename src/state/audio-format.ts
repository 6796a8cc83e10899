import type { Hertz } from '../audio.js';
import type { Session } from '../wire/session.js';

/** How audio is written on the wire. */
export interface WireFormat {
  readonly encoding: 'pcm16' | 'pcmu' | 'pcma';
  readonly sampleRate: Hertz;
  readonly bytesPerSample: 1 | 2;
}

const pcm16: WireFormat = { encoding: 'pcm16', sampleRate: 24_000, bytesPerSample: 2 };
const pcmu: WireFormat = { encoding: 'pcmu', sampleRate: 8000, bytesPerSample: 1 };
const pcma: WireFormat = { encoding: 'pcma', sampleRate: 8000, bytesPerSample: 1 };

/** The format that the session takes; 24 kHz PCM16 where it does not say. */
export const inputFormatOf = (session: Session | undefined): WireFormat => formatOf(session, 'input');

/** The format in which the session answers; 24 kHz PCM16 where it does not say. */
export const outputFormatOf = (session: Session | undefined): WireFormat => formatOf(session, 'output');

/** The names of the beta, which Voice Live still uses. */
const flatFormats: Readonly<Record<string, WireFormat>> = { pcm16, g711_ulaw: pcmu, g711_alaw: pcma };

const formatOf = (session: Session | undefined, side: 'input' | 'output'): WireFormat => {
  const format = session?.audio?.[side]?.format;
  if (format?.type === 'audio/pcmu') return pcmu;
  if (format?.type === 'audio/pcma') return pcma;
  if (format?.rate !== undefined && format.rate !== pcm16.sampleRate) return { ...pcm16, sampleRate: format.rate };
  return flatFormats[session?.[`${side}_audio_format`] ?? ''] ?? pcm16;
};
