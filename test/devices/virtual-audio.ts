import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lastValueFrom, Observable, reduce } from 'rxjs';
import type { AudioFrame } from '../../src/audio.js';
import { wavSource } from '../../src/node/wav-source.js';

const script = fileURLToPath(new URL('../../scripts/virtual-audio.sh', import.meta.url));

/** The question of the repository: 24 kHz, mono. */
export const questionPath = fileURLToPath(new URL('../../assets/question-tokyo-24k.wav', import.meta.url));

/** Pulls a virtual device out, or puts it back. */
export const cable = (action: 'plug' | 'unplug', device: 'mic' | 'speaker'): void => {
  execFileSync('bash', [script, action, device], { stdio: 'ignore' });
};

/** All samples of frames, end to end. */
export const samplesOf = (frames: readonly AudioFrame[]): Int16Array => {
  const all = new Int16Array(frames.reduce((length, { samples }) => length + samples.length, 0));
  let at = 0;
  for (const { samples } of frames) {
    all.set(samples, at);
    at += samples.length;
  }
  return all;
};

/** All samples of a WAV file. */
export const readSamples = async (path: string): Promise<Int16Array> => {
  const frames$ = wavSource(path, { pace: 'fast', tailMs: 0 }).pipe(reduce((all: AudioFrame[], frame) => [...all, frame], []));
  return samplesOf(await lastValueFrom(frames$, { defaultValue: [] }));
};

/** Plays a file into the virtual microphone; completes when all of it was played. */
export const speak = (path: string): Observable<never> =>
  new Observable((subscriber) => {
    const player = spawn('paplay', ['--device=mic_feed', path], { stdio: 'ignore' });
    player.once('close', (code) => (code === 0 ? subscriber.complete() : subscriber.error(new Error(`paplay: exit ${code}`))));
    return () => player.kill();
  });

/** Begins to record the virtual loudspeaker, mono at 24 kHz. */
export const listen = async (): Promise<{ length(): number; stop(): Int16Array }> => {
  const args = ['--device=speaker.monitor', '--raw', '--format=s16le', '--channels=1', '--rate=24000', '--latency-msec=20'];
  const recorder = spawn('parec', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const parts: Buffer[] = [];
  recorder.stdout.on('data', (part: Buffer) => parts.push(part));
  await new Promise((resolve) => recorder.stdout.once('data', resolve));
  return {
    length: () => parts.reduce((bytes, part) => bytes + part.length, 0) >> 1,
    stop() {
      recorder.kill();
      const bytes = Buffer.concat(parts);
      return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length - (bytes.length % 2)));
    },
  };
};

/** Process ids of our children. */
export const children = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === process.pid;
      } catch {
        return false;
      }
    })
    .map(Number);

/** Nothing for `ms` milliseconds. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
