import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  AudioError,
  AuthenticationError,
  ConfigError,
  ConnectionError,
  EngineError,
  StreamError,
  ToolError,
} from '../src/errors.js';

const family = { AudioError, AuthenticationError, ConfigError, ConnectionError, StreamError, ToolError };

describe('the family of errors', () => {
  it.each(Object.entries(family))('%s is an EngineError that says what it is by _tag', (name, Class) => {
    const cause = new Error('inner');
    const error = new Class('what happened', { code: 'timeout', retryable: true, retryAfterMs: 500, cause });
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ _tag: name, name, code: 'timeout', retryable: true, retryAfterMs: 500, cause });
  });

  it('is not worth a retry unless it says so', () => {
    const { retryable, retryAfterMs } = new EngineError('what happened', { code: 'quota' });
    expect({ retryable, retryAfterMs }).toEqual({ retryable: false, retryAfterMs: undefined });
  });

  it('goes into a log in a line, without stack and cause', () => {
    const error = new ToolError('what happened', { code: 'threw', cause: new Error('sk-secret') });
    expect(JSON.stringify(error)).toMatch(/^(?!.*(secret|stack)).*"code":"threw"/);
  });
});

describe('docs/pipeline.md', () => {
  it('names every code', () => {
    const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
    const codes = [...read('src/errors.ts').matchAll(/^ {2}\| '(\w+)'/gm)].map(([, code]) => code);
    const table = read('docs/pipeline.md').split('## Errors')[1];
    expect(codes.length).toBeGreaterThan(30);
    expect(codes.filter((code) => !table?.includes(`\`${code}\``))).toEqual([]);
  });
});
