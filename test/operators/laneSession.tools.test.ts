import { map, NEVER } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Marbles, opens, type SocketStep, scriptedProvider } from '../../marbles/index.js';
import { laneSession } from '../../operators/laneSession.js';
import { ofType } from '../../operators/ofType.js';
import { realtime } from '../../operators/realtime.js';
import { runTools } from '../../operators/runTools.js';
import type { Epic } from '../../src/epic.js';
import type { VoiceEvent } from '../../src/events.js';
import type { Lane } from '../../src/lane.js';
import { tool } from '../../src/tool.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import { marbles } from '../marbles.js';

const call = (status: string) =>
  ({ id: 'item_a', type: 'function_call', call_id: 'call_a', name: 'look', arguments: '{}', status }) as const;
const steps = {
  o: opens,
  c: { type: 'session.created', event_id: 'e', session: { type: 'realtime', id: 's' } },
  r: { type: 'response.created', event_id: 'e', response: { id: 'resp_1', status: 'in_progress' } },
  a: { type: 'conversation.item.added', event_id: 'e', item: call('in_progress') },
  // the arguments are complete, the item is not
  '1': {
    type: 'response.function_call_arguments.done',
    event_id: 'e',
    response_id: 'resp_1',
    output_index: 0,
    item_id: 'item_a',
    call_id: 'call_a',
    name: 'look',
    arguments: '{}',
  },
  '2': { type: 'conversation.item.done', event_id: 'e', item: call('completed') },
  d: { type: 'response.done', event_id: 'e', response: { id: 'resp_1', status: 'completed' } },
  x: { type: 'response.done', event_id: 'e', response: { id: 'resp_1', status: 'cancelled' } },
  R: { type: 'response.created', event_id: 'e', response: { id: 'resp_2', status: 'in_progress' } },
  D: { type: 'response.done', event_id: 'e', response: { id: 'resp_2', status: 'completed' } },
} satisfies Record<string, SocketStep>;

const switched = (from: string, to: string): VoiceEvent => ({
  type: 'lane.switched',
  from,
  to,
  reason: 'test',
  confidence: 1,
  heldFrames: 0,
  gapMs: 0,
});
const moves = { b: switched('fast', 'big'), f: switched('big', 'fast') };
const lane = (name: string, ...epics: readonly Epic[]): Lane => ({ name, audio: (frames$) => frames$, epics });

interface Run {
  readonly service: string;
  readonly user: string;
  readonly lanes: readonly Lane[];
  readonly epics?: readonly Epic[];
}

const conversation = (t: Marbles, { service: script, user, lanes, epics = [] }: Run) => {
  const service = scriptedProvider(t.cold(script, steps));
  const told: string[] = [];
  const sent: string[] = [];
  t.hot<VoiceEvent>(user, moves)
    .pipe(realtime(service, { ...service, epics: [laneSession(lanes), ...epics] }))
    .subscribe((event) => {
      if (event.type.startsWith('tool.'))
        told.push(event.type === 'tool.failed' ? `${event.type} ${event.error.code}` : event.type);
    });
  service.sent$.subscribe((command) => sent.push(nameOf(command as ClientEvent)));
  return { service, told, sent };
};
const nameOf = (command: ClientEvent): string =>
  command.type === 'conversation.item.create' && command.item.type === 'function_call_output'
    ? `${command.item.call_id} ${command.item.output}`
    : command.type;

const cancelled = 'call_a {"error":"tool look: cancelled with what ran it"}';
const looking = (run: () => unknown) => runTools([tool({ name: 'look', description: 'L', parameters: { type: 'object' }, run })]);

describe('tools of a lane', () => {
  it(
    'end with the lane: the model is told, goes on, and the conversation ends',
    marbles((t) => {
      const work = t.cold('  ------------------------');
      const script = '       ocra-2-d--------RD------';
      const user = '         b-----------f--|';
      const ran = '          -----^------!';
      const open = '         ^----------------!';

      const run = conversation(t, {
        service: script,
        user,
        lanes: [
          lane('fast'),
          lane(
            'big',
            looking(() => work),
          ),
        ],
      });
      t.expectSubscriptions(work.subscriptions).toBe(ran);
      t.expectSubscriptions(run.service.subscriptions).toBe(open);
      t.flush();
      expect(run.told).toEqual(['tool.invoked', 'tool.started', 'tool.failed cancelled']);
      expect(run.sent).toEqual([cancelled, 'response.create']);
    }),
  );

  it(
    'are told as cancelled once the service knows the call',
    marbles((t) => {
      const script = '       ocra-1----2--d------RD--';
      const user = '         b------f-------|';
      const open = '         ^--------------------!';

      const run = conversation(t, {
        service: script,
        user,
        lanes: [
          lane('fast'),
          lane(
            'big',
            looking(() => NEVER),
          ),
        ],
      });
      t.expectSubscriptions(run.service.subscriptions).toBe(open);
      t.flush();
      expect(run.told).toEqual(['tool.invoked', 'tool.started', 'tool.failed cancelled']);
      expect(run.sent).toEqual([cancelled, 'response.create']);
    }),
  );

  it(
    'keep no conversation from its end whose call was never finished',
    marbles((t) => {
      const script = '       ocra-1----x-----------';
      const user = '         b------f-------|';
      const open = '         ^--------------!';

      const run = conversation(t, {
        service: script,
        user,
        lanes: [
          lane('fast'),
          lane(
            'big',
            looking(() => NEVER),
          ),
        ],
      });
      t.expectSubscriptions(run.service.subscriptions).toBe(open);
      t.flush();
      // The service has the call, with all of its arguments; nobody waits for an answer.
      expect(run.sent).toEqual([cancelled]);
    }),
  );

  const both = (title: string, script: string) =>
    it(
      title,
      marbles((t) => {
        const user = '       b-----------f--|';
        const lanes = [
          lane(
            'fast',
            looking(() => NEVER),
          ),
          lane(
            'big',
            looking(() => NEVER),
          ),
        ];
        const run = conversation(t, { service: script, user, lanes });
        t.flush();
        expect(run.told).toEqual(['tool.invoked', 'tool.started', 'tool.failed cancelled']);
        expect(run.sent).toEqual([cancelled, 'response.create']);
      }),
    );
  both('are told as cancelled once where the next lane runs tools, too', 'ocra-2-d--------RD------');
  both('are told as cancelled once where the next lane runs tools, and learns of the call late', 'ocra-1--------2-d---RD--');

  it(
    'run the call because of which their lane was entered',
    marbles((t) => {
      const script = '       ocra-2-d--------RD------';
      const user = '         ---------b---|';
      const run = conversation(t, {
        service: script,
        user,
        lanes: [
          lane('fast'),
          lane(
            'big',
            looking(() => 'seen'),
          ),
        ],
      });
      t.flush();
      expect(run.told).toEqual(['tool.invoked', 'tool.started', 'tool.succeeded']);
      expect(run.sent).toEqual(['call_a seen', 'response.create']);
    }),
  );

  it(
    'run once when the lane changes in the very tick of the call',
    marbles((t) => {
      const switching: Epic = (events$) =>
        events$.pipe(
          ofType('conversation.item.done'),
          map(() => switched('big', 'own')),
        );
      const script = '       ocra-2-d--------RD------';
      const user = '         b------------|';
      let runs = 0;
      const lanes = [
        lane('fast'),
        lane(
          'big',
          switching,
          looking(() => ++runs),
        ),
        lane(
          'own',
          looking(() => ++runs),
        ),
      ];
      const run = conversation(t, { service: script, user, lanes });
      t.flush();
      expect(runs).toBe(1);
      expect(run.sent).toEqual(['call_a 1']);
    }),
  );

  it(
    'go on in the background as epics of the conversation, whatever the lane',
    marbles((t) => {
      const work = t.cold('  ------------(r|)', { r: 'done' });
      const script = '       ocra-2-d--------------RD';
      const user = '         b-----------f--|';
      const ran = '          -----^-----------!';
      const open = '         ^----------------------!';

      const lanes = [lane('fast'), lane('big')];
      const run = conversation(t, { service: script, user, lanes, epics: [looking(() => work)] });
      t.expectSubscriptions(work.subscriptions).toBe(ran);
      t.expectSubscriptions(run.service.subscriptions).toBe(open);
      t.flush();
      expect(run.told).toEqual(['tool.invoked', 'tool.started', 'tool.succeeded']);
      expect(run.sent).toEqual(['call_a done', 'response.create']);
    }),
  );
});
