import { describe, expect, it } from 'vitest';
import { converseDiagrams } from '../../marbles/diagrams/converse.js';
import { hysteresisDiagrams } from '../../marbles/diagrams/hysteresis.js';
import { laneRuleDiagrams } from '../../marbles/diagrams/laneRules.js';
import { switchLanesDiagrams } from '../../marbles/diagrams/switchLanes.js';
import { toolLaneDiagrams } from '../../marbles/diagrams/toolLanes.js';
import { printLanes } from '../../marbles/lane-diagram.js';
import { printLanesConversation } from '../../marbles/lanes-conversation.js';
import { printSwitch } from '../../marbles/switch-diagram.js';
import { printToolLanes } from '../../marbles/tool-lane-diagram.js';

const chapter = (name: string, words: string, diagrams: readonly string[]): string =>
  [`## ${name}`, words, ...diagrams.map((diagram) => `\`\`\`\n${diagram}\n\`\`\``)].join('\n\n');

const page = [
  '# Timing of lanes',
  'Made from the tests (`npx vitest run test/docs -u`), each of which holds its operators to the diagram. Time goes to the right, one character is 20 ms, what is in parentheses happens at one moment. `|` is the end.',
  'A conversation begins in the **fast** lane, which does nothing to the audio. What needs more runs in the **big** lane, and lanes of your own stand beside them. Rules find in what happens a reason to be in a lane, `hysteresis` keeps their decisions from flapping, `switchLanes` changes lanes, and `laneSession` lets the session follow. What lanes are for: [lanes](lanes.md).',
  chapter(
    'When answers start',
    'A conversation with 100 ms to decide and no cool-down. The service `o` opens, `c` session created, `m` has the user’s words, `p` understood "How are you?", `w` "What\'s the weather" so far, `W` "What\'s the weather in Tokyo?"; `r` an answer begins, `a` 100 ms of its audio, `A` the end of the audio, `d` the answer is over, `x` cancelled. The user `S` begins to speak, `E` stops; `s` and `e` the same for a sound of 60 ms. Lanes: `B` `F` the big and the fast one are found to be needed, `b` `f` are entered, `o` nothing was found in time. Sent are `u` settings, `m` the end of the turn, `q` a request for an answer, `x` a cancellation, `D` a deletion.',
    converseDiagrams.map(printLanesConversation),
  ),
  chapter(
    'Rules: which lane it is to be',
    'What happens goes in, decisions come out, each with its lane and its reason.',
    laneRuleDiagrams.map(printLanes),
  ),
  chapter(
    'hysteresis: when it is decided',
    'Decisions of the rules go in, and what happens; decisions that count come out. The cool-down is 500 ms and the time-out of the big lane 5 s, unless said otherwise; here they are short, to fit on a line.',
    hysteresisDiagrams.map(printLanes),
  ),
  chapter(
    'switchLanes: where the audio goes',
    'A letter is a frame of 120 ms, so that there is room to draw what comes out at one moment: `a` the first, `b` the second. What comes out as a capital letter has been through the big lane.',
    switchLanesDiagrams.map(printSwitch),
  ),
  chapter(
    'Lanes and tools: a function call',
    'The service `o` opens, `c` session created, `r` an answer begins, `k` it begins to call a function, `l` the call is complete, `d` this answer is over, `i` the result is in the conversation, `R` `D` another answer begins and is over. Somebody asks for the `f` fast lane. Lanes: `b` the big one is entered, `f` the fast one. The tool `^` begins and `!` is over, or is stopped. Sent are `b` `f` the settings of a lane, `o` the result of the call, `x` that it was cancelled, `q` a request for an answer.',
    toolLaneDiagrams.map(printToolLanes),
  ),
].join('\n\n');

describe('docs/lane-timing.md', () => {
  it('says what the tested diagrams say', async () => {
    await expect(`${page}\n`).toMatchFileSnapshot('../../docs/lane-timing.md');
  });
});
