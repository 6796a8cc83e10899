import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { analyzeContext } from '../../operators/analyzeContext.js';
import type { VoiceEvent } from '../../src/events.js';
import { analyzer } from '../../src/lane-analyzer.js';
import { contextual, costAware, predictive } from '../../src/lane-modifiers.js';
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
import { toolVocabulary } from '../../src/tool-vocabulary.js';
import { tools } from '../lanes/utterances.js';
import { marbles } from '../marbles.js';

const heard = (item_id: string, transcript: string): VoiceEvent => ({
  type: 'conversation.item.input_audio_transcription.completed',
  event_id: 'e',
  item_id,
  content_index: 0,
  transcript,
});
const hearing = (item_id: string, delta: string): VoiceEvent => ({
  type: 'conversation.item.input_audio_transcription.delta',
  event_id: 'e',
  item_id,
  content_index: 0,
  delta,
});
const shown = (id: string, ...content: readonly { type: string; text?: string; image_url?: string }[]): VoiceEvent => ({
  type: 'conversation.item.added',
  event_id: 'e',
  item: { id, type: 'message', role: 'user', status: 'completed', content },
});
const called = (type: 'response.output_item.added' | 'response.output_item.done', name: string): VoiceEvent => ({
  type,
  event_id: 'e',
  response_id: 'r',
  output_index: 0,
  item: { id: 'call', type: 'function_call', call_id: 'c', name, arguments: '' },
});
const switched = (to: string): VoiceEvent => ({
  type: 'lane.switched',
  from: 'fast',
  to,
  reason: 'x',
  confidence: 1,
  heldFrames: 0,
  gapMs: 0,
});

const events: Record<string, VoiceEvent> = {
  a: called('response.output_item.added', 'get_weather'),
  d: called('response.output_item.done', 'get_weather'),
  w: heard('1', "What's the weather in Tokyo?"),
  W: heard('2', 'Is the weather nice?'),
  t: heard('3', 'How are you?'),
  n: heard('4', 'Put it in my notebook.'),
  k: heard('5', 'Añade esto a mi Pedido, por favor.'),
  s: heard('6', 'Could you take notes?'),
  f: heard('7', 'And tomorrow?'),
  p: hearing('8', "What's the wea"),
  q: hearing('8', 'ther in Tok'),
  r: hearing('8', 'yo?'),
  y: shown('9', { type: 'input_text', text: 'Play my song, please.' }),
  i: shown('10', { type: 'input_image', image_url: 'data:image/png;base64,AAAA' }),
  l: { type: 'lane.request', lane: 'mine' },
  B: switched('big'),
  F: switched('fast'),
  R: { type: 'response.created', event_id: 'e', response: { id: 'r', status: 'in_progress' } },
  P: { type: 'playout.started', itemId: 'i', responseId: 'r' },
  D: { type: 'playout.drained' },
  '5': { type: 'tool.succeeded', functionName: 'get_weather', callId: 'c', durationMs: 50 },
  '9': { type: 'tool.succeeded', functionName: 'get_weather', callId: 'c', durationMs: 450 },
  x: { type: 'turn.ended', reason: 'silence' },
};
const vocabulary = toolVocabulary(tools);

/** One letter a decision: the first of its lane, `m` of `mine`. */
const decides = (title: string, rules: readonly LaneRule[], source: string, expected: string) =>
  it(
    title,
    marbles((t) => {
      const events$ = t.hot(source, events);
      t.expectObservable(
        events$.pipe(
          analyzeContext(rules),
          map(({ lane }) => lane.slice(0, 1)),
        ),
      ).toBe(expected);
      t.expectSubscriptions(events$.subscriptions).toBe(`^${'-'.repeat(source.length - 2)}!`);
    }),
  );

describe('analyzeContext', () => {
  decides('goes to the big lane once for a call that is told twice', [functionCall], '-a-d-|', '-b---|');
  decides('goes where somebody asks to', [explicitRequest], '-l--l|', '-m--m|');
  decides('goes to the big lane for a picture', [multimodal], '-y-i-|', '---b-|');
  decides(
    'goes to the big lane for a reason of the application',
    [business((event) => event.type === 'turn.ended')],
    '-x-t-|',
    '-b---|',
  );
  decides('hears keywords as whole words, whatever their case and accents', [keywords(['note', 'pedido'])], '-n-k-|', '---b-|');
  decides('hears keywords while they are said', [keywords(['weather'])], '-p-q-r-|', '---b---|');
  decides('hears that words are to be written down', [transcriptionWanted()], '-t-s-|', '---b-|');
  decides('hears what a tool is for, typed or said, when all is said', [vocabulary], '-pqr-w-t-y-|', '-----b---b-|');
  decides('goes there before the turn ends where that is likely', [predictive()(vocabulary)], '-p-q-r-|', '---b---|');
  decides('waits for more where it is not likely enough', [predictive({ confidence: 0.9 })(vocabulary)], '-p-q-r-|', '-------|');
  decides('finds plain talk where nothing else is', [vocabulary, plainTalk], '-w-t-|', '-b-f-|');
  decides('stays when a tool is known to be quick', [costAware()(vocabulary)], '-w-5-W-|', '-b-----|');
  decides('learns the mean of what a tool takes', [costAware()(vocabulary)], '-5-9-W-|', '-----b-|');
  decides('stays when a tool is known to be too slow', [costAware({ latencyBudgetMs: 200 })(vocabulary)], '-9-w-|', '-----|');
  decides('stays when there is no money left', [costAware({ isAffordable: () => false })(vocabulary)], '-w-|', '---|');
  decides('returns for a follow-up to an answer of the big lane', [contextual(plainTalk)], '-B-R-F-f-|', '-------b-|');
  decides('finds nothing in a follow-up to an answer of the fast lane', [contextual(plainTalk)], '-R-f-|', '---f-|');
  decides('waits until the assistant is not heard any more', [contextual(vocabulary)], '-P-w---D-|', '-------b-|');
  decides('does not wait when somebody asks', [contextual(explicitRequest)], '-P-l---D-|', '---m-----|');
  decides('takes the first rule that decides', [explicitRequest, business(() => true)], '-l-|', '-m-|');

  it(
    'takes a rule that throws for one that found nothing',
    marbles((t) => {
      const broken: LaneRule = () => {
        throw new Error('no');
      };
      const lanes$ = t.hot('-w-#', events).pipe(
        analyzeContext([broken, vocabulary]),
        map(({ lane }) => lane),
      );
      t.expectObservable(lanes$).toBe('-b-#', { b: 'big' });
    }),
  );

  it(
    'asks an analyzer of the application, and says when it decided',
    marbles((t) => {
      const contexts: unknown[] = [];
      const rule = analyzer(
        (message, { lane, sinceSwitchMs, user, pendingTools }) => {
          contexts.push([lane, sinceSwitchMs, user, pendingTools]);
          return message.includes('weather') ? 'big_lane' : 'fast';
        },
        { user: { plan: 'gold' } },
      );
      t.expectObservable(t.hot('-B-w-t-|', events).pipe(analyzeContext([rule]))).toBe('---b-f-|', {
        b: { lane: 'big', reason: 'analyzer', confidence: 1, at: 60, itemId: '1' },
        f: { lane: 'fast', reason: 'analyzer', confidence: 1, at: 100, itemId: '3' },
      });
      t.flush();
      expect(contexts).toEqual([
        ['big', 40, { plan: 'gold' }, 0],
        ['big', 80, { plan: 'gold' }, 0],
      ]);
    }),
  );
});
