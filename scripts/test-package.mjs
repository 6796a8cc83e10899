// Packs rxvox, installs the tarball in an empty project and uses it there as its users do. Wants a build in dist/.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const project = mkdtempSync(join(tmpdir(), 'rxvox-package-'));
process.on('exit', () => rmSync(project, { recursive: true, force: true }));

const compilers = { 5.7: '5.7.3', 5.9: '5.9.3', '6.0': '6.0.3' };
const resolutions = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
};
const question = 'assets/question-tokyo-24k.wav';

/** Runs a program to its end, in the project where nothing else is said. It has no standard input. */
const run = (file, args, { cwd = project, ms = 120_000 } = {}) =>
  new Promise((resolve) => {
    const env = { ...process.env, OPENAI_API_KEY: 'none' };
    const child = execFile(file, args, { cwd, env, timeout: ms, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : (child.exitCode ?? `ended by ${error.signal ?? error.code}`);
      resolve({ code, stdout, stderr });
    });
    child.stdin.end();
  });
const expect = (condition, message) => {
  if (!condition) throw new Error(message);
};
const succeeds = async (...command) => {
  const { code, stdout, stderr } = await run(...command);
  expect(code === 0, `exit ${code}\n${stdout.slice(-2000)}${stderr.slice(-2000)}`);
  return stdout;
};
const write = (name, text) => writeFileSync(join(project, name), text);

let passed = 0;
const failures = [];
const test = async (name, body) => {
  const started = performance.now();
  try {
    await body();
    passed += 1;
    console.log(`ok      ${name} (${Math.round(performance.now() - started)} ms)`);
  } catch (error) {
    failures.push(name);
    console.log(`FAILED  ${name}\n        ${String(error.message).trim().replaceAll('\n', '\n        ')}`);
  }
};

const install = async () => {
  const [packed] = JSON.parse(
    await succeeds('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], { cwd: root }),
  );
  write('package.json', JSON.stringify({ name: 'consumer', private: true }));
  const typescripts = Object.entries(compilers).map(([line, version]) => `typescript-${line}@npm:typescript@${version}`);
  const packages = [`./${packed.filename}`, 'rxjs@7.8.2', '@opentelemetry/api@1.9.1', '@types/node@20.19.43', ...typescripts];
  // Without the optional native module: it must be possible to live without.
  const flags = ['--prefer-offline', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  await succeeds('npm', ['install', ...flags, ...packages], { ms: 300_000 });
  cpSync(join(project, 'node_modules/rxvox/assets'), join(project, 'assets'), { recursive: true });
  return packed.files.map(({ path }) => path);
};

/** The code of the README in a language, block by block. */
const blocks = (...languages) => {
  const text = existsSync(join(root, 'README.md')) ? readFileSync(join(root, 'README.md'), 'utf8') : '';
  return [...text.matchAll(/^(<!-- run -->\n)?```(\w+)[^\n]*\n(.*?)^```/gms)]
    .filter(([, , name]) => languages.includes(name))
    .map(([, mark, , code]) => ({ code, isRun: mark !== undefined }));
};
const installed = ({ code }) =>
  [...code.matchAll(/from '([^.'][^']*)'/g)].every(([, name]) => /^(rxvox|rxjs)(\/|$)/.test(name) || name.startsWith('node:'));
/** Programs that talk to the service through sound devices, with a file and a simulator in their places. */
const seated = {
  'as a stream': (code, url) =>
    `import { wavSink, wavSource } from 'rxvox/node';\n${code}`
      .replace('capture()', `wavSource('${question}', { pace: 'fast' })`)
      .replace('speaker()', "wavSink('answer-of-readme.wav')")
      .replace('openai({ apiKey })', `openai({ apiKey, url: '${url}' })`),
  'as an object': (code, url) =>
    `import { openai } from 'rxvox';\nimport { wavSink, wavSource } from 'rxvox/node';\n${code}
      engine.events.on('turn.response_completed', ({ type }) => {
        console.log(type === 'turn.response_completed' ? 'response.done' : type);
        void engine.disconnect();
      });`
      .replace('})', `}, { microphone: () => wavSource('${question}'), loudspeaker: () => wavSink('answer-of-readme.wav') })`)
      .replace('open({', `open({ provider: openai({ apiKey: 'none', url: '${url}' }),`),
};

/** The same statements as a program of either kind: CommonJS knows no `await` at the top. */
const javascript = async (code, kind) => {
  write('source.ts', code);
  const program = `
    const ts = require('typescript-5.9');
    const module = ts.ModuleKind['${kind === 'esm' ? 'ESNext' : 'CommonJS'}'];
    const options = { compilerOptions: { module, target: ts.ScriptTarget.ES2022, esModuleInterop: true } };
    console.log(ts.transpileModule(require('node:fs').readFileSync('source.ts', 'utf8'), options).outputText);`;
  const output = await succeeds(process.execPath, ['-e', program]);
  return kind === 'esm' ? output : `(async () => {\n${output}\n})();\n`;
};

const conversation = `
import { lastValueFrom, toArray } from 'rxjs';
import { encode, realtime, simulator, vad } from 'rxvox';
import { openSocket, wavSink, wavSource } from 'rxvox/node';
import { startSimulator } from 'rxvox/simulator';

const service = await startSimulator();
const events = await lastValueFrom(
  wavSource('${question}', { pace: 'fast' }).pipe(
    vad(),
    encode(),
    realtime(simulator({ url: service.url }), { openSocket, playout: wavSink('answer-of-program.wav') }),
    toArray(),
  ),
);
await service.close();
const answers: number = events.filter(({ type }) => type === 'response.done').length;
if (answers !== 1) throw new Error(\`\${answers} answers to one question\`);
`;

/** Imports everything, and lets inference fail where a declaration does not resolve. */
/** Files of small rules that belong together; every other file exports what it is called. */
const families = new Set(['interruptions', 'spokenConditions', 'turnConditions']);

const typed = (doors, operators) => `
import { of } from 'rxjs';
import { type AudioFrame, type VoiceEvent, type VoiceFrame, vad } from 'rxvox';
${doors.map((door, i) => `import * as door${i} from '${door}';`).join('\n')}
${operators.map((name) => `import ${families.has(name) ? '* as' : `{ ${name} as`} ${name}Alone${families.has(name) ? '' : ' }'} from 'rxvox/operators/${name}';`).join('\n')}

export const frame: AudioFrame = { samples: new Int16Array(480), sampleRate: 24000, position: 0 };
of(frame).pipe(vad()).subscribe((voice: VoiceFrame) => voice.level.toFixed());
export const tag = (event: VoiceEvent): string => (event.type === 'error' ? event.error.message : event.type);
type IsAny<T> = 0 extends 1 & T ? true : false;
export const noneIsAny: false[] = [${operators.map((name) => `false as IsAny<typeof ${name}Alone>`).join(', ')}];
export const all = [${doors.map((_, i) => `door${i}`).join(', ')}];
`;

/** Our declarations with nothing else around; programs as their author would, with the types of Node. */
const typeChecks = async (line, resolution, files, types = []) => {
  const compilerOptions = {
    ...resolutions[resolution],
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types,
    strict: true,
    esModuleInterop: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  };
  const name = `tsconfig-${line}-${resolution}-${types.length}.json`;
  write(name, JSON.stringify({ compilerOptions, files }));
  await succeeds(process.execPath, [`node_modules/typescript-${line}/bin/tsc`, '-p', name]);
};

const files = await install();
const { exports, version } = JSON.parse(readFileSync(join(project, 'node_modules/rxvox/package.json'), 'utf8'));
const doors = Object.keys(exports)
  .filter((key) => !key.includes('*') && key !== './package.json')
  .map((key) => `rxvox${key.slice(1)}`);
const operators = readdirSync(join(root, 'operators'))
  .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
  .map((name) => name.slice(0, -3));

await test('the tarball holds the build, the question, the papers and nothing else', () => {
  const strays = files.filter((path) => !/^(dist|assets)\/|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(path));
  expect(strays.length === 0, `strays: ${strays.join(', ')}`);
  for (const path of [question, 'README.md', 'LICENSE', 'CHANGELOG.md']) expect(files.includes(path), `${path} is missing`);
});

const has = (name) =>
  families.has(name) ? "Object.values(it).some((one) => typeof one === 'function')" : `(typeof it.${name} === 'function')`;
const loaders = { esm: (name) => `await import('${name}')`, cjs: (name) => `require('${name}')` };
const load = (kind, code) =>
  succeeds(process.execPath, kind === 'esm' ? ['--input-type=module', '-e', code] : ['--input-type=commonjs', '-e', code]);

for (const [kind, loader] of Object.entries(loaders)) {
  for (const door of doors) await test(`${door} loads as ${kind}`, () => load(kind, `${loader(door)}; process.exit(0);`));
  for (const name of operators) {
    await test(`rxvox/operators/${name} loads alone as ${kind}`, () =>
      load(kind, `const it = ${loader(`rxvox/operators/${name}`)}; if (!${has(name)}) throw new Error('no function');`));
  }
  await test(`error classes are one and the same at every door, as ${kind}`, () =>
    load(
      kind,
      `const { EngineError } = ${loader('rxvox')};
       const { wavSource } = ${loader('rxvox/node')};
       wavSource('missing.wav').subscribe({
         error: (error) => { if (!(error instanceof EngineError)) throw new Error('another class: ' + error); },
         complete: () => { throw new Error('no error'); },
       });`,
    ));
  await test(`the WebAssembly of resample() is found, as ${kind}`, () =>
    load(
      kind,
      `const { resample } = ${loader('rxvox/operators/resample')};
       const { of, reduce } = ${loader('rxjs')};
       of({ samples: new Int16Array(1600), sampleRate: 16000, position: 0 })
         .pipe(resample({ to: 24000 }), reduce((length, { samples }) => length + samples.length, 0))
         .subscribe((length) => { if (length !== 2400) throw new Error(length + ' samples'); });`,
    ));
  await test(`the weights of silero() are found, as ${kind}`, () =>
    load(
      kind,
      `const { neuralVad } = ${loader('rxvox/audio')};
       const { of } = ${loader('rxjs')};
       of({ samples: new Int16Array(1600), sampleRate: 16000, position: 0 })
         .pipe(neuralVad())
         .subscribe(({ vad }) => { if (vad !== 'silence') throw new Error(vad); });`,
    ));
  await test(`the process of the sound device is found, and misses what is not installed, as ${kind}`, () =>
    load(
      kind,
      `const { devices } = ${loader('rxvox/node')};
       devices({ backend: 'naudiodon' }).then(
         () => { throw new Error('naudiodon is in the package'); },
         ({ code, message }) => {
           if (code !== 'backend_missing' || !message.includes('tried naudiodon (not installed)')) throw new Error(message);
         },
       );`,
    ));
  await test(`a question gets its answer in a program, as ${kind}`, async () => {
    const name = kind === 'esm' ? 'program.mjs' : 'program.cjs';
    write(name, await javascript(conversation, kind));
    await succeeds(process.execPath, [name], { ms: 60_000 });
    expect(statSync(join(project, 'answer-of-program.wav')).size > 44, 'the answer is empty');
    rmSync(join(project, 'answer-of-program.wav'));
  });
}

await test('the core and the marbles load no socket, no native module and no test runner', () =>
  load(
    'cjs',
    `for (const door of ['rxvox', 'rxvox/operators', 'rxvox/marbles']) require(door);
     const stray = Object.keys(require.cache).find((path) => !/node_modules.(rxvox|rxjs|tslib)./.test(path));
     if (stray !== undefined) throw new Error(stray + ' was loaded');`,
  ));

const readme = blocks('ts', 'typescript').filter(installed);
await test('the README has code', () => expect(readme.length > 0, 'no block of TypeScript in README.md'));
const runs = readme.filter(({ isRun }) => isRun);
await test('the README has code that runs as it is', () =>
  expect(runs.length > 0, 'no block of README.md is marked <!-- run -->'));
for (const [i, { code }] of runs.entries()) {
  for (const kind of ['esm', 'cjs']) {
    await test(`block ${i + 1} of the README that runs as it is runs, as ${kind}`, async () => {
      const name = kind === 'esm' ? 'readme.mjs' : 'readme.cjs';
      write(name, await javascript(code, kind));
      await succeeds(process.execPath, [name], { ms: 60_000 });
    });
  }
}
const { startSimulator } = createRequire(join(project, 'package.json'))('rxvox/simulator');
for (const [i, [form, seat]] of Object.entries(seated).entries()) {
  for (const kind of ['esm', 'cjs']) {
    await test(`the README's conversation ${form} is held, as ${kind}`, async () => {
      const service = await startSimulator();
      const name = kind === 'esm' ? 'seated.mjs' : 'seated.cjs';
      write(name, await javascript(seat(readme[i].code, service.url), kind));
      const output = await succeeds(process.execPath, [name], { ms: 60_000 });
      await service.close();
      const answers = output.split('\n').filter((line) => line === 'response.done').length;
      expect(answers === 1, `${answers} answers to one question:\n${output}`);
    });
  }
}

write('everything.mts', typed(doors, operators));
write('everything.cts', typed(doors, operators));
write('conversation.mts', conversation);
readme.forEach(({ code }, i) => {
  write(`readme-${i}.mts`, code);
});
const programs = ['conversation.mts', ...readme.map((_, i) => `readme-${i}.mts`)];
for (const line of Object.keys(compilers)) {
  await test(`declarations type-check with TypeScript ${line}, nodenext, both kinds`, () =>
    typeChecks(line, 'nodenext', ['everything.mts', 'everything.cts']));
  await test(`declarations type-check with TypeScript ${line}, bundler`, () => typeChecks(line, 'bundler', ['everything.mts']));
  await test(`programs type-check with TypeScript ${line}, nodenext`, () => typeChecks(line, 'nodenext', programs, ['node']));
  await test(`programs type-check with TypeScript ${line}, bundler`, () => typeChecks(line, 'bundler', programs, ['node']));
}

const rxvox = (...args) => run('npx', ['--no', '--', 'rxvox', ...args]);
await test('npx rxvox talk answers a question', async () => {
  const { code, stdout, stderr } = await rxvox('talk', '--input', question, '--output', 'out.wav', '--json');
  expect(code === 0, `exit ${code}: ${stderr.slice(-2000)}`);
  const summary = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .at(-1);
  expect(summary.type === 'summary' && summary.turns === 1 && summary.samplesPlayed > 0, JSON.stringify(summary));
  const { size } = statSync(join(project, 'out.wav'));
  expect(size === 44 + 2 * summary.samplesPlayed, `${size} bytes for ${summary.samplesPlayed} samples`);
});
await test('npx rxvox audio enhances a file and draws it', async () => {
  const what = [
    '--enhance',
    'all',
    '--mode',
    'quality',
    '--vad',
    'silero',
    '--output',
    'clear.wav',
    '--plot',
    'clear.svg',
    '--json',
  ];
  const { code, stdout, stderr } = await rxvox('audio', question, ...what);
  expect(code === 0, `exit ${code}: ${stderr.slice(-2000)}`);
  const { stages, after } = JSON.parse(stdout);
  expect(stages.length === 3 && after.segments.length > 0, stdout);
  for (const name of ['clear.wav', 'clear.svg']) expect(statSync(join(project, name)).size > 1000, `${name} is too short`);
});
await test('rxvox --help names every command', async () => {
  const { code, stdout } = await rxvox('--help');
  expect(
    code === 0 && ['talk', 'devices', 'mic', 'audio', 'simulate', 'play'].every((command) => stdout.includes(command)),
    `exit ${code}: ${stdout}`,
  );
});
await test('rxvox --version is that of the package', async () => {
  const { code, stdout } = await rxvox('--version');
  expect(code === 0 && stdout.trim() === version, `exit ${code}: ${stdout}`);
});
for (const args of [['talk', '--nonsense'], ['--nonsense'], ['talk', '--input', 'missing.wav']]) {
  await test(`rxvox ${args.join(' ')} gives one line and exit 2`, async () => {
    const { code, stderr } = await rxvox(...args);
    expect(code === 2, `exit ${code}: ${stderr}`);
    const lines = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('npm '));
    expect(lines.length === 1, stderr);
  });
}

console.log(`\n${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
