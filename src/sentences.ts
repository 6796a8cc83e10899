import type { OperatorFunction } from 'rxjs';
import { transform } from './transform.js';

/** The ends of sentences that something follows: a mark and a space, or a mark of a script that writes none. */
const ends = /[.!?؟।…]["'”’»)\]]*\s+|[。！？]["'”’»」』)\]]*\s*/gu;

/** Cuts pieces of text at ends of sentences: emits what is complete of each piece at once, and the rest when the source completes. */
export const sentences = (): OperatorFunction<string, string> =>
  transform(() => {
    let rest = '';
    const say = (text: string, emit: (words: string) => void): void => {
      const words = text.trim();
      if (words !== '') emit(words);
    };
    return {
      next(piece, emit) {
        rest += piece;
        const last = [...rest.matchAll(ends)].at(-1);
        if (!last) return;
        const end = last.index + last[0].length;
        say(rest.slice(0, end), emit);
        rest = rest.slice(end);
      },
      flush: (emit) => say(rest, emit),
    };
  });
