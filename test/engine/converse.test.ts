import { filter, map } from 'rxjs';
import { describe, it } from 'vitest';
import { converseDiagrams } from '../../marbles/diagrams/converse.js';
import { opens, scriptedProvider } from '../../marbles/index.js';
import { runLanes } from '../../marbles/lanes-conversation.js';
import { converse } from '../../src/engine/converse.js';
import type { VoiceEvent } from '../../src/events.js';
import type { ServerEvent } from '../../src/wire/server-event.js';
import { marbles } from '../marbles.js';

describe('converse', () => {
  for (const diagram of converseDiagrams) {
    it(
      diagram.title,
      marbles((t) => {
        const run = runLanes(diagram, t);
        t.expectObservable(run.lanes$, `^${'-'.repeat(diagram.service.length)}!`).toBe(diagram.lanes);
        t.expectObservable(run.sent$).toBe(diagram.sent);
      }),
    );
  }

  it(
    'tells what becomes of its microphone, and ends when that does',
    marbles((t) => {
      const drift: VoiceEvent = { type: 'audio.drift', device: 'mic', direction: 'input', ratio: 0.98 };
      const input = Object.assign(t.audio('.....|'), { events$: t.cold<VoiceEvent>('--d--|', { d: drift }) });
      const service = scriptedProvider(t.cold('-(os)', { o: opens, s: ready }));
      const types$ = converse({ ...service, provider: service, input }).pipe(
        filter(({ type }) => type === 'audio.drift' || type === 'connection.closed'),
        map(({ type }) => (type === 'audio.drift' ? 'd' : 'c')),
      );
      t.expectObservable(types$).toBe('--d--(c|)');
    }),
  );
});

const ready: ServerEvent = {
  type: 'session.created',
  event_id: 'e',
  session: { type: 'realtime', id: 'sess_1', audio: { input: { turn_detection: null } } },
};
