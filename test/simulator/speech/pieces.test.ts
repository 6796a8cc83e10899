import { describe, expect, it } from 'vitest';
import { codecOf } from '../../../src/simulator/audio-format.js';
import { piecesOf } from '../../../src/simulator/speech/pieces.js';
import { fromBase64 } from '../../../src/wire/base64.js';
import { loud } from '../sound.js';

const pcm = codecOf({ type: 'audio/pcm', rate: 24_000 });
const ulaw = codecOf({ type: 'audio/pcmu' });

describe('piecesOf', () => {
  it('cuts into 200 ms and a rest, and loses nothing', () => {
    const voice = loud(450);
    const pieces = piecesOf(voice, pcm);
    expect(pieces.map(({ ms }) => ms)).toEqual([200, 200, 50]);
    expect(pieces.flatMap(({ delta }) => [...(fromBase64(delta) ?? [])])).toEqual([...voice]);
  });

  it('takes as long in G.711, at a sixth of the bytes', () => {
    const pieces = piecesOf(loud(450), ulaw);
    expect(pieces.map(({ ms }) => ms)).toEqual([200, 200, 50]);
    expect(pieces.map(({ delta }) => Buffer.from(delta, 'base64').length)).toEqual([1600, 1600, 400]);
  });

  it('encodes the same voice once for each codec', () => {
    const voice = loud(450);
    expect(piecesOf(voice, pcm)).toBe(piecesOf(voice, pcm));
    expect(piecesOf(voice, ulaw)).not.toBe(piecesOf(voice, pcm));
    expect(piecesOf(loud(450), pcm)).not.toBe(piecesOf(voice, pcm));
  });

  it('has nothing to say of nothing', () => {
    expect(piecesOf(new Int16Array(), pcm)).toEqual([]);
  });
});
