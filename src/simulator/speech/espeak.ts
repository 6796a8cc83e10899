import { spawn } from 'node:child_process';
import { catchError, map, Observable } from 'rxjs';
import { builtInVoice } from './built-in.js';
import { type Speak, voiceHz } from './voice.js';

const wavHeaderBytes = 44;

/** Linear interpolation: the steps are small (22050 to 24000), and this is a demo's voice. */
const stretch = (samples: Int16Array, from: number, to: number): Int16Array => {
  const out = new Int16Array(Math.floor((samples.length * to) / from));
  for (let i = 0; i < out.length; i++) {
    const at = (i * from) / to;
    const left = Math.floor(at);
    const a = samples[left] ?? 0;
    const b = samples[left + 1] ?? a;
    out[i] = Math.round(a + (b - a) * (at - left));
  }
  return out;
};

/** Runs the command to its end; unsubscribing kills it. */
const run = (command: string, args: readonly string[], input: string): Observable<Buffer> =>
  new Observable((subscriber) => {
    const child = spawn(command, [...args], { stdio: ['pipe', 'pipe', 'ignore'] });
    const chunks: Buffer[] = [];
    child.on('error', (error) => subscriber.error(error));
    // It may end before it has read its input.
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', (code) => {
      if (code !== 0) return subscriber.error(new Error(`${command} ended with ${code}`));
      subscriber.next(Buffer.concat(chunks));
      subscriber.complete();
    });
    child.stdin.end(input);
    return () => {
      // One that could not be started has no number, and Node's `kill` would hit our own process group.
      if (child.exitCode !== null || child.pid === undefined) return;
      child.kill('SIGKILL');
      // Its end is of no interest any more, and must not keep this process waiting.
      child.stdin.destroy();
      child.stdout.destroy();
      child.unref();
    };
  });

const samplesOf = (wav: Buffer): Int16Array => {
  if (wav.length < wavHeaderBytes || wav.toString('latin1', 0, 4) !== 'RIFF') throw new Error('espeak-ng: no WAV came');
  // A copy: the slice may begin at an odd address. Piped WAVs carry no true length, so the rest is the audio.
  const data = new Uint8Array(wav.subarray(wavHeaderBytes, wav.length - (wav.length % 2)));
  return stretch(new Int16Array(data.buffer), wav.readUInt32LE(24), voiceHz);
};

/** Debian's espeak-ng, one process a text; where it fails, the built-in voice speaks in its place. */
export const espeakVoice =
  (command = 'espeak-ng'): Speak =>
  (text) =>
    run(command, ['--stdin', '--stdout', '-v', 'en-us', '-s', '165', '-a', '80'], text).pipe(
      map(samplesOf),
      catchError(() => builtInVoice(text)),
    );

/** Whether the command is there: emits once and completes. */
export const espeakIsThere = (command = 'espeak-ng'): Observable<boolean> =>
  run(command, ['--version'], '').pipe(
    map(() => true),
    catchError(() => [false]),
  );
