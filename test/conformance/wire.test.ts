import { readdirSync, readFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { decodeClientEvent, decodeServerEvent } from '../../src/wire/decode.js';
import { encodeClientEvent, encodeServerEvent } from '../../src/wire/encode.js';
import { hasShared, shared } from '../shared.js';
import { recordings } from './recordings.js';

/** All names that peers write and we do not: the only thing that decoding changes. */
const renamed: Readonly<Record<string, string>> = {
  'response.audio.delta': 'response.output_audio.delta',
  'response.audio.done': 'response.output_audio.done',
  'response.audio_transcript.delta': 'response.output_audio_transcript.delta',
  'response.audio_transcript.done': 'response.output_audio_transcript.done',
  'transcription_session.update': 'session.update',
  ' input_audio_buffer.dtmf_event_received': 'input_audio_buffer.dtmf_event_received',
};

interface Named {
  readonly type: string;
}

const inGaNames = <Message extends Named>(message: Message): Message => ({
  ...message,
  type: renamed[message.type] ?? message.type,
});

const again = {
  client: (text: string) => E.map(encodeClientEvent)(decodeClientEvent(text)),
  server: (text: string) => E.map(encodeServerEvent)(decodeServerEvent(text)),
};

const examples = (side: 'client' | 'server'): readonly string[] =>
  hasShared ? readdirSync(shared(`fixtures/openapi/ga/${side}`)).filter((file) => file.endsWith('.json')) : [];

const check = (side: 'client' | 'server', message: Named): void => {
  const encoded = again[side](JSON.stringify(message));
  // Left shows the type and the places that did not fit.
  expect(E.isLeft(encoded) ? encoded.left : JSON.parse(encoded.right)).toEqual(inGaNames(message));
};

describe.skipIf(!hasShared)('the examples of the API description decode and encode to the same JSON', () => {
  for (const side of ['client', 'server'] as const) {
    it.each(examples(side))(`${side}: %s`, (file) => {
      check(side, JSON.parse(readFileSync(shared(`fixtures/openapi/ga/${side}/${file}`), 'utf8')) as Named);
    });
  }
});

describe.skipIf(!hasShared)('recorded sessions decode and encode to the same JSON', () => {
  it.each(recordings('openai', 'openai_sideband', 'azure', 'azure_voice_live', 'xai'))('$name', ({ lines }) => {
    for (const { dir, ev } of lines) check(dir === 'c2s' ? 'client' : 'server', ev);
    expect(lines.length).toBeGreaterThan(10);
  });
});
