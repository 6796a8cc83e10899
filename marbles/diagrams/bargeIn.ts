import { bargeIn } from '../../operators/bargeIn.js';
import { pauseFirst } from '../../operators/interruptions.js';
import type { ConversationDiagram } from '../conversation-diagram.js';

/** Timing of `bargeIn` and `truncateHeard`. */
export const bargeInDiagrams: readonly ConversationDiagram[] = [
  {
    title: 'In the midst of an item: it is cut to what was heard, and the response cancelled.',
    service: 'oc---r(aaaaa)------x',
    user: '  --------------S-----',
    sent: '  --------------(xt)',
    heard: ' ------aaaaaaa',
    notes: ['a truncated at 140 ms'],
  },
  {
    title: 'With two items queued, in the first: it is cut, and the second, of which nothing was heard, deleted.',
    service: 'oc---r(aaaAbbB)----x',
    user: '  --------------S-----',
    sent: '  --------------(xtD)',
    heard: ' ------aaaaaaa',
    notes: ['a truncated at 140 ms', 'b deleted'],
  },
  {
    title: 'With two items queued, in the second: the first was heard, the second is cut.',
    service: 'oc---r(aAbbB)------x',
    user: '  --------------S-----',
    sent: '  --------------(xt)',
    heard: ' ------aaaaabb',
    notes: ['b truncated at 40 ms'],
  },
  {
    title: 'After the response is done and while it still sounds: nothing to cancel, but to cut.',
    service: 'oc---r(aaaaaAd)-----',
    user: '  --------------S-----',
    sent: '  --------------t',
    heard: ' ------aaaaaaa',
    notes: ['a truncated at 140 ms'],
  },
  {
    title: 'Before the first audio: the response is cancelled, and what still comes of it is not played.',
    service: 'oc---r--------(aA)--x',
    user: '  ----------S----------',
    sent: '  ----------x',
    heard: '',
  },
  {
    title: 'With nothing unheard: nothing.',
    service: 'oc---r(aAd)---------',
    user: '  ---------------S----',
    sent: '  --------------------',
    heard: ' ------aaaaa',
  },
  {
    title: 'A jitter buffer of 300 ms: nothing sounds before it is full, and what never sounded is deleted.',
    service: 'oc---r-a-a---x',
    user: '  -----------S--',
    sent: '  -----------(xD)',
    heard: '',
    notes: ['a deleted'],
    prefillMs: 300,
  },
  {
    title: 'A device that stands still for 800 ms: what it has not taken was not heard.',
    service: `oc---r(aaaaaAd)${'-'.repeat(40)}`,
    user: `  ${'-'.repeat(51)}S`,
    sent: `  ${'-'.repeat(51)}t`,
    heard: ` ------aaa${'-'.repeat(40)}a`,
    notes: ['a truncated at 80 ms'],
    sink: { stall: { fromMs: 180, ms: 800 } },
  },
  {
    title: 'A false interruption: silence at once, and after 2 s without a turn on from the very sample.',
    service: 'oc---r(aaaAd)-----',
    user: '  ----------S------',
    sent: '  ----------------',
    heard: ` ------aaa${'-'.repeat(101)}aaaaaaaaaaaa`,
    config: { interruptions: bargeIn({ policy: pauseFirst() }) },
  },
];
