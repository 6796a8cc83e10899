/** A marble test of the operator in amplify.ts, in virtual time, with node's own assert: the kit needs no test runner. */
import assert from 'node:assert/strict';
import { map } from 'rxjs';
import { ofType, speechEvents, vad } from 'rxvox';
import { createMarbles } from 'rxvox/marbles';
import { amplify } from './amplify.js';

const marbles = createMarbles(assert.deepEqual);

// One character is one 20 ms frame: silence, speech. Speech is certain after 100 ms, and over after 500 ms of quiet.
const hearsSpeech = marbles(({ audio, expectObservable, expectSubscriptions }) => {
  const source = audio('..........ssssssssss..............................|');
  const subs = '        ^-------------------------------------------------!';
  const expected = '    --------------s-----------------------------e-----|';

  const events = source.pipe(
    amplify({ db: 6 }),
    vad(),
    speechEvents(),
    ofType('speech.started', 'speech.stopped'),
    map(({ type }) => (type === 'speech.started' ? 's' : 'e')),
  );
  expectObservable(events).toBe(expected);
  expectSubscriptions(source.subscriptions).toBe(subs);
});

hearsSpeech();
console.log('ok: amplified speech starts after 100 ms and stops after 500 ms of quiet');
