import { describe, expect, it } from 'vitest';
import { ToolError } from '../../src/errors.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { initialState, sessionState } from '../../src/state/session-state.js';
import { isSettled } from '../../src/state/settled.js';

const invoked = (callId: string): VoiceEvent => ({ type: 'tool.invoked', functionName: 'f', arguments: {}, callId });
const named = (callId: string) => ({ functionName: 'f', callId });
const folded = (...events: readonly (Command | VoiceEvent)[]) => events.reduce(sessionState, initialState);

describe('toolCalls', () => {
  it('keeps a conversation open from the first call to the end of the last', () => {
    const open = folded(invoked('a'), invoked('b'), { type: 'tool.succeeded', ...named('a'), durationMs: 1 });
    expect(isSettled(open)).toBe(false);
    expect(isSettled(sessionState(open, { type: 'tool.timed_out', ...named('b'), timeoutMs: 1 }))).toBe(true);
  });

  it('has outputs to be answered from the first call until all are and an answer is asked for', () => {
    const over: VoiceEvent = { type: 'tool.succeeded', ...named('a'), durationMs: 1 };
    const ask: Command = { type: 'response.create' };
    const aside: Command = { type: 'response.create', response: { conversation: 'none' } };
    expect(folded(invoked('a'), over).tools.isDue).toBe(true);
    expect(folded(invoked('a'), over, ask).tools.isDue).toBe(false);
    expect(folded(invoked('a'), over, aside).tools.isDue).toBe(true);
    expect(folded(invoked('a'), ask).tools.isDue).toBe(true);
    expect(folded(invoked('a'), { type: 'tool.overdue' }, ask).tools.isDue).toBe(false);
  });

  it('is late until the next call', () => {
    expect(folded(invoked('a'), { type: 'tool.overdue' }).tools.isOverdue).toBe(true);
    expect(folded(invoked('a'), { type: 'tool.overdue' }, invoked('b')).tools.isOverdue).toBe(false);
  });

  it('counts no call twice, and none that was never taken on', () => {
    const error = new ToolError('tool f: threw', { code: 'threw' });
    expect(folded(invoked('a'), invoked('a')).tools.openCount).toBe(1);
    expect(folded({ type: 'tool.failed', ...named('a'), error }).tools.openCount).toBe(0);
    expect(folded(invoked('a'), { type: 'tool.failed', ...named('a'), error }, invoked('b')).tools.openCount).toBe(1);
  });
});
