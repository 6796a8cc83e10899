import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ConversationDiagram, printConversation } from '../../marbles/conversation-diagram.js';
import { bargeInDiagrams } from '../../marbles/diagrams/bargeIn.js';
import { frameDiagrams } from '../../marbles/diagrams/frame.js';
import { gateSpeechDiagrams } from '../../marbles/diagrams/gateSpeech.js';
import { turnStrategyDiagrams } from '../../marbles/diagrams/turnStrategy.js';
import { vadDiagrams } from '../../marbles/diagrams/vad.js';
import { printDiagram, type TimingDiagram } from '../../marbles/timing-diagram.js';
import { printTurns, type TurnDiagram } from '../../marbles/turn-diagram.js';

const chapter = (name: string, diagrams: readonly TimingDiagram[]): string =>
  [`## ${name}`, ...diagrams.map((diagram) => `\`\`\`\n${printDiagram(diagram)}\n\`\`\``)].join('\n\n');

const conversations = (name: string, diagrams: readonly ConversationDiagram[]): string =>
  [
    `## ${name}`,
    'The service says `o` opens, `c` session created, `r` response begins, `a` `b` 100 ms of audio of an item, `A` `B` the end of it, `d` done, `x` cancelled; the user `S` begins to speak. Sent are `x` cancel, `t` truncate, `D` delete.',
    ...diagrams.map((diagram) => `\`\`\`\n${printConversation(diagram)}\n\`\`\``),
  ].join('\n\n');

const turns = (name: string, diagrams: readonly TurnDiagram[]): string =>
  [
    `## ${name}`,
    'The user `S` begins to speak, `P` has spoken 100 ms more, `E` has spoken, `k` makes a sound of 60 ms, `D` `U` presses and lets go of a key. The service `o` opens; session created with turns of `c` the client, `v` the service, `n` the service without answers; `1` `2` hears speech begin and end, `m` has committed, `r` `d` response begins and is done; words: `w` "And then", `x` " because.", `y` "Hey, Rex! ", `z` "What time is it?". Turns `s` start, `e` end, `x` are abandoned. Sent are `m` commit, `q` ask for a response, `c` clear.',
    ...diagrams.map((diagram) => `\`\`\`\n${printTurns(diagram)}\n\`\`\``),
  ].join('\n\n');

const page = [
  '# Timing',
  'Made from the tests (`npx vitest run test/docs -u`), each of which holds its operator to the diagram. One character is 20 ms: `.` silence, `s` speech, `-` a gap of the device, `|` the end. Lanes have [a page of their own](lane-timing.md).',
  chapter('vad', vadDiagrams),
  chapter('gateSpeech', gateSpeechDiagrams),
  chapter('frame', frameDiagrams),
  conversations('bargeIn', bargeInDiagrams),
  turns('turnStrategy', turnStrategyDiagrams),
].join('\n\n');

describe('docs/timing.md', () => {
  it('says what the tested diagrams say', async () => {
    await expect(`${page}\n`).toMatchFileSnapshot('../../docs/timing.md');
  });
});

/** Rows of marbles in the guides, without their label and what explains them. */
const rowsOf = (guide: string): readonly string[] =>
  [
    ...readFileSync(new URL(`../../docs/${guide}`, import.meta.url), 'utf8').matchAll(/^\S+ +(\S*(?:--|\.\.)\S+)(?: {4}|$)/gm),
  ].map(([, row = '']) => row);

describe('a diagram in a guide', () => {
  it.each([
    ['turns.md', 4],
    ['vad.md', 2],
  ])('of %s is one of the tested', (guide, count) => {
    const rows = rowsOf(guide);
    expect(rows).toHaveLength(count);
    expect(rows.filter((row) => !page.includes(`${row}\n`))).toEqual([]);
  });
});
