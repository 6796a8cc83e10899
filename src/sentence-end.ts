/** Words after which more is to come; English, and others may be given. */
export const trailingWords: readonly string[] = [
  'a',
  'an',
  'and',
  'as',
  'at',
  'because',
  'but',
  'for',
  'from',
  'if',
  'in',
  'my',
  'of',
  'or',
  'so',
  'than',
  'that',
  'the',
  'then',
  'to',
  'uh',
  'um',
  'when',
  'with',
];

/** Whether the words end a sentence: with a full stop, question or exclamation mark of any script, not an ellipsis, and no trailing word. */
export const endsSentence = (text: string, trailing: ReadonlySet<string>): boolean => {
  const words = text.trimEnd().replace(/["'”’»)\]]+$/u, '');
  if (!/[.!?。！？؟।]$/u.test(words) || /(\.\.|…)$/u.test(words)) return false;
  const last = /([\p{L}\p{N}'’-]+)[^\p{L}\p{N}]*$/u.exec(words)?.[1];
  return last !== undefined && !trailing.has(last.toLowerCase());
};
