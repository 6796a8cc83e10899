import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const cwd = fileURLToPath(new URL('../', import.meta.url));
const run = promisify(execFile);

/** What each example says at least; one that is not listed here fails. */
const says: Readonly<Record<string, readonly RegExp[]>> = {
  voxstream: [
    /^user_speaking\nuser_finished after [12]\.\d s\n96000 samples heard, 100 messages of 160 bytes for twilio\nquality [01]\.\d+, \d\.\d s of speech\n$/,
  ],
  pipeline: [/you spoke for \d+ ms/, /assistant: It is sunny in Tokyo/, /played \d/],
  'custom-pipeline': [/first audio \d+ ms after/, /assistant: It is sunny in Tokyo\./],
  lanes: [
    /assistant: I am fine/,
    /fast → big: tool_vocabulary\nyou: What's the weather/,
    /get_weather\(\{"city":"Tokyo"\}\)\nassistant: Here is what I found[^\n]*\n {2}big → fast: released/,
    /assistant: That is 1035\./,
    /♪ tune/,
    /big → fast: released\nyou: Thanks!/,
  ],
  quality: [
    /^clean {2}0\.9\d|^clean {2}1\.00/,
    /^noisy {2}0\.[0-5]\d$/m,
    /alert: snrDb/,
    /^packets {2}[1-9]\d*\.\d % lost, [1-9]\d* ms made up$/m,
  ],
  enhance: [
    /^as it came: speech -3\d dB, pauses -\d+ dB\nlatency, 0 ms later: speech -1\d dB/,
    /balanced, 16 ms later: speech -1\d dB, pauses -\d+ dB\nquality, 32\.75 ms later: speech -1\d dB/,
  ],
  'custom-provider': [/assistant: go to the market/, /service: disconnected/],
  'marble-test': [/^ok: /],
  formats: [
    /^a browser's recording: webm, 1500 ms\n75 messages for twilio, of 160 bytes each\nanswer\.ogg: ogg, 1500 ms, \d+ bytes for each 20 ms\nnot read: the audio is MP4, as Safari records/,
  ],
  assistant: [/^assistant: It is sunny in Tokyo/],
  interpreter: [/^en: What's the weather in Tokyo\?\nes: ¿Qué tiempo hace en Tokio\?\n$/],
  ivr: [
    /^assistant: Welcome![^\n]*\nkey 1\norder_status has answered\nassistant: Your order is on its way\.\n[1-9]\.\d s of speech/,
  ],
  // Each sample reaches the service once.
  'push-to-talk': [
    /^(\d{5,}) samples while the key was held\nthe service heard \1 samples\n/,
    /transcript\.assistant: It is sunny/,
  ],
  'text-to-speech': [/^answer-speech\.wav: [1-9]\.\d s, 0 items of conversation\n$/],
  'recorded-audio': [/^assistant: It is sunny in Tokyo\.\n$/],
  'multi-language': [/^es: Abrimos[^\n]*\nfr: Nous[^\n]*\nde: Wir[^\n]*\nen: We open at nine\.\n$/],
  'lanes-analyzer': [
    /assistant \(fast\): Hello!/,
    /fast → big: analyzer\nassistant \(big\): I see/,
    /assistant \(fast\): You are welcome/,
  ],
  'cost-and-metrics': [
    /^0\.00\d\d USD\nusage\.budget_warning\nusage\.budget_exhausted\n/,
    /[34]\.\d s in, [1-9]\.\d s out, \d+ tokens, 1 session/,
    /audio 0\.00\d\d, text 0\.000\d, prices of \d{4}-\d\d/,
    /first audio after \d+ ms, heard \d+ ms after the last word/,
  ],
  'save-and-replay': [
    /^assistant: It is sunny in Tokyo\.\nsaved in recordings\/\S+Z\nassistant: It is sunny in Tokyo\.\nreplayed to the end, 0 mismatches\n$/,
  ],
  'event-logger': [
    /^\S+Z engine connection\.starting$/m,
    /provider turn\.response_completed/,
    /the last of turn\.\*: turn\.conversation_started, turn\.response_started, turn\.response_completed/,
    /handlerErrors: 0/,
  ],
};

const names = readdirSync(new URL('../examples/', import.meta.url))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => name !== 'run' && name !== 'amplify');

describe.concurrent('examples', { timeout: 90_000 }, () => {
  it.each(names)('%s runs without a key, a microphone or a word of complaint', async (name) => {
    const { stdout, stderr } = await run(process.execPath, ['--import', 'tsx', 'examples/run.ts', name], { cwd });
    const [, saved] = /^saved in (recordings\/\S+)$/m.exec(stdout) ?? [];
    if (saved !== undefined) await rm(new URL(`../${saved}`, import.meta.url), { recursive: true });
    expect(stderr).toBe('');
    for (const line of says[name] ?? [/an entry in this test/]) expect(stdout).toMatch(line);
  });
});
