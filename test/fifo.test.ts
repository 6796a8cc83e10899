import { describe, expect, it } from 'vitest';
import { createFifo, type Fifo } from '../src/fifo.js';

const record = (react: (entry: string, fifo: Fifo<string>) => void, limit = 1000) => {
  const seen: string[] = [];
  const fifo: Fifo<string> = createFifo<string>({
    handle(entry) {
      seen.push(entry);
      react(entry, fifo);
      seen.push(`/${entry}`);
    },
    idle: () => seen.push('idle'),
    overflow: () => seen.push('overflow'),
    limit,
  });
  return { fifo, seen };
};

describe('fifo', () => {
  it('handles nothing before it is started', () => {
    const { fifo, seen } = record(() => {});
    fifo.push('a');
    expect(seen).toEqual([]);
    fifo.start();
    expect(seen).toEqual(['a', '/a', 'idle']);
  });

  it('appends what an entry causes, and never nests it', () => {
    const { fifo, seen } = record((entry, queue) => {
      if (entry === 'a') {
        queue.push('b');
        queue.push('c');
      }
      if (entry === 'b') queue.push('d');
    });
    fifo.start();
    seen.length = 0;
    fifo.push('a');
    expect(seen).toEqual(['a', '/a', 'b', '/b', 'c', '/c', 'd', '/d', 'idle']);
  });

  it('gives up when as many entries as the limit have caused further ones', () => {
    const { fifo, seen } = record((entry, queue) => queue.push(entry), 3);
    fifo.start();
    seen.length = 0;
    fifo.push('a');
    expect(seen).toEqual(['a', '/a', 'a', '/a', 'a', '/a', 'a', '/a', 'overflow']);
    fifo.push('b');
    expect(seen.at(-1)).toBe('overflow');
  });

  it('forgets what waits when it is stopped while handling', () => {
    const { fifo, seen } = record((entry, queue) => {
      queue.push(`${entry}2`);
      queue.stop();
    });
    fifo.start();
    seen.length = 0;
    fifo.push('a');
    fifo.push('b');
    expect(seen).toEqual(['a', '/a']);
  });
});
