import { inputFormatOf, outputFormatOf } from '../state/audio-format.js';
import type { Provider } from './provider.js';

/** Why providers cannot serve one conversation, in a few words, if they cannot: two of one name, other audio formats. */
export const misfitOf = (providers: readonly Provider[]): string | undefined => {
  const names = providers.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) return `two providers are called "${twice}"; give one of them another name`;
  const formats = providers.map(formatsOf);
  const other = formats.findIndex((format) => format !== formats[0]);
  return other < 0 ? undefined : `"${names[0]}" and "${names[other]}" have different audio formats; the session can have but one`;
};

const formatsOf = ({ capabilities: { input, output }, session }: Provider): string => {
  const settings = [inputFormatOf(session), outputFormatOf(session)];
  return JSON.stringify([input, output, ...settings].map(({ encoding, sampleRate }) => [encoding, sampleRate]));
};
