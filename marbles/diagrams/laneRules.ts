import { filter } from 'rxjs';
import { analyzeContext } from '../../operators/analyzeContext.js';
import type { LaneDecision, VoiceEvent } from '../../src/events.js';
import { analyzer } from '../../src/lane-analyzer.js';
import { contextual, predictive } from '../../src/lane-modifiers.js';
import {
  business,
  explicitRequest,
  functionCall,
  keywords,
  type LaneRule,
  multimodal,
  plainTalk,
  transcriptionWanted,
} from '../../src/lane-rules.js';
import { type Tool, tool } from '../../src/tool.js';
import { toolVocabulary } from '../../src/tool-vocabulary.js';
import type { LaneDiagram } from '../lane-diagram.js';

const getWeather: Tool = tool({
  name: 'get_weather',
  description: 'Weather forecast for a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
  run: () => undefined,
});
const vocabulary = toolVocabulary([getWeather]);

const by =
  (...rules: readonly LaneRule[]): LaneDiagram['apply'] =>
  (source) =>
    source.pipe(filter(isEvent), analyzeContext(rules));

const isEvent = (entry: LaneDecision | VoiceEvent): entry is VoiceEvent => 'type' in entry;

/** When each rule decides. */
export const laneRuleDiagrams: readonly LaneDiagram[] = [
  {
    title: 'A function call: known when the model begins to write it, and decided once.',
    code: 'analyzeContext([functionCall])',
    happens: '--R-c--d--D--',
    decides: '----b--------',
    meanings: { b: 'big: function_call' },
    apply: by(functionCall),
  },
  {
    title: 'Keywords: whole words, spoken or typed.',
    code: "analyzeContext([keywords(['invoice'])])",
    happens: '--h---k---t--',
    decides: '------b---b--',
    meanings: { b: 'big: keyword' },
    apply: by(keywords(['invoice'])),
  },
  {
    title: 'The words of a tool, taken from its name, description and parameters: when all is said.',
    code: 'analyzeContext([toolVocabulary([getWeather])])',
    happens: '--h---1--2--3--',
    decides: '------------b--',
    meanings: { b: 'big: tool_vocabulary' },
    apply: by(vocabulary),
  },
  {
    title: 'Predictive: the same, before the user has finished. The big lane is ready when the turn ends.',
    code: 'analyzeContext([predictive()(toolVocabulary([getWeather]))])',
    happens: '--h---1--2--3--',
    decides: '---------b-----',
    meanings: { b: 'big: tool_vocabulary' },
    apply: by(predictive()(vocabulary)),
  },
  {
    title: 'Predictive, to be surer than the words allow: waits for the end after all.',
    code: 'analyzeContext([predictive({ confidence: 0.95 })(toolVocabulary([getWeather]))])',
    happens: '--h---1--2--3--',
    decides: '------------b--',
    meanings: { b: 'big: tool_vocabulary' },
    apply: by(predictive({ confidence: 0.95 })(vocabulary)),
  },
  {
    title: 'Words are to be written down.',
    code: 'analyzeContext([transcriptionWanted()])',
    happens: '--h---n--',
    decides: '------b--',
    meanings: { b: 'big: transcription' },
    apply: by(transcriptionWanted()),
  },
  {
    title: 'A picture.',
    code: 'analyzeContext([multimodal])',
    happens: '--t---p--',
    decides: '------b--',
    meanings: { b: 'big: multimodal' },
    apply: by(multimodal),
  },
  {
    title: 'A reason of the application.',
    code: "analyzeContext([business(({ type }) => type === 'tool.timed_out')])",
    happens: '--h---e--',
    decides: '------b--',
    meanings: { b: 'big: business' },
    apply: by(business(({ type }) => type === 'tool.timed_out')),
  },
  {
    title: 'An explicit request: each of them counts.',
    code: 'analyzeContext([explicitRequest])',
    happens: '--h---q---q--',
    decides: '------b---b--',
    meanings: { b: 'big: lane.request' },
    apply: by(explicitRequest),
  },
  {
    title: 'Rules in order: the first that finds something decides. Talk in which none finds anything belongs to the fast lane.',
    code: 'analyzeContext([explicitRequest, toolVocabulary([getWeather]), plainTalk])',
    happens: '--w---h---q--',
    decides: '--b---f---q--',
    meanings: { b: 'big: tool_vocabulary', f: 'fast: plain_talk', q: 'big: lane.request' },
    apply: by(explicitRequest, vocabulary, plainTalk),
  },
  {
    title: 'In context: a short follow-up belongs to the lane of the answer before.',
    code: 'analyzeContext([contextual(plainTalk)])',
    happens: '--z---L-R-D-K---z--',
    decides: '--f-------------b--',
    meanings: { f: 'fast: plain_talk', b: 'big: follow_up' },
    apply: by(contextual(plainTalk)),
  },
  {
    title: 'In context: while the assistant is heard a decision waits; an explicit request does not.',
    code: 'analyzeContext([explicitRequest, toolVocabulary([getWeather])].map(contextual))',
    happens: '--H-w---Q---H-q---Q--',
    decides: '--------b-----q------',
    meanings: { b: 'big: tool_vocabulary', q: 'big: lane.request' },
    apply: by(...[explicitRequest, vocabulary].map(contextual)),
  },
  {
    title: 'An analyzer of your own in place of the rules about words.',
    code: "analyzeContext([analyzer((message) => (message.includes('?') ? 'big' : 'fast'))])",
    happens: '--w---k---t--',
    decides: '--b---f---b--',
    meanings: { b: 'big: analyzer', f: 'fast: analyzer' },
    apply: by(analyzer((message) => (message.includes('?') ? 'big' : 'fast'))),
  },
];
