import { describe, expect, it } from 'vitest';
import { type DeviceInfo, type Direction, resolveDevice } from '../../src/node/device.js';

const info = (id: string, name: string, inputs: number, outputs: number, rest: Partial<DeviceInfo> = {}): DeviceInfo => ({
  id,
  name,
  inputs,
  outputs,
  isDefaultInput: false,
  isDefaultOutput: false,
  backend: 'naudiodon',
  ...rest,
});
const infos = [
  info('0', 'Built-in Microphone', 1, 0, { isDefaultInput: true }),
  info('1', 'USB Headset', 1, 2),
  info('2', 'USB Headset Pro', 0, 2, { isDefaultOutput: true }),
];
const resolve = (wanted: string | undefined, direction: Direction = 'input'): string =>
  resolveDevice(infos, wanted, direction, 'naudiodon').id;

describe('resolveDevice', () => {
  it('takes the default of the direction where nothing is said', () => {
    expect([resolve(undefined), resolve(undefined, 'output')]).toEqual(['0', '2']);
  });

  it.each([
    ['an id', '1', '1'],
    ['a name', 'USB Headset', '1'],
    ['a part of a name that only one device has, whatever the case', 'built', '0'],
  ])('takes %s', (_, wanted, id) => {
    expect(resolve(wanted)).toBe(id);
  });

  it('prefers a name to a part of another one', () => {
    expect(resolve('USB Headset', 'output')).toBe('1');
  });

  it.each<[string, string, Direction, string]>([
    ['an unknown name', 'Sony', 'input', "no input device 'Sony'; naudiodon finds: Built-in Microphone, USB Headset"],
    [
      'a device of the other direction',
      'Pro',
      'input',
      "no input device 'Pro'; naudiodon finds: Built-in Microphone, USB Headset",
    ],
    ['a part that two have', 'usb', 'output', "more than one output device 'usb'; naudiodon finds: USB Headset, USB Headset Pro"],
    ['an empty name', '', 'input', "no input device ''; naudiodon finds: Built-in Microphone, USB Headset"],
  ])('refuses %s and names what there is', (_, wanted, direction, message) => {
    expect(() => resolve(wanted, direction)).toThrow(message);
  });

  it('says so when there is no device at all, or no default', () => {
    expect(() => resolveDevice([], undefined, 'output', 'alsa')).toThrow(
      'no default output device: alsa finds no output device at all; connect one, or start the sound server',
    );
    expect(() => resolveDevice([info('1', 'Mic', 1, 0)], undefined, 'input', 'pulse')).toThrow(
      'no default input device; pulse finds: Mic',
    );
  });
});
