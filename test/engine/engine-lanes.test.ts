import { identity, map, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { analyzeContext } from '../../operators/analyzeContext.js';
import type { VoiceFrame } from '../../src/audio.js';
import { engineSettings, type VoiceEngineConfig } from '../../src/engine/engine-config.js';
import { type EngineLanesConfig, engineLanes } from '../../src/engine/engine-lanes.js';
import type { LaneDecision, VoiceEvent } from '../../src/events.js';
import type { LaneAnalyzer, SwitchContext } from '../../src/lane-analyzer.js';
import { tool } from '../../src/tool.js';

const weather = tool({
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
  run: () => '',
});
const lanesOf = (config: VoiceEngineConfig, more: Partial<EngineLanesConfig> = {}) =>
  engineLanes(engineSettings(config), { tools: config.tools ?? [], analyzer: () => undefined, ...more });
const namesOf = (config: VoiceEngineConfig, more?: Partial<EngineLanesConfig>) =>
  lanesOf(config, more).lanes?.map(({ name }) => name);
let items = 0;
const said = (transcript: string): VoiceEvent => ({
  type: 'conversation.item.input_audio_transcription.completed',
  item_id: `item_${items++}`,
  content_index: 0,
  transcript,
});
const saying = (delta: string): VoiceEvent => ({
  type: 'conversation.item.input_audio_transcription.delta',
  item_id: `item_${items++}`,
  delta,
});
/** What these settings decide at an event, as `reason lane`. */
const decided = (config: VoiceEngineConfig, event: VoiceEvent, more?: Partial<EngineLanesConfig>, lane = 'fast') => {
  const decisions: LaneDecision[] = [];
  const { rules = [] } = lanesOf({ mode: 'dynamic', ...config }, more);
  of(event)
    .pipe(analyzeContext(rules, { lane }))
    .subscribe((decision) => decisions.push(decision));
  return decisions.map(({ reason, lane: to }) => `${reason} ${to}`).join();
};
const calling: VoiceEvent = {
  type: 'response.output_item.added',
  response_id: 'resp_1',
  output_index: 0,
  item: { type: 'function_call', id: 'item_call', call_id: 'call_1', name: 'get_weather', arguments: '' },
};
const picture: VoiceEvent = {
  type: 'conversation.item.added',
  item: { id: 'item_picture', type: 'message', role: 'user', content: [{ type: 'input_image', image_url: 'data:' }] },
};

describe('engineLanes', () => {
  it('has the lanes of the mode', () => {
    expect(namesOf({ mode: 'fast' })).toEqual(['fast']);
    expect(namesOf({ mode: 'big' })).toEqual(['big']);
    expect(namesOf({ mode: 'dynamic' })).toEqual(['fast', 'big']);
    expect(namesOf({ mode: 'provider' })).toEqual(['provider']);
    expect(lanesOf({ mode: 'fast' })).not.toHaveProperty('rules');
  });

  it.each<[VoiceEngineConfig, Partial<EngineLanesConfig>, string]>([
    [{}, {}, 'fast'],
    [{ tools: [weather] }, {}, 'fast,big'],
    [{}, { tools: [weather] }, 'fast,big'],
    [{ switchTriggers: { keywords: ['invoice'] } }, {}, 'fast,big'],
    [{ switchTriggers: { keywords: [], multimodal: false } }, {}, 'fast'],
    [{ switchAnalyzer: () => 'fast' }, {}, 'fast,big'],
    [{ tools: [weather], mode: 'fast' }, {}, 'fast'],
  ])('is dynamic when a tool, a trigger or an analyzer is given and mode is not (%#)', (config, more, expected) => {
    expect(namesOf(config, more)?.join()).toBe(expected);
  });

  it('is dynamic where only an analyzer was set later', () => {
    expect(namesOf({}, { analyzer: () => () => 'big' })).toEqual(['fast', 'big']);
  });

  it('hands cool-down, preference and time-out to hysteresis, and the wait for words to converse', () => {
    const config = { switchCooldownMs: 1, preferFastLane: false, bigLaneTimeoutMs: 2, onBigLaneTimeout: 'abort' } as const;
    expect(lanesOf({ mode: 'dynamic', ...config })).toMatchObject({
      hysteresis: { cooldownMs: 1, preferFast: false, bigLaneTimeoutMs: 2, onTimeout: 'abort' },
      decideWithinMs: 150,
    });
    expect(lanesOf({ mode: 'dynamic', latencyMode: 'ultra_low' }).decideWithinMs).toBe(0);
  });

  it('switches for what the triggers say, and not for those that are off', () => {
    const triggers = { functionCalls: false, transcription: false, audioProcessing: false, multimodal: false };
    const off = { switchTriggers: triggers };
    expect([decided({}, calling), decided(off, calling)]).toEqual(['function_call big', '']);
    expect([decided({}, picture), decided(off, picture)]).toEqual(['multimodal big', '']);
    const note = 'Please take notes of this.';
    expect([decided({}, said(note)), decided(off, said(note))]).toEqual(['transcription big', 'plain_talk fast']);
    const noise = 'There is too much noise here.';
    expect([decided({}, said(noise)), decided(off, said(noise))]).toEqual(['audio_processing big', 'plain_talk fast']);
    const rain = 'What is the weather in Oslo?';
    expect(decided({ tools: [weather] }, said(rain))).toMatch(/ big$/);
    expect(decided({ tools: [weather], ...off }, said(rain))).toBe('plain_talk fast');
  });

  it('switches for keywords and for business', () => {
    expect(decided({ switchTriggers: { keywords: ['invoice'] } }, said('Where is my invoice?'))).toBe('keyword big');
    const business = (event: VoiceEvent) => event.type === 'turn.user_away';
    expect(decided({ switchTriggers: { business } }, { type: 'turn.user_away', silentMs: 1 })).toBe('business big');
  });

  it('switches for a request whatever the triggers say', () => {
    expect(decided({ switchTriggers: { functionCalls: false } }, { type: 'lane.request', lane: 'big' })).toBe('lane.request big');
  });

  it('acts on words that may still go on, when it is sure enough', () => {
    const config = { switchTriggers: { keywords: ['invoice'] } };
    expect(decided(config, saying('my invoice'))).toBe('keyword big');
    expect(decided({ ...config, predictionConfidence: 0.95 }, saying('my invoice'))).toBe('');
    expect(decided({ ...config, predictiveSwitching: false }, saying('my invoice'))).toBe('');
    expect(decided({ ...config, predictiveSwitching: false }, said('my invoice'))).toBe('keyword big');
  });

  it('finds plain talk at once, so that answers do not wait, and stays where it is unless the fast lane is preferred', () => {
    expect(decided({}, said('Good morning.'), {}, 'big')).toBe('plain_talk fast');
    expect(decided({ preferFastLane: false }, said('Good morning.'), {}, 'big')).toBe('plain_talk big');
  });

  it('asks the analyzer of the moment in place of its own rules about words', () => {
    let analyze: LaneAnalyzer | undefined;
    const more = { analyzer: () => analyze };
    const { rules = [] } = lanesOf({ mode: 'dynamic', metadata: { plan: 'gold' }, latencyMode: 'quality' }, more);
    const contexts: SwitchContext[] = [];
    const found = (event: VoiceEvent) => {
      const lanes: string[] = [];
      of(event)
        .pipe(analyzeContext(rules))
        .subscribe(({ lane, reason }) => lanes.push(`${reason} ${lane}`));
      return lanes.join();
    };
    expect(found(said('Take notes.'))).toBe('transcription big');
    analyze = (_, context) => {
      contexts.push(context);
      return 'fast_lane';
    };
    expect(found(said('Take notes.'))).toBe('analyzer fast');
    expect(contexts).toMatchObject([{ text: 'Take notes.', user: { plan: 'gold' }, latencyBudgetMs: 500, lane: 'fast' }]);
    expect(found(saying('Please take notes'))).toBe('');
    expect(found(calling)).toBe('function_call big');
    analyze = undefined;
    expect(found(said('Take notes.'))).toBe('transcription big');
  });

  it('gives keywords of the application before the analyzer', () => {
    const config = { switchTriggers: { keywords: ['invoice'] } };
    expect(decided(config, said('my invoice'), { analyzer: () => () => 'fast' })).toBe('keyword big');
  });

  it('does not switch for work that is below switchThresholdMs', () => {
    const events: readonly VoiceEvent[] = [
      { type: 'tool.succeeded', functionName: 'get_weather', callId: 'call_0', durationMs: 50 },
      calling,
    ];
    const countOf = (switchThresholdMs: number) => {
      let count = 0;
      of(...events)
        .pipe(analyzeContext(lanesOf({ mode: 'dynamic', switchThresholdMs }).rules ?? []))
        .subscribe(() => {
          count += 1;
        });
      return count;
    };
    expect([countOf(40), countOf(60)]).toEqual([1, 0]);
  });

  it('treats the audio of the big lane alone', () => {
    const audio = map((frame: VoiceFrame) => frame);
    const [fast, big] = lanesOf({ mode: 'dynamic' }, { audio }).lanes ?? [];
    expect(fast?.audio).toBe(identity);
    expect(big?.audio).toBe(audio);
  });
});
