import { expect, it } from 'vitest';
import { devices } from '../../src/node/index.js';
import { children } from './virtual-audio.js';

it('lists the devices of every backend, with their directions and the default', async () => {
  const list = await devices();
  expect(list).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ backend: 'naudiodon', name: 'mic', inputs: expect.any(Number) }),
      expect.objectContaining({ backend: 'naudiodon', name: 'default', isDefaultInput: true, isDefaultOutput: true }),
      expect.objectContaining({ backend: 'pulse', name: 'mic', inputs: 1, outputs: 0, isDefaultInput: true }),
      expect.objectContaining({ backend: 'pulse', name: 'speaker', inputs: 0, outputs: 2, isDefaultOutput: true }),
      expect.objectContaining({ backend: 'alsa', name: 'default', isDefaultInput: true, isDefaultOutput: true }),
    ]),
  );
});

it('lists those of one backend', async () => {
  expect(new Set((await devices({ backend: 'pulse' })).map(({ backend }) => backend))).toEqual(new Set(['pulse']));
});

it('leaves no process behind', async () => {
  await devices();
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(children()).toEqual([]);
});
