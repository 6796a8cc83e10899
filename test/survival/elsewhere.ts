import type { SurvivalRow } from './survival-row.js';

/** A row whose test needs more than a row can have: another process, a network of its own, devices. */
export interface ElsewhereRow extends Omit<SurvivalRow, 'over' | 'test'> {
  readonly over: string;
  readonly file: string;
  /** Words that stand in the title of the test. */
  readonly title: string;
}

const network = 'a network of its own';
const devices = 'virtual devices';

export const elsewhereRows: readonly ElsewhereRow[] = [
  {
    row: 2,
    fault: 'a name that does not resolve',
    kept: 'the error is dns, and may be tried again',
    over: 'sockets',
    file: 'test/node/open-socket.test.ts',
    title: 'reports a name that does not resolve',
  },
  {
    row: 3,
    fault: 'a server that takes the connection and is silent, or trickles its answer',
    kept: 'given up after 5 s',
    over: 'sockets',
    file: 'test/node/open-socket.test.ts',
    title: 'gives up after 5 s on a server that trickles its answer',
  },
  {
    row: 4,
    fault: 'a certificate that is expired, for another host, or signed by nobody',
    kept: 'one attempt; the error is tls and says which; where the authority is trusted a good one is taken',
    over: 'sockets',
    file: 'test/node/certificates.test.ts',
    title: 'that are expired, for another host or signed by nobody end the conversation at the first attempt; good ones do not',
  },
  {
    row: 6,
    fault: 'HTTP 429 with retry-after: 2 for one of several conversations',
    kept: 'all with the same provider object wait as long, new ones too, and then come one after the other',
    over: 'virtual time',
    file: 'test/providers/connect-limiter.test.ts',
    title: 'lets all wait for what a provider has asked of one, and says so to those that wait already',
  },
  {
    row: 10,
    fault: 'a second without a server in the midst of 5 s of speech',
    kept: 'all 250 frames reach the second session, in order, once',
    over: 'sockets',
    file: 'test/survival.test.ts',
    title: 'costs no frame of what is being said: 250 frames, a second without a server',
  },
  {
    row: 10,
    fault: '10 s without a server in the midst of 13 s of speech',
    kept: 'all 650 frames reach the second session, in order, once, and are committed once',
    over: 'sockets',
    file: 'test/survival.test.ts',
    title: 'costs no frame of what is being said: 650 frames, 10 s without a server',
  },
  {
    row: 10,
    fault: '4 s without a server while nobody speaks',
    kept: 'the newest 3 s are kept, and the loss is counted to the frame',
    over: 'sockets',
    file: 'test/survival.test.ts',
    title: 'keeps the newest 3 s of what nobody says, and counts the rest',
  },
  {
    row: 16,
    fault: 'a half-open link: packets go nowhere, and nothing says so',
    kept: 'noticed within 4 s, though `bufferedAmount` stays 0',
    over: network,
    file: 'test/network/half-open.test.ts',
    title: 'is noticed within 4 s while nobody says anything',
  },
  {
    row: 19,
    fault: 'delay and jitter',
    kept: 'nothing is lost, no order changes, and the link is kept',
    over: 'sockets',
    file: 'test/network/bad-way.test.ts',
    title: 'lose nothing and change no order, and the link is kept',
  },
  {
    row: 19,
    fault: 'a fifth of all packets dropped',
    kept: 'nothing is lost',
    over: network,
    file: 'test/network/bad-way.test.ts',
    title: 'lose nothing when a fifth of all packets is dropped',
  },
  {
    row: 19,
    fault: 'delay, while the user interrupts',
    kept: 'the loudspeaker is silent within 50 ms',
    over: 'sockets',
    file: 'test/network/bad-way.test.ts',
    title: 'do not delay an interruption: it is heard within 50 ms',
  },
  {
    row: 21,
    fault: 'a session is replaced by another while both speak',
    kept: 'no sample of the user is lost, and the assistant is heard without a break',
    over: 'sockets',
    file: 'test/rotation.test.ts',
    title: 'moves to another session while both speak: no sample of the user is lost',
  },
  {
    row: 31,
    fault: 'the clock of the machine jumps by an hour, ahead and back',
    kept: 'the link stays, and no latency is negative',
    over: 'sockets',
    file: 'test/network/clock-jump.test.ts',
    title: 'an hour ahead and an hour back: the link stays, and no latency is negative',
  },
  {
    row: 32,
    fault: 'our own event loop stands still for 100 ms, 500 ms, 5 s',
    kept: 'a link that is well survives, and the stall is told',
    over: 'sockets',
    file: 'test/network/stall.test.ts',
    title: 'for %i ms: a link that is well survives, and the stall is told',
  },
  {
    row: 33,
    fault: 'our own process is stopped for longer than the heartbeat',
    kept: 'a link that is well survives, and is asked at once',
    over: 'sockets',
    file: 'test/network/stall.test.ts',
    title: 'a link that is well survives, and is asked at once',
  },
  {
    row: 34,
    fault: 'the microphone is lost and comes back, or another one does',
    kept: 'what is spoken then is heard; the session goes on',
    over: devices,
    file: 'test/devices/survival.test.ts',
    title: 'is opened again within a second when what holds it crashes',
  },
  {
    row: 34,
    fault: 'a microphone that delivers nothing for a second',
    kept: 'counted as lost, and opened again',
    over: 'virtual time',
    file: 'test/operators/survivingSource.test.ts',
    title: 'counts a device that delivers nothing for a second as lost',
  },
  {
    row: 35,
    fault: 'the loudspeaker is lost and comes back',
    kept: 'nothing counts as played meanwhile; it goes on at the first sample that was not',
    over: devices,
    file: 'test/devices/survival.test.ts',
    title: 'counts nothing as played while it is gone, and goes on when it is plugged in again',
  },
  {
    row: 35,
    fault: 'the loudspeaker is lost in the midst of an answer',
    kept: 'the device takes every sample once and in order',
    over: 'virtual time',
    file: 'test/operators/survivingSink.test.ts',
    title: 'lets the device take every sample once and in order, whatever is lost',
  },
  {
    row: 36,
    fault: 'a microphone that is slower than time',
    kept: 'told of, and nothing else happens',
    over: devices,
    file: 'test/devices/survival.test.ts',
    title: 'is told of, and nothing else happens',
  },
  {
    row: 41,
    fault: '1,000 random stories of speech, text, tools, interruptions, losses, refusals and rotations',
    kept: 'states in order, nothing left open, nothing old heard, every frame once and in order, every tool once',
    over: 'virtual time',
    file: 'test/survival/survival.model.test.ts',
    title: 'keeps its promises in 1,000 random stories',
  },
];
