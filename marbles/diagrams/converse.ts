import type { LanesConversation } from '../lanes-conversation.js';

/** When answers start, and in which lane; test and documentation at once. */
export const converseDiagrams: readonly LanesConversation[] = [
  {
    title: 'The answer waits until the words have told which lane it needs.',
    service: '(oc)--m--p--r---d',
    user: '   -S--E-----------',
    lanes: '  f--------F-------',
    sent: '   u---m----q-------',
  },
  {
    title: 'Words that need the big lane: its settings are sent first, then the answer is asked for.',
    service: '(oc)--m--W--r---d----',
    user: '   -S--E---------------',
    lanes: '  f--------(Bb)---f----',
    sent: '   u---m----(uq)---u----',
  },
  {
    title: 'No words in time, here 100 ms: the answer is asked for where the conversation is.',
    service: '(oc)--m-------r---d',
    user: '   -S--E-------------',
    lanes: '  f----------o------',
    sent: '   u---m------q------',
  },
  {
    title: 'Words that will not come: the answer waits no longer.',
    service: '(oc)--m--f--r---d',
    user: '   -S--E-----------',
    lanes: '  f--------o-------',
    sent: '   u---m----q-------',
  },
  {
    title: 'Words that come while the user speaks: the big lane is ready when the turn ends.',
    service: '(oc)-w----m-r---d----',
    user: '   -S-----E------------',
    lanes: '  f----(Bb)-------f----',
    sent: '   u----u-(mq)-----u----',
  },
  {
    title: 'Words that come late, and nothing of the answer was heard: it is cancelled, and asked for again in the big lane.',
    service: '(oc)--m-------r-W---x----',
    user: '   -S--E-------------------',
    lanes: '  f----------o----(Bb)-----',
    sent: '   u---m------q----(ux)q----',
  },
  {
    title: 'Words that come late, and something was heard: the answer goes on, and the big lane is entered after it.',
    service: '(oc)--m-------r-aAW---d-----------',
    user: '   -S--E----------------------------',
    lanes: '  f----------o---------(Bb)----',
    sent: '   u---m------q---------u-------',
  },
  {
    title: 'Lanes that answer alike: the answer goes on in the other one.',
    service: '(oc)--m-------r-W-----d',
    user: '   -S--E-----------------',
    lanes: '  f----------o----(Bb)---',
    sent: '   u---m------q-----------',
    isAlike: true,
  },
  {
    title:
      'The user speaks on while the answer waits: it waits until he has finished, and for these words too, and answers both.',
    service: '(oc)--m-------m--p--r---d',
    user: '   -S--E--S----E------------',
    lanes: '  f----------o-----F-------',
    sent: '   u---m-------m----q-------',
  },
  {
    title: 'What sounded like the user speaking on is no turn: a second later the answer is asked for after all.',
    service: '(oc)--m------------------------------------------------------r---d',
    user: '   -S--E--s--e-------------------------------------------------------',
    lanes: '  f----------o------------------------------------------------------',
    sent: '   u---m-------------------------------------------------------q----',
  },
];
