import { type LaneRule, plainWords } from './lane-rules.js';
import { kindsSaid, kindsTaken } from './spoken-kinds.js';
import type { Tool } from './tool.js';

/** Words of English and Spanish that say nothing of what a tool is for. */
const idle = new Set(
  plainWords(`a an the this that these those and or but of to in on at for from with without by as is are was be been it its
    i you he she we they my your his her our me him them do does did can could will would should have has had not no
    get set use used using make made give given name text value string number id list new old some any all one two
    what when where which who how why there here than then so if about into over up out off very more most also just
    un una unos unas el la los las lo y o pero de del al a en con sin por para como que es son era ser estar esta este esto
    yo tu el ella nosotros ellos mi tu su nuestro me te se le les no si ya muy mas tambien uno dos
    cual cuando donde quien cuanto hay hacer hace tener tiene dar poner pon quiero`),
);

/** How a request begins, or what is in it. */
const requests =
  /^(please|can you|could you|would you|will you|id like|i would like|i want|i need|let|dont let|tell me|show me|whats|what|how|is|are|will|when|where|has|have|did|do|por favor|puedes|podrias|quiero|necesito|me dices|dime|que|cual|cuanto|cuanta|cuantos|cuantas|cuando|donde|hay|va|ha|como)\b/;
/** Somebody is told to do something for somebody: "wake me", "despiértame". */
const orders = /^(?:[a-z]{2,} (?:me|him|her|them|us)|[a-z]{2,}(?:me|le|les|nos))\b/;
const polite = /\bplease$|\bpor favor$/;
/** Somebody who tells, and wants nothing. */
const tellings =
  /^(i (?!want|need|would like)|id (?!like)|the |you can |if |my |she |he |we |they |there was|it was|in order|thats |that |youre |you are |yo |mi |mis |me (?!dices|pones)|ella |eso |fue |el |ayer |puedes \w+r \w+ si |hace mucho|en |nos |lo |los |las |la )/;
const questions =
  /^(who|why|have you|do you|what does|how does|how do|can you explain|quien|por que|has \w+[ai]do |te |que significa|como se|me explicas|es dificil|is it hard)\b/;
const negations = /\b(dont|do not|no|never|not|stop|nunca|ningun|ninguna)\b|^(para|olvida|forget) /;
const urges = /^(dont let me|dont forget|que no se|no te olvides|no olvides)\b/;

/** Settings of `toolVocabulary`. */
export interface ToolVocabularyConfig {
  /**
   * How sure it must be, 0 to 1.
   * @default 0.7
   */
  readonly confidence?: number;
  /**
   * Further words of a tool, by its name: what people say who need it and do not name it.
   * @default none
   */
  readonly words?: Readonly<Record<string, readonly string[]>>;
}

/**
 * The user's words have to do with a tool: with those of its name, its description and its parameters, or with what these take: a time
 * where one is called `time` or `date`, numbers to reckon with where one is called `expression` or `amount`. Knows requests from
 * tales and from what somebody does not want, by their form, in English and Spanish. Acts on final words; `predictive` makes it act sooner.
 *
 * Tools are understood in the languages in which they are described.
 */
export const toolVocabulary = (
  tools: readonly Tool[],
  { confidence: needed = 0.7, words: further = {} }: ToolVocabularyConfig = {},
): LaneRule => {
  const vocabularies = tools.map((tool) => ({
    name: tool.name,
    words: vocabularyOf(textsOf(tool, further[tool.name])),
    kinds: kindsTaken(tool),
  }));
  return (_, { utterance }) => {
    if (!utterance?.isFinal) return undefined;
    const said = plainWords(utterance.text);
    const plain = said.join(' ');
    const form = formOf(plain, utterance.text);
    const kinds = kindsSaid(plain);
    let best: { readonly name: string; readonly confidence: number } | undefined;
    for (const { name, words, kinds: taken } of vocabularies) {
      const hits = said.filter((word) => !idle.has(word) && words.some((known) => isAkin(known, word))).length;
      // A number or a time counts less than a word of the tool.
      const isTaken = [...taken].some((kind) => kinds.has(kind));
      const found = Math.max(isTaken ? 0.05 : 0, 0.1 * Math.min(hits, 3));
      const confidence = found === 0 ? 0 : Math.max(0, Math.min(1, 0.5 + found + form));
      if (confidence >= needed && confidence > (best?.confidence ?? 0)) best = { name, confidence };
    }
    return best && { lane: 'big', reason: 'tool_vocabulary', confidence: best.confidence, tool: best.name };
  };
};

const textsOf = ({ name, description, parameters }: Tool, further: readonly string[] = []): readonly string[] => [
  name,
  description,
  ...Object.keys(parameters.properties ?? {}),
  ...further,
];

const vocabularyOf = (texts: readonly string[]): readonly string[] => {
  const words = texts.flatMap((text) => plainWords(text.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/_/g, ' ')));
  return [...new Set(words)].filter((word) => word.length > 2 && !idle.has(word));
};

/** What the form of the words says for a request, -0.5 to 0.3. */
const formOf = (plain: string, text: string): number => {
  if (urges.test(plain)) return 0.3;
  if (negations.test(plain) || questions.test(plain)) return -0.5;
  if (polite.test(plain)) return 0.2;
  if (tellings.test(plain)) return -0.3;
  if (text.includes('?') || requests.test(plain) || orders.test(plain)) return 0.2;
  return 0.1;
};

/** Whether two words are forms of one: they share all but their endings. */
const isAkin = (a: string, b: string): boolean => {
  if (a === b) return true;
  const shortest = Math.min(a.length, b.length);
  let same = 0;
  while (same < shortest && a[same] === b[same]) same++;
  return same >= 4 && same >= shortest - 1 && Math.max(a.length, b.length) - same <= 4;
};
