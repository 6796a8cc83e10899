/** What a page loads before it runs: what is loaded later, when it is used, is a file of its own. */
const before = {
  gzip: true,
  ignore: ['rxjs', '@opentelemetry/api'],
  modifyEsbuildConfig: (config) => ({ ...config, plugins: [...(config.plugins ?? []), later] }),
};

const later = {
  name: 'later',
  setup: ({ onResolve }) => {
    onResolve({ filter: /./ }, ({ path, kind }) => (kind === 'dynamic-import' ? { path, external: true } : undefined));
  },
};

const imports = [
  { name: 'rxvox, every name of it at once', path: 'dist/index.js', import: '*', limit: '89 kB' },
  { name: 'VoiceEngine of rxvox', path: 'dist/index.js', import: '{ VoiceEngine }', limit: '71.7 kB' },
  { name: 'converse with OpenAI', path: 'dist/index.js', import: '{ converse, openai }', limit: '43.8 kB' },
  { name: 'the pipeline of the README', path: 'dist/index.js', import: '{ encode, openai, realtime, vad }', limit: '33.5 kB' },
  { name: 'rxvox/operators/vad', path: 'dist/operators/vad.js', limit: '1.8 kB' },
  { name: 'rxvox/operators/frame', path: 'dist/operators/frame.js', limit: '1.2 kB' },
  { name: 'rxvox/voxstream', path: 'dist/voxstream/index.js', limit: '30 kB' },
  { name: 'rxvox/marbles', path: 'dist/marbles/index.js', limit: '16 kB' },
  { name: 'rxvox/mock', path: 'dist/mock/index.js', limit: '26.7 kB' },
  { name: 'rxvox/transport', path: 'dist/transport/index.js', limit: '12.6 kB' },
  { name: 'rxvox/contract', path: 'dist/contract/index.js', limit: '23.7 kB' },
  { name: 'rxvox/otel', path: 'dist/otel/index.js', limit: '6.7 kB' },
  { name: 'rxvox/audio, every name of it at once', path: 'dist/audio/index.js', import: '*', limit: '37.3 kB' },
];

// biome-ignore lint/style/noDefaultExport: what size-limit reads.
export default imports.map((entry) => ({ ...entry, ...before }));
