import { describe, expect, it } from 'vitest';
import type { Gate } from '../src/epic.js';
import type { Command, VoiceEvent } from '../src/events.js';
import { createOutbox } from '../src/outbox.js';
import { initialState } from '../src/state/session-state.js';

const commit: Command = { type: 'input_audio_buffer.commit' };
const create: Command = { type: 'response.create' };
const item: Command = { type: 'conversation.item.delete', item_id: 'item' };
const cancel: Command = { type: 'response.cancel' };

const way = { isOpen: () => true, isMoving: () => false, bufferedBytes: () => 0, isLate: () => false, isSilent: () => false };

const outboxOf = (...gates: readonly Gate[]) => {
  const sent: string[] = [];
  const happened: VoiceEvent[] = [];
  const outbox = createOutbox({
    gates,
    way,
    gapBufferMs: 3000,
    state: () => initialState,
    send: ({ type }) => sent.push(type),
    happen: (event) => happened.push(event),
  });
  return { outbox, sent, happened };
};

describe('outbox', () => {
  it('sends at once what no gate objects to', () => {
    const { outbox, sent } = outboxOf();
    outbox.submit(commit);
    expect(sent).toEqual(['input_audio_buffer.commit']);
    expect(outbox.isHolding()).toBe(false);
  });

  it('lets the first gate decide that does not say send', () => {
    const { outbox, sent } = outboxOf(
      () => 'send',
      () => 'drop',
      () => 'hold',
    );
    outbox.submit(commit);
    expect(sent).toEqual([]);
    expect(outbox.isHolding()).toBe(false);
  });

  it('asks again in order when released, and lets others pass what is held', () => {
    let isOpen = false;
    const { outbox, sent } = outboxOf((_, { type }) => (type !== 'response.cancel' && !isOpen ? 'hold' : 'send'));
    for (const command of [commit, create, cancel]) outbox.submit(command);
    expect(sent).toEqual(['response.cancel']);
    outbox.release();
    expect(sent).toEqual(['response.cancel']);
    isOpen = true;
    outbox.release();
    outbox.ask();
    expect(sent).toEqual(['response.cancel', 'input_audio_buffer.commit', 'response.create']);
    expect(outbox.isHolding()).toBe(false);
  });

  it('asks about requests for responses apart from all else, and in order', () => {
    let isOpen = false;
    const { outbox, sent } = outboxOf((_, { type }) => (type !== 'response.cancel' && !isOpen ? 'hold' : 'send'));
    for (const command of [create, item, create]) outbox.submit(command);
    isOpen = true;
    outbox.release();
    expect(sent).toEqual(['conversation.item.delete']);
    expect([outbox.isAsking(), outbox.isHolding()]).toEqual([true, true]);
    outbox.ask();
    expect(sent).toEqual(['conversation.item.delete', 'response.create', 'response.create']);
    expect([outbox.isAsking(), outbox.isHolding()]).toEqual([false, false]);
  });

  it('lets one request take the place of another that is to be merged, whatever becomes of it but that it is dropped', () => {
    const own: Command = { type: 'response.create', response: { instructions: 'Say goodbye.' } };
    for (const verdict of ['send', 'hold', 'merge', { type: 'playout.drained' }] as const) {
      let now: ReturnType<Gate> = 'merge';
      const { outbox, sent } = outboxOf((_, command) => (command === own ? 'send' : now));
      outbox.submit(create);
      outbox.submit(own);
      now = verdict;
      outbox.submit(create);
      now = 'send';
      outbox.ask();
      expect(sent).toHaveLength(typeof verdict === 'string' ? 2 : 1);
    }
    let now: ReturnType<Gate> = 'merge';
    const { outbox } = outboxOf(() => now);
    outbox.submit(create);
    now = 'drop';
    outbox.submit(create);
    expect(outbox.isAsking()).toBe(true);
    outbox.answered();
    expect(outbox.isAsking()).toBe(false);
  });

  it('tells gates what has waited', () => {
    const told: unknown[] = [];
    const { outbox } = outboxOf((_, { type }, hasWaited) => {
      told.push([type, hasWaited]);
      return told.length < 3 ? 'hold' : 'send';
    });
    outbox.submit(item);
    outbox.submit(create);
    outbox.ask();
    outbox.release();
    expect(told).toEqual([
      ['conversation.item.delete', false],
      ['response.create', false],
      ['response.create', true],
      ['conversation.item.delete', true],
    ]);
  });

  it('sends what a gate throws at, and tells of it', () => {
    const bug = new Error('bug');
    const { outbox, sent, happened } = outboxOf(() => {
      throw bug;
    });
    outbox.submit(commit);
    outbox.submit(create);
    expect(sent).toEqual(['input_audio_buffer.commit', 'response.create']);
    expect(happened).toEqual([{ type: 'diagnostic.gate_failed', error: bug }]);
  });

  it('lets an event happen in place of a command', () => {
    const { outbox, sent, happened } = outboxOf((_, { type }) =>
      type === 'response.create' ? { type: 'playout.drained' } : 'send',
    );
    for (const command of [create, cancel]) outbox.submit(command);
    expect(sent).toEqual(['response.cancel']);
    expect(happened).toEqual([{ type: 'playout.drained' }]);
    expect(outbox.isHolding()).toBe(false);
  });
});
