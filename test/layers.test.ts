import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// Breaks every rule once, in a directory of its own that has our configuration, and does beside it what the rule allows.

const root = fileURLToPath(new URL('../', import.meta.url));
let project: string;
const write = (path: string, lines: readonly string[]): void => {
  const file = join(project, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${lines.join('\n')}\n`);
};

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'rxvox-layers-'));
  for (const name of ['biome.json', 'eslint.config.js', 'tsconfig.json', 'package.json']) {
    copyFileSync(join(root, name), join(project, name));
  }
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'), 'junction');
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Rules that a line of a file breaks, as `path:line` → names of rules. */
type Findings = ReadonlyMap<string, readonly string[]>;
const findings = (found: readonly (readonly [path: string, line: number, rule: string])[]): Findings => {
  const rules = new Map<string, string[]>();
  for (const [path, line, rule] of found) rules.set(`${path}:${line}`, [...(rules.get(`${path}:${line}`) ?? []), rule]);
  return rules;
};

interface BiomeReport {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: string; readonly start?: { readonly line: number } };
  }[];
}
/** Biome ends with 1 when it finds something, which is what we ask it for. */
const biome = (): Findings => {
  const args = [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'lint', '--reporter=json', '--max-diagnostics=none', '.'];
  const run = (): string => {
    try {
      return execFileSync(process.execPath, args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch (error) {
      return (error as { readonly stdout: string }).stdout;
    }
  };
  const { diagnostics } = JSON.parse(run()) as BiomeReport;
  return findings(
    diagnostics.map(({ category, location }) => [
      location.path,
      location.start?.line ?? 0,
      category.split('/').at(-1) ?? category,
    ]),
  );
};

/** A file, what it may do, and what it may not. */
interface Layer {
  readonly file: string;
  readonly may: readonly string[];
  readonly mayNot: readonly string[];
}
const layers: readonly Layer[] = [
  {
    file: 'src/either.ts',
    may: ['fp-ts/lib/Either.js'],
    mayNot: ['./audio.js', './wire/decode.js', 'fp-ts', 'fp-ts/Either', 'io-ts', 'rxjs'],
  },
  {
    file: 'src/clock.ts',
    may: ['./audio.js', './errors.js'],
    mayNot: ['./events.js', './fifo.js', './dsp/level.js', './wire/decode.js', 'rxjs', 'ws', 'node:fs'],
  },
  {
    file: 'src/dsp/probe.ts',
    may: ['../audio.js', '../errors.js', './level.js', '@echogarden/speex-resampler-wasm/simd'],
    mayNot: [
      '../events.js',
      '../wire/decode.js',
      '../state/usage.js',
      '../fifo.js',
      '../../operators/vad.js',
      'rxjs',
      'io-ts',
      'ws',
    ],
  },
  {
    file: 'src/wire/probe.ts',
    may: ['../audio.js', '../either.js', '../dsp/g711.js', './decode.js', 'io-ts'],
    mayNot: [
      '../events.js',
      '../state/usage.js',
      '../providers/openai.js',
      'rxjs',
      'fp-ts',
      'fp-ts/Either',
      'fp-ts/lib/Either.js',
      'io-ts/PathReporter',
      'ws',
    ],
  },
  {
    file: 'src/faults/probe.ts',
    may: ['../audio.js', '../clock.js', '../either.js', './fault.js', 'rxjs'],
    mayNot: [
      '../events.js',
      '../wire/decode.js',
      '../simulator/simulator.js',
      '../../marbles/pcm.js',
      'fp-ts/lib/Either.js',
      'ws',
      'node:net',
    ],
  },
  {
    file: 'src/events.ts',
    may: ['./audio.js', './errors.js', './wire/server-event.js'],
    mayNot: ['./epic.js', './state/usage.js', './providers/provider.js', 'rxjs'],
  },
  {
    file: 'src/state/probe.ts',
    may: ['../audio.js', '../events.js', '../wire/usage.js', '../dsp/level.js', './usage.js'],
    mayNot: ['../epic.js', '../outbox.js', '../providers/provider.js', '../../operators/vad.js', 'rxjs'],
  },
  {
    file: 'src/epic.ts',
    may: ['./events.js', './state/session-state.js', './wire/decode.js', './fifo.js', 'rxjs'],
    mayNot: ['../operators/ofType.js', '../marbles/pcm.js', './index.js', './engine/converse.js', './node/capture.js', 'ws'],
  },
  {
    file: 'src/run-epic.ts',
    may: ['./epic.js', './events.js', 'rxjs'],
    mayNot: ['../operators/ofType.js', './index.js', './simulator/simulator.js', './cli/talk.js', 'rxjs/operators', 'commander'],
  },
  {
    file: 'src/providers/probe.ts',
    may: ['../epic.js', '../events.js', '../state/usage.js', '../wire/decode.js', './provider.js', 'rxjs', 'io-ts'],
    mayNot: ['../index.js', '../../operators/ofType.js', '../node/open-socket.js', '../simulator/simulator.js', 'ws', 'node:net'],
  },
  {
    file: 'operators/probe.ts',
    may: ['../src/epic.js', '../src/fifo.js', '../src/dsp/level.js', '../src/providers/provider.js', './vad.js', 'rxjs'],
    mayNot: [
      './index.js',
      '../src/index.js',
      '../src/engine/converse.js',
      '../src/node/capture.js',
      '../src/simulator/simulator.js',
      '../marbles/pcm.js',
      'ws',
      'node:fs',
      'fp-ts',
      'fp-ts/lib/Either.js',
    ],
  },
  {
    file: 'src/dsp/probe/probe.ts',
    may: ['../../audio.js', '../../errors.js', '../level.js', './kernel.js', 'fft.js', 'libopus-wasm'],
    mayNot: ['../../events.js', '../../wire/decode.js', '../../../operators/vad.js', 'rxjs', 'io-ts', 'ws', 'node:fs'],
  },
  {
    file: 'operators/audio/probe.ts',
    may: [
      '../../src/epic.js',
      '../../src/dsp/level.js',
      '../../src/dsp/echo/kalman.js',
      '../vad.js',
      './processFrames.js',
      'rxjs',
    ],
    mayNot: ['./index.js', '../../src/index.js', '../../src/engine/converse.js', '../../src/node/capture.js', 'ws', 'node:fs'],
  },
  {
    file: 'src/voxstream/probe.ts',
    may: ['../audio.js', '../dsp/level.js', '../../operators/vad.js', '../../operators/audio/processFrames.js', 'rxjs'],
    mayNot: [
      '../index.js',
      '../engine/converse.js',
      '../../operators/index.js',
      '../node/capture.js',
      '../simulator/simulator.js',
      'ws',
    ],
  },
  {
    file: 'src/engine/probe.ts',
    may: ['../epic.js', '../providers/openai.js', '../../operators/vad.js', 'rxjs'],
    mayNot: [
      '../index.js',
      '../../operators/index.js',
      '../node/capture.js',
      '../browser/capture.js',
      '../simulator/simulator.js',
      'ws',
    ],
  },
  {
    file: 'src/otel/probe.ts',
    may: ['../epic.js', '../engine/cost.js', '../state/usage.js', '../../operators/vad.js', '@opentelemetry/api', 'rxjs'],
    mayNot: [
      './index.js',
      '../index.js',
      '../node/capture.js',
      '../simulator/simulator.js',
      '@opentelemetry/sdk-trace-base',
      'io-ts',
      'ws',
      'node:fs',
    ],
  },
  {
    file: 'src/index.ts',
    may: ['../operators/index.js', './audio.js', './providers/openai.js'],
    mayNot: ['./node/index.js', './simulator/index.js', './cli/talk.js', './otel/telemetry.js', '../marbles/index.js', 'ws'],
  },
  {
    file: 'marbles/probe.ts',
    may: ['../src/epic.js', '../operators/vad.js', './pcm.js', 'rxjs', 'rxjs/testing'],
    mayNot: [
      './index.js',
      '../operators/index.js',
      '../src/index.js',
      '../src/node/capture.js',
      '../src/browser/capture.js',
      '../src/simulator/simulator.js',
      'vitest',
      'ws',
      'node:fs',
    ],
  },
  {
    file: 'src/node/probe.ts',
    may: ['../audio.js', '../../operators/playTo.js', './capture.js', 'rxjs', 'ws', 'naudiodon', 'node:fs', 'node:fs/promises'],
    mayNot: [
      './index.js',
      '../index.js',
      '../simulator/simulator.js',
      '../browser/capture.js',
      '../cli/talk.js',
      '../otel/telemetry.js',
      '../../marbles/pcm.js',
    ],
  },
  {
    file: 'src/browser/probe.ts',
    may: ['../audio.js', '../../operators/playTo.js', 'rxjs'],
    mayNot: ['../node/capture.js', '../simulator/simulator.js', '../../marbles/pcm.js', 'ws', 'naudiodon', 'node:fs'],
  },
  {
    file: 'src/simulator/speech/probe.ts',
    may: ['../../audio.js', '../pace.js', '../../../operators/vad.js', 'rxjs', 'ws', 'node:http'],
    mayNot: ['../index.js', '../../node/capture.js', '../../cli/talk.js', '../../../marbles/pcm.js', 'naudiodon', 'commander'],
  },
  {
    file: 'src/cli/probe.ts',
    may: [
      '../node/capture.js',
      '../simulator/simulator.js',
      '../../operators/vad.js',
      './talk.js',
      'rxjs',
      'commander',
      'node:fs',
    ],
    mayNot: ['../index.js', '../node/index.js', '../simulator/index.js', '../../marbles/pcm.js', 'vitest', 'fp-ts'],
  },
  {
    file: 'test/probe.test.ts',
    may: ['../src/index.js', '../marbles/index.js', 'fp-ts/lib/Either.js', 'ws', 'node:fs', 'vitest'],
    mayNot: ['fp-ts', 'fp-ts/Either', 'io-ts/PathReporter', 'io-ts/lib/PathReporter.js'],
  },
];

/** Code of a file, and the rule that each line breaks, if any. */
interface Probe {
  readonly file: string;
  readonly title: string;
  readonly bad: string;
  readonly good: string;
  readonly rule: string;
}
const denied = (files: readonly string[], global: string, bad: string, good: string): Probe[] =>
  files.map((file) => ({ file, title: `${global} in ${file}`, bad, good, rule: 'noRestrictedGlobals' }));
const core = [
  'src/dsp',
  'src/wire',
  'src/faults',
  'src/state',
  'src/providers',
  'src/engine',
  'src/voxstream',
  'src/otel',
  'operators',
  'marbles',
].map((folder) => `${folder}/globals.ts`);
const probes: readonly Probe[] = [
  ...denied(
    ['src/globals.ts', 'src/clock.ts', ...core],
    'Buffer',
    'export const b = Buffer.alloc(1);',
    'export const b = new Uint8Array(1);',
  ),
  ...denied(core, 'process', 'export const p = process.env;', 'export const p = {};'),
  ...denied(core, 'setTimeout', 'export const t = () => setTimeout(() => undefined, 1);', 'export const t = () => undefined;'),
  ...denied(core, 'setInterval', 'export const i = () => setInterval(() => undefined, 1);', 'export const i = () => undefined;'),
  ...denied(core, 'setImmediate', 'export const m = () => setImmediate(() => undefined);', 'export const m = () => undefined;'),
  ...denied(['src/clock.ts', ...core], 'Date', 'export const d = Date.now();', 'export const d = 0;'),
  ...denied(core, 'performance', 'export const n = performance.now();', 'export const n = 0;'),
  ...[
    'src/probe.ts',
    'src/providers/wall.ts',
    'operators/wall.ts',
    'src/engine/wall.ts',
    'src/otel/wall.ts',
    'marbles/wall.ts',
  ].map((file) => ({
    file,
    title: `operators of RxJS that read the wall clock in ${file}`,
    bad: "export { debounceTime } from 'rxjs';",
    good: "export { timer } from 'rxjs';",
    rule: 'noRestrictedImports',
  })),
  ...['src/dsp/node.ts', 'operators/node.ts', 'marbles/node.ts', 'src/browser/node.ts'].map((file) => ({
    file,
    title: `modules of Node in ${file}`,
    bad: "export { readFileSync } from 'node:fs';",
    good: 'export const nothing = undefined;',
    rule: 'noNodejsModules',
  })),
  { file: 'src/any.ts', title: 'any', bad: 'export type A = any;', good: 'export type A = unknown;', rule: 'noExplicitAny' },
  { file: 'src/enum.ts', title: 'enum', bad: 'export enum A { B }', good: "export type A = 'b';", rule: 'noEnum' },
  {
    file: 'operators/default.ts',
    title: 'default exports',
    bad: 'export default function () {}',
    good: 'export function named() {}',
    rule: 'noDefaultExport',
  },
  {
    file: 'operators/assertion.ts',
    title: 'non-null assertions',
    bad: 'export const first = (all: number[]): number => all[0]!;',
    good: 'export const first = (all: number[]): number => all[0] ?? 0;',
    rule: 'noNonNullAssertion',
  },
  {
    file: 'operators/console.ts',
    title: 'console',
    bad: 'export const say = () => console.log();',
    good: 'export const say = () => undefined;',
    rule: 'noConsole',
  },
  {
    file: 'test/only.test.ts',
    title: 'tests that leave out the others',
    bad: "it.only('a', () => undefined);",
    good: "it('a', () => undefined);",
    rule: 'noFocusedTests',
  },
];

describe('layers and platform', () => {
  let found: Findings;
  const lines = new Map<string, string[]>();
  /** Adds a line to a file; says where it is. */
  const at = (file: string, line: string): string => {
    const all = lines.get(file) ?? [];
    lines.set(file, [...all, line]);
    return `${file}:${all.length + 1}`;
  };
  const importing = (name: string): string => `import '${name}';`;

  const imports = layers.map(({ file, may, mayNot }) => ({
    file,
    may: may.map((name) => [name, at(file, importing(name))] as const),
    mayNot: mayNot.map((name) => [name, at(file, importing(name))] as const),
  }));
  const placed = probes.map((probe) => ({ ...probe, badAt: at(probe.file, probe.bad), goodAt: at(probe.file, probe.good) }));

  beforeAll(() => {
    for (const [file, text] of lines) write(file, text);
    write('src/state/chicken.ts', ["import { egg } from './egg.js';", 'export const chicken = () => egg;']);
    write('src/state/egg.ts', ["import { chicken } from './chicken.js';", 'export const egg = () => chicken;']);
    write('src/state/nest.ts', ["import { egg } from './egg.js';", 'export const nest = () => egg;']);
    const named = ['src/state/camelName.ts', 'src/state/kebab-name.ts', 'operators/camelName.ts', 'operators/kebab-name.ts'];
    const tests = ['test/operators/camelName.test.ts', 'test/operators/kebab-name.test.ts', 'test/kebab-name.test.ts'];
    for (const file of [...named, ...tests]) write(file, ['export const nothing = undefined;']);
    found = biome();
  }, 60_000);

  const rulesAt = (place: string): readonly string[] => found.get(place) ?? [];
  const importRules = ['noRestrictedImports', 'noNodejsModules'];

  for (const { file, may, mayNot } of imports) {
    it.each(mayNot)(`keeps %s out of ${file}`, (_, place) => expect(rulesAt(place)).toContain('noRestrictedImports'));
    it.each(may)(`lets %s into ${file}`, (_, place) => {
      expect(rulesAt(place).filter((rule) => importRules.includes(rule))).toEqual([]);
    });
  }

  it.each(placed.map((probe) => [probe.title, probe] as const))('forbids %s', (_, { rule, badAt, goodAt }) => {
    expect(rulesAt(badAt)).toContain(rule);
    expect(rulesAt(goodAt)).not.toContain(rule);
  });

  it('wants files named in kebab-case, and operators like their export', () => {
    const misnamed = [...found].filter(([, rules]) => rules.includes('useFilenamingConvention'));
    const files = misnamed.map(([place]) => place.slice(0, place.indexOf(':'))).sort();
    expect(files).toEqual(['operators/kebab-name.ts', 'src/state/camelName.ts', 'test/operators/kebab-name.test.ts']);
  });

  it('forbids import cycles', () => {
    expect(rulesAt('src/state/chicken.ts:1')).toContain('noImportCycles');
    expect(rulesAt('src/state/egg.ts:1')).toContain('noImportCycles');
    expect(rulesAt('src/state/nest.ts:1')).not.toContain('noImportCycles');
  });
});

describe('streams', () => {
  const head = [
    "import { interval, map, merge, NEVER, of, take, takeUntil, throwError } from 'rxjs';",
    'const a$ = interval(1);',
  ];
  const onError = 'error: () => undefined';
  const cases = [
    {
      rule: 'rxjs-x/no-nested-subscribe',
      bad: `a$.subscribe({ next: () => { NEVER.subscribe({ ${onError} }); }, ${onError} });`,
      good: `merge(a$, NEVER).subscribe({ ${onError} });`,
    },
    {
      rule: 'rxjs-x/no-floating-observables',
      bad: 'of(1).pipe(map(String));',
      good: 'export const b$ = of(1).pipe(map(String));',
    },
    {
      rule: 'rxjs-x/no-unsafe-takeuntil',
      bad: 'export const c$ = a$.pipe(takeUntil(NEVER), map(String));',
      good: 'export const d$ = a$.pipe(map(String), takeUntil(NEVER));',
    },
    { rule: 'rxjs-x/no-ignored-error', bad: 'a$.subscribe(() => undefined);', good: `a$.subscribe({ ${onError} });` },
    {
      rule: 'no-restricted-syntax',
      bad: 'export const e = async () => of(1);',
      good: 'export const e = () => of(1);',
    },
    { rule: 'no-restricted-syntax', bad: 'export const f = await 1;', good: 'export const f = 1;' },
    {
      rule: 'no-restricted-syntax',
      folder: 'test',
      bad: 'declare const marbles: (test: () => void) => () => void; marbles(() => undefined);',
      good: 'declare const marbles: (test: () => void) => () => void; marbles(() => undefined)();',
    },
  ].map((each) => ({ folder: 'operators', ...each }));
  let found: Findings;

  beforeAll(async () => {
    const files = cases.flatMap(({ folder, bad, good }, i) => [
      { path: `${folder}/bad${i}.ts`, code: bad },
      { path: `${folder}/good${i}.ts`, code: good },
    ]);
    for (const { path, code } of files)
      write(path, [...head, code, 'export const used = [a$, map, merge, NEVER, of, take, takeUntil, throwError];']);
    const results = await new ESLint({ cwd: project }).lintFiles(files.map(({ path }) => path));
    found = findings(
      results.flatMap(({ filePath, messages }) =>
        messages.map(
          ({ line, ruleId, message }) =>
            [filePath.slice(filePath.search(/\w+\/(bad|good)\d+\.ts$/)), line, ruleId ?? message] as const,
        ),
      ),
    );
  }, 120_000);

  it.each(cases.map(({ folder, rule, bad }, i) => [bad, rule, folder, i] as const))('forbids %s', (_, rule, folder, i) => {
    expect(found.get(`${folder}/bad${i}.ts:3`)).toEqual([rule]);
    expect(found.get(`${folder}/good${i}.ts:3`)).toBeUndefined();
  });
});
