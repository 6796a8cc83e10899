import { concatMap, type Observable } from 'rxjs';
import { detectTurns } from '../../operators/detectTurns.js';
import { limitBudget } from '../../operators/limitBudget.js';
import { ofType } from '../../operators/ofType.js';
import { transcripts } from '../../operators/transcripts.js';
import { watchStalls } from '../../operators/watchStalls.js';
import type { Epic } from '../epic.js';
import type { LaneAnalyzer } from '../lane-analyzer.js';
import { type Tool, toolDeclarations } from '../tool.js';
import type { ClientEvent, ClientEventOf } from '../wire/client-event.js';
import type { Call } from './call.js';
import type { CostEstimate } from './cost.js';
import type { EngineSettings } from './engine-config.js';
import type { CallSetup } from './engine-core.js';
import { engineLanes } from './engine-lanes.js';
import { askFirst } from './engine-tools.js';
import { importCommands } from './exported-state.js';
import { offeredTools } from './offered-tools.js';
import type { Platform } from './platform.js';
import { engineSessionConfig, type SessionConfig, sessionPatch, usualTranscription } from './session-config.js';

/** What holds for the conversations of an engine and may change: tools, settings, who decides about lanes, what was imported. */
export interface EngineSession {
  /** What the next conversation is made of. */
  setup(): CallSetup;
  /** Changes settings of this conversation; emits as `Call.ask` does. Its tools run when the provider has taken them. */
  updateSession(call: Call, config: SessionConfig): Observable<true>;
  /** Lets the model call a function, from now on. */
  registerTool(added: Tool): void;
  /** Who decides about lanes in place of the triggers. */
  analyzer: LaneAnalyzer | undefined;
  /** Tells the conversation that is open, else the next one, what was exported. */
  importState(exported: unknown): void;
}

export interface EngineSessionConfig {
  readonly settings: EngineSettings;
  readonly platform: Platform;
  /** What was used so far costs this. */
  cost(): CostEstimate;
  /** The conversation that is open. */
  call(): Call | undefined;
  /** Told of each setting that cannot be sent, once. */
  warn(warning: string): void;
}

export const engineSession = ({ settings, platform, cost, call, warn }: EngineSessionConfig): EngineSession => {
  const { budgetUsd, mode, onFunctionCall } = settings;
  const tools = offeredTools(settings.tools, () => call()?.state().conversation.activeResponseId);
  let imported: readonly ClientEvent[] = [];
  const warned = new Set<string>();

  const updateOf = (config: SessionConfig): ClientEventOf<'session.update'> => {
    const { patch, warnings } = sessionPatch(config);
    for (const warning of warnings.filter((each) => !warned.has(each))) {
      warned.add(warning);
      warn(warning);
    }
    return { type: 'session.update', session: patch };
  };
  // Not before: an engine that could not connect may be connected again.
  const forgetImported: Epic = (events$) =>
    events$.pipe(
      ofType('connection.established'),
      concatMap(() => {
        imported = [];
        return [];
      }),
    );

  const session: EngineSession = {
    analyzer: settings.switchAnalyzer,
    setup() {
      const declared = tools.declared();
      return {
        findTool: onFunctionCall ? askFirst(onFunctionCall, tools.find) : tools.find,
        lanes: engineLanes(settings, { tools: declared, analyzer: () => session.analyzer }),
        greeting: [
          ...(mode === 'provider' ? [] : [updateOf(engineSessionConfig(settings, declared, session.analyzer))]),
          ...imported,
        ],
        epics: [
          forgetImported,
          detectTurns,
          transcripts({ words: platform.loudspeaker ? 'heard' : 'received' }),
          watchStalls(),
          ...(budgetUsd === undefined
            ? []
            : [limitBudget({ usd: budgetUsd, costOf: () => cost().total, unpricedOf: () => cost().unpriced })]),
        ],
      };
    },
    updateSession(open, { transcription, ...config }) {
      const words = transcription === true ? usualTranscription(settings) : transcription;
      const asked$ = open.ask(updateOf(words === undefined ? config : { ...config, transcription: words }));
      return config.tools ? asked$.pipe(tools.replace(config.tools)) : asked$;
    },
    registerTool(added) {
      tools.add(added);
      call()?.send({ type: 'session.update', session: { tools: toolDeclarations(tools.declared()) } });
    },
    importState(exported) {
      const commands = importCommands(exported);
      const open = call();
      if (open) open.send(...commands);
      else imported = commands;
    },
  };
  return session;
};
