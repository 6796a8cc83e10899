import type { Tool } from './tool.js';

/** What somebody may speak of without naming it: a number, a time. */
export type SpokenKind = 'numbers' | 'time';

const numeral = `(?:\\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|\
twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|\
dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieciseis|diecisiete|dieciocho|diecinueve|\
veinte|veinti\\w+|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien|ciento|cientos|mil|millon|millones)`;
const number = new RegExp(`\\b${numeral}\\b(?: (?:y )?${numeral}\\b)*`, 'g');
const howMuch = /\bhow (?:many|much)\b|\bcuant[oa]s?\b/;
const time = new RegExp(
  `\\b(?:(?:at|by|until|at half past|for half past) ${numeral}|in (?:an?|half an|a few|${numeral}) (?:second|minute|hour|day|week)s?|\
tomorrow|tonight|(?:on|next) (?:mon|tues|wednes|thurs|fri|satur|sun)day|\
(?:a|para|hasta) las? ${numeral}|(?:dentro de|en) (?:una?|media|${numeral}) (?:segundo|minuto|hora|dia|semana)s?|\
manana|esta noche|el (?:lunes|martes|miercoles|jueves|viernes|sabado|domingo))\\b`,
);

/** The kinds that are in a text of plain words. Two numbers are something to reckon with, or one that is asked for. */
export const kindsSaid = (plain: string): ReadonlySet<SpokenKind> => {
  const kinds = new Set<SpokenKind>();
  const numbers = plain.match(number)?.length ?? 0;
  if (numbers > 1 || (numbers === 1 && howMuch.test(plain))) kinds.add('numbers');
  if (time.test(plain)) kinds.add('time');
  return kinds;
};

const ofNumbers = /(?:^|_)(?:expression|formula|amount|operands?|expresion|cantidad)(?:_|$)/i;
const ofTime = /(?:^|_)(?:time|date|datetime|when|due|hora|fecha|cuando)(?:_|$)/i;

/** The kinds that a tool takes, by the names of its parameters. */
export const kindsTaken = ({ parameters: { properties = {} } }: Tool): ReadonlySet<SpokenKind> => {
  const kinds = new Set<SpokenKind>();
  for (const key of Object.keys(properties)) {
    const name = key.replace(/([a-z])([A-Z])/g, '$1_$2');
    if (ofNumbers.test(name)) kinds.add('numbers');
    if (ofTime.test(name)) kinds.add('time');
  }
  return kinds;
};
