import { expect, it } from 'vitest';
import { createAsides } from '../../src/engine/asides.js';
import { sayAloud } from '../../src/engine/say-aloud.js';
import type { ServerEventOf } from '../../src/wire/server-event.js';

const created = (name: string, id: string): ServerEventOf<'response.created'> => {
  const { metadata } = sayAloud('hello', name).response ?? {};
  return { type: 'response.created', event_id: 'e', response: { id, status: 'in_progress', ...(metadata ? { metadata } : {}) } };
};
const done = (id: string): ServerEventOf<'response.done'> => ({
  type: 'response.done',
  event_id: 'e',
  response: { id, status: 'completed' },
});

it('mutes the responses that are to be muted, and no others', () => {
  const asides = createAsides();
  const names = [true, false].map((isMuted) => asides.name(isMuted));
  expect(new Set(names).size).toBe(2);
  for (const name of [...names, 'say_9']) asides.follow(created(name, `of_${name}`));
  expect([...names, 'say_9'].map((name) => asides.isMuted(`of_${name}`))).toEqual([true, false, false]);
});

it('cancels one that is left while it runs', () => {
  const asides = createAsides();
  const name = asides.name(true);
  expect(asides.follow(created(name, 'r'))).toEqual([]);
  expect(asides.leave(name)).toEqual([{ type: 'response.cancel', response_id: 'r' }]);
});

it('cancels one that is left before it begins when it does, and what was to be heard is thrown away', () => {
  const asides = createAsides();
  const name = asides.name(false);
  expect(asides.leave(name)).toEqual([]);
  expect(asides.follow(created(name, 'r'))).toEqual([
    { type: 'response.cancel', response_id: 'r' },
    { type: 'playout.flush', responseIds: ['r'] },
  ]);
});

it('cancels none that is over', () => {
  const asides = createAsides();
  const name = asides.name(false);
  asides.follow(created(name, 'r'));
  asides.follow(done('r'));
  expect(asides.leave(name)).toEqual([]);
});
