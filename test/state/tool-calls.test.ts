import { describe, expect, it } from 'vitest';
import { ToolError } from '../../src/errors.js';
import type { VoiceEvent } from '../../src/events.js';
import { initialState, sessionState } from '../../src/state/session-state.js';
import { isSettled } from '../../src/state/settled.js';

const invoked = (callId: string): VoiceEvent => ({ type: 'tool.invoked', functionName: 'f', arguments: {}, callId });
const named = (callId: string) => ({ functionName: 'f', callId });
const folded = (...events: readonly VoiceEvent[]) => events.reduce(sessionState, initialState);

describe('toolCalls', () => {
  it('keeps a conversation open from the first call to the end of the last', () => {
    const open = folded(invoked('a'), invoked('b'), { type: 'tool.succeeded', ...named('a'), durationMs: 1 });
    expect(isSettled(open)).toBe(false);
    expect(isSettled(sessionState(open, { type: 'tool.timed_out', ...named('b'), timeoutMs: 1 }))).toBe(true);
  });

  it('counts no call twice, and none that was never taken on', () => {
    const error = new ToolError('tool f: threw', { code: 'threw' });
    expect(folded(invoked('a'), invoked('a')).tools.openCount).toBe(1);
    expect(folded({ type: 'tool.failed', ...named('a'), error }).tools.openCount).toBe(0);
    expect(folded(invoked('a'), { type: 'tool.failed', ...named('a'), error }, invoked('b')).tools.openCount).toBe(1);
  });
});
