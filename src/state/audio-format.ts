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

const formatOf = (session: Session | undefined, side: 'input' | 'output'): WireFormat => {
  const format = (
    session as
      | { audio?: { [Side in typeof side]?: { format?: { type?: string; rate?: number } | null } | null } | null }
      | undefined
  )?.audio?.[side]?.format;
  if (format?.type === 'audio/pcmu') return pcmu;
  if (format?.type === 'audio/pcma') return pcma;
  return format?.rate === undefined || format.rate === pcm16.sampleRate ? pcm16 : { ...pcm16, sampleRate: format.rate };
};
