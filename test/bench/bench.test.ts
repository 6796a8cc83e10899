import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { hasShared } from '../shared.js';

const root = join(import.meta.dirname, '../..');

/** Runs a bench that hardly measures, and gives its last line. */
const figuresOf = async (name: string): Promise<unknown> => {
  const args = ['--import', 'tsx', 'bench/run.ts', name, '--quick', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
};

const interval = [expect.any(Number), expect.any(Number), expect.any(Number)];
const percentiles = { p50: expect.any(Number), p99: expect.any(Number) };

describe('bench', () => {
  it('gives the figures of the stages of audio', { timeout: 60_000 }, async () => {
    const figures = (await figuresOf('audio')) as Record<string, unknown>;
    expect(Object.keys(figures)).toHaveLength(14);
    for (const figure of Object.values(figures)) expect(figure).toEqual({ micros: interval, grownKilobytes: expect.any(Number) });
  });

  it('gives the figures of the hot path', { timeout: 60_000 }, async () => {
    expect(await figuresOf('hotpath')).toMatchObject({
      pipeUpMicros: expect.any(Number),
      pipeDownMicros: expect.any(Number),
      vadMicros: expect.any(Number),
      upRatio: interval,
      downRatio: interval,
    });
  });

  it('gives the figures of latency and of a live session', { timeout: 60_000 }, async () => {
    expect(await figuresOf('latency')).toMatchObject({
      deviceToSocketMs: percentiles,
      socketToDeviceMs: percentiles,
      loopbackMs: percentiles,
      turnMs: percentiles,
      hostToPipeMs: percentiles,
      pipeToHostMs: percentiles,
      cpuPercent: expect.any(Number),
      rssMegabytes: expect.any(Number),
    });
  });

  it('gives the figures of VoxStream', { timeout: 60_000 }, async () => {
    expect(await figuresOf('voxstream')).toMatchObject({
      costs: { creation: percentiles, process: percentiles, detectVoice: percentiles },
      delays: { 'delay and processing for balanced': expect.any(Number) },
    });
  });

  it('gives the figures of lanes', { timeout: 60_000 }, async () => {
    expect(await figuresOf('lanes')).toMatchObject({
      frameMicros: interval,
      switchMediaMs: percentiles,
      switchMs: percentiles,
      grownKilobytes: interval,
    });
  });

  it('gives the figures of a conversation through lanes', { timeout: 60_000 }, async () => {
    expect(await figuresOf('conversation')).toMatchObject({
      turns: 3,
      answeredOnce: 3,
      toolTurns: 2,
      toolsRunOnce: 2,
      shares: { fast: expect.any(Number), big: expect.any(Number) },
      switchesPerTurn: expect.any(Number),
      gapSamples: 0,
      lostSamples: 0,
      decisionToBigMs: percentiles,
      decisionToFastMs: percentiles,
      calculationMs: percentiles,
    });
  });

  it('gives the figures of many sessions at once', { timeout: 60_000 }, async () => {
    expect(await figuresOf('sessions')).toMatchObject({
      sessions: 4,
      seconds: 3,
      errors: 0,
      turns: 1,
      answers: 1,
      audioSeconds: expect.any(Number),
      cpuPercent: expect.any(Number),
      rssMegabytes: interval,
      liveMegabytes: interval,
      turnMs: percentiles,
      lateMs: percentiles,
    });
  });

  it.skipIf(!hasShared)('gives the figures of vad in noise (needs ../shared)', { timeout: 60_000 }, async () => {
    const scores = {
      auc: expect.any(Number),
      onsetMs: expect.any(Number),
      found: expect.any(Number),
      falseStarts: expect.any(Number),
    };
    const figures = (await figuresOf('vad')) as { rows: readonly { scores: Record<string, { auc: number }> }[] };
    expect(figures.rows.map((row) => row.scores)).toEqual(
      new Array(3).fill({ energy: scores, silero: scores, 'RNNoise, energy': scores, 'RNNoise, silero': scores }),
    );
    for (const row of figures.rows) expect(row.scores.silero?.auc).toBeGreaterThan(0.95);
  });
});
