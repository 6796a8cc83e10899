import type { VoiceEvent } from '../events.js';

/** What still needs a lane: responses that are open, and function calls without an output. */
export interface LaneHold {
  readonly responses: ReadonlySet<string>;
  readonly calls: ReadonlySet<string>;
}

export const noHold: LaneHold = { responses: new Set(), calls: new Set() };

/** Follows what needs a lane; the same one where nothing changed. */
export const laneHold = (hold: LaneHold, event: VoiceEvent): LaneHold => {
  switch (event.type) {
    case 'response.created':
      return { ...hold, responses: new Set(hold.responses).add(event.response.id ?? '') };
    case 'response.done':
      return { ...hold, responses: without(hold.responses, event.response.id ?? '') };
    case 'response.output_item.done':
    case 'conversation.item.added':
    case 'conversation.item.created':
    case 'conversation.item.done':
      return withItem(hold, event.type, event.item);
    default:
      return hold;
  }
};

/** Whether nothing needs the lane any more. */
export const isReleased = ({ responses, calls }: LaneHold): boolean => responses.size === 0 && calls.size === 0;

const withItem = (hold: LaneHold, type: string, item: { readonly type?: string; readonly call_id?: string | null }): LaneHold => {
  const callId = item.call_id;
  if (callId == null) return hold;
  if (item.type === 'function_call_output') return { ...hold, calls: without(hold.calls, callId) };
  const isCalled = item.type === 'function_call' && type === 'response.output_item.done';
  return isCalled ? { ...hold, calls: new Set(hold.calls).add(callId) } : hold;
};

const without = (ids: ReadonlySet<string>, id: string): ReadonlySet<string> => new Set([...ids].filter((other) => other !== id));
