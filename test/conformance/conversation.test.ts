import { describe, expect, it } from 'vitest';
import type { Command, VoiceEvent } from '../../src/events.js';
import { conversation, initialConversation } from '../../src/state/conversation.js';
import { hasShared } from '../shared.js';
import { recordings } from './recordings.js';
import { known, truth } from './truth.js';

describe.skipIf(!hasShared)('conversation state of a recorded session (needs ../shared)', () => {
  for (const { name, lines } of recordings('openai', 'azure', 'azure_voice_live')) {
    const state = lines.map(({ ev }) => ev as unknown as VoiceEvent | Command).reduce(conversation, initialConversation);

    it(`${name}: has the items, roles, words and calls that the session said, in its order`, () => {
      const { items } = known(state);
      expect(items).toEqual(truth(lines).items);
      expect(items.length).toBeGreaterThan(1);
    });

    it(`${name}: adds up the usage that the session said`, () => {
      expect(known(state).usage).toEqual(truth(lines).usage);
    });

    it(`${name}: leaves no response open, no call pending and no command unanswered`, () => {
      expect(state.activeResponseId).toBeUndefined();
      expect(state.pendingCalls.size).toBe(0);
      expect(state.unacknowledged.map(({ type }) => type)).toEqual([]);
    });
  }
});
