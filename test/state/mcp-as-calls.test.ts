import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCalls } from '../../src/called-tools.js';
import type { VoiceEvent } from '../../src/events.js';
import { toArray } from '../../src/state/item-list.js';
import type { Item } from '../../src/wire/item.js';
import { having, lost, wrote } from '../restore/conversation.js';

const added = (item: Item): VoiceEvent => ({ type: 'conversation.item.added', event_id: 'e', item });
const call = (id: string, more: object = {}): VoiceEvent =>
  added({ id, type: 'mcp_call', server_label: 'docs', name: 'search', arguments: '{"q":"x"}', ...more });
const request = (id: string): VoiceEvent =>
  added({ id, type: 'mcp_approval_request', server_label: 'docs', name: 'send', arguments: '{}' });
const response = (approval_request_id: string, approve: boolean, reason?: string): VoiceEvent =>
  added({
    id: `r_${approval_request_id}`,
    type: 'mcp_approval_response',
    approval_request_id,
    approve,
    ...(reason === undefined ? {} : { reason }),
  });
const listed = added({ id: 'l', type: 'mcp_list_tools', server_label: 'docs', tools: [] });

const afterLoss = (...events: readonly VoiceEvent[]) => toArray(having(...events, lost).conversation.items);
const outputs = (...events: readonly VoiceEvent[]): readonly string[] =>
  afterLoss(...events).flatMap(({ item }) => (item.type === 'function_call_output' ? [item.output] : []));

describe('MCP items, when the session is lost', () => {
  it('are calls and outputs in their places', () => {
    const items = afterLoss(wrote('a', 'Find it.'), call('m', { output: 'found', status: 'completed' }), wrote('b', 'Thanks.'));
    expect(items.map(({ id }) => id)).toEqual(['a', 'm', 'rxvox_mcp_1', 'b']);
    expect(items[1]?.item).toMatchObject({ type: 'function_call', call_id: 'm', name: 'search', arguments: '{"q":"x"}' });
    expect(items[2]?.item).toMatchObject({ type: 'function_call_output', call_id: 'm', output: 'found' });
  });

  it('stay as they are as long as the session is there', () => {
    const items = toArray(having(call('m', { output: 'found' })).conversation.items);
    expect(items.map(({ item }) => item.type)).toEqual(['mcp_call']);
  });

  it('are run by nobody', () => {
    expect(openCalls(having(call('m', { output: 'found' }), lost).conversation)).toEqual([]);
    expect(afterLoss(call('m', { output: 'found' })).map(({ responseId }) => responseId)).toEqual([undefined, undefined]);
  });

  it('tell errors, and that nothing is known of a call under way', () => {
    const error = { type: 'http_error', code: 502, message: 'bad gateway' };
    expect(outputs(call('m', { output: null, error }))).toEqual(['{"error":"bad gateway"}']);
    expect(outputs(call('m', { status: 'in_progress', arguments: '' }))).toEqual([expect.stringContaining('not known')]);
    expect(outputs(call('m', { output: '' }))).toEqual(['']);
  });

  it('tell what became of a request to approve a call', () => {
    expect(outputs(request('q'))).toEqual([expect.stringContaining('Ask again')]);
    expect(outputs(request('q'), response('q', false, 'too dear'))).toEqual(['{"error":"The call was not allowed: too dear"}']);
    expect(outputs(request('q'), response('q', false))).toEqual(['{"error":"The call was not allowed."}']);
    expect(outputs(request('q'), response('q', true))).toEqual([expect.stringContaining('not known')]);
  });

  it('tell a call once that was asked for and made', () => {
    const items = afterLoss(request('q'), response('q', true), call('m', { approval_request_id: 'q', output: 'sent' }));
    expect(items.map(({ item }) => item.type)).toEqual([
      'mcp_approval_request',
      'mcp_approval_response',
      'function_call',
      'function_call_output',
    ]);
  });

  it('leave lists of tools alone', () => {
    expect(afterLoss(listed).map(({ item }) => item.type)).toEqual(['mcp_list_tools']);
  });

  it('have ids and names that a client may use', () => {
    const [made] = afterLoss(call(`mcp_${'0'.repeat(48)}`, { name: `docs.${'x'.repeat(80)}`, output: '' }));
    expect(made).toMatchObject({ id: 'rxvox_mcp_1', item: { id: 'rxvox_mcp_1', call_id: 'rxvox_mcp_1' } });
    expect(made?.item.type === 'function_call' && made.item.name).toBe(`docs_${'x'.repeat(59)}`);
  });

  it('have ids of their own, however often sessions are lost', () => {
    const step = fc.constantFrom('call', 'long', 'request', 'lost');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const events = steps.map((kind, n): VoiceEvent => {
          if (kind === 'lost') return lost;
          if (kind === 'request') return request(`q${n}`);
          return call(kind === 'long' ? `${n}`.padStart(40, '0') : `m${n}`, { output: '' });
        });
        const ids = afterLoss(...events).map(({ id }) => id);
        expect(ids).toHaveLength(2 * steps.filter((kind) => kind !== 'lost').length);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});
