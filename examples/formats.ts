/** What a browser's MediaRecorder sends becomes what a telephone line wants, and a small file. */

import { readFileSync } from 'node:fs';
import { firstValueFrom, from, toArray } from 'rxjs';
import { convert, decodeStream, prepareFor, validate } from 'rxvox/audio';

const recording = readFileSync('test/fixtures/mediarecorder-chromium.webm');
const told = validate(recording);
if (told.ok) console.log(`a browser's recording: ${told.format}, ${told.durationMs} ms`);

/** As it comes from a socket: in pieces, the header in the first one only. */
const chunks = Array.from({ length: 6 }, (_, i) => recording.subarray(i * 850, (i + 1) * 850));
const messages = await firstValueFrom(from(chunks).pipe(decodeStream(), prepareFor('twilio'), toArray()), { defaultValue: [] });
console.log(`${messages.length} messages for twilio, of ${messages[0]?.length} bytes each`);

const ogg = await convert(recording, { to: 'ogg' });
const written = validate(ogg);
if (written.ok) {
  const perPacket = Math.round((ogg.length * 20) / written.durationMs);
  console.log(`answer.ogg: ${written.format}, ${written.durationMs} ms, ${perPacket} bytes for each 20 ms`);
}

/** What Safari records begins like this. */
const mp4 = Uint8Array.of(0, 0, 0, 28, ...Array.from('ftypiso5', (letter) => letter.charCodeAt(0)));
const refused = validate(mp4);
if (!refused.ok) console.log(`not read: ${refused.reasons[0]}`);
