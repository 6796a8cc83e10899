import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

describe('rxvox/voxstream', () => {
  it('loads neither socket nor engine, and no WebAssembly', async () => {
    const { metafile } = await build({
      entryPoints: [fileURLToPath(new URL('../../src/voxstream/index.ts', import.meta.url))],
      bundle: true,
      write: false,
      metafile: true,
      splitting: true,
      outdir: 'out',
      format: 'esm',
      platform: 'node',
      external: ['rxjs', '#wasm/*'],
    });
    const first =
      Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith('src/voxstream/index.ts'))?.[0] ?? '';
    const loaded = new Set<string>();
    const load = (output: string): void => {
      if (loaded.has(output)) return;
      loaded.add(output);
      for (const { path, kind } of metafile.outputs[output]?.imports ?? []) if (kind === 'import-statement') load(path);
    };
    load(first);
    const files = [...loaded].flatMap((output) => Object.keys(metafile.outputs[output]?.inputs ?? {}));
    const foreign =
      /src\/(engine|node|simulator|providers|otel|cli)\/|src\/(index|epic|events)\.ts|node_modules\/(ws|naudiodon|.*wasm|.*webrtcaec3)/;
    expect(files).toContain('src/voxstream/vox-stream.ts');
    expect(files.filter((file) => foreign.test(file))).toEqual([]);
    expect([...loaded].filter((output) => output === 'rxjs' || (/^[a-z@]/.test(output) && !metafile.outputs[output]))).toEqual([
      'rxjs',
    ]);
  });
});
