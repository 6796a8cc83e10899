import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/index.js';
import { connect } from './connect.js';
import { quiet, speech } from './sound.js';

const resources = () => process.getActiveResourcesInfo();

/** What keeps this process alive and did not before. */
const moreThan = (before: readonly string[]): readonly string[] => {
  const known = [...before];
  return resources().filter((name) => {
    const at = known.indexOf(name);
    if (at >= 0) known.splice(at, 1);
    return at < 0;
  });
};

const until = async (isSo: () => boolean) => {
  for (let left = 500; !isSo() && left > 0; left--) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('simulator.close', () => {
  it('ends sockets and timers in the middle of everything and leaves nothing', async () => {
    const before = resources();
    const simulator = await startSimulator({
      pace: 'realtime',
      script: [{ text: 'Said while the server goes away.', transcript: 'Go.' }],
    });
    const clients = [1, 2, 3].map(() => connect(`${simulator.url}?model=gpt-realtime`));
    for (const client of clients) {
      client.send({
        type: 'session.update',
        session: { type: 'realtime', audio: { input: { transcription: { model: 'whisper-1' } } } },
      });
      for (const audio of [speech(500), quiet(400)]) client.send({ type: 'input_audio_buffer.append', audio });
      await client.next('response.created');
    }
    expect(simulator.connections).toBe(3);
    await simulator.close();
    for (const client of clients) await client.closed;
    expect(simulator.connections).toBe(0);
    await until(() => moreThan(before).length === 0);
    expect(moreThan(before)).toEqual([]);
  });

  it('forgets a session whose client went away', async () => {
    await using simulator = await startSimulator({
      voice: 'built-in',
      pace: 'realtime',
      script: ['Nobody hears the end of this.'],
    });
    const client = connect(`${simulator.url}?model=gpt-realtime`);
    await client.next('session.created');
    client.send({ type: 'response.create' });
    await client.next('response.created');
    client.close();
    await client.closed;
    await until(() => simulator.connections === 0);
    expect(simulator.connections).toBe(0);
  });

  it('may be called twice, and frees the port', async () => {
    const simulator = await startSimulator({ voice: 'built-in' });
    await Promise.all([simulator.close(), simulator.close()]);
    await using again = await startSimulator({ voice: 'built-in', port: simulator.port });
    expect(again.port).toBe(simulator.port);
  });

  it('says in one line that a port is taken', async () => {
    await using simulator = await startSimulator({ voice: 'built-in' });
    await expect(startSimulator({ voice: 'built-in', port: simulator.port })).rejects.toMatchObject({
      _tag: 'ConfigError',
      code: 'invalid_config',
      message: `simulator: cannot listen on 127.0.0.1:${simulator.port}; the port is in use; choose another, or 0 for a free one`,
    });
  });

  it.each([65_536, -1, 1.5, Number.NaN])('says in one line that there is no port %d', async (port) => {
    await expect(startSimulator({ voice: 'built-in', port })).rejects.toMatchObject({
      _tag: 'ConfigError',
      code: 'invalid_config',
      message: `simulator: port must be a whole number from 0 to 65535, got ${port}`,
    });
  });

  it('blames the address, not the port, where this machine has no such address', async () => {
    await expect(startSimulator({ voice: 'built-in', host: '192.0.2.1' })).rejects.toMatchObject({
      _tag: 'ConfigError',
      message: 'simulator: cannot listen on 192.0.2.1:0; this machine has no such address',
    });
  });

  it('ends a session that lasts too long with the error and 1001', async () => {
    await using short = await startSimulator({ voice: 'built-in', sessionMs: 50 });
    await using client = connect(`${short.url}?model=gpt-realtime`);
    expect(await client.closed).toEqual({ code: 1001, reason: 'session_expired' });
    expect(client.events.at(-1)).toMatchObject({ type: 'error', error: { code: 'session_expired' } });
  });

  it('lets a session live that is to last longer than a timer can wait', async () => {
    await using long = await startSimulator({ voice: 'built-in', sessionMs: 2 ** 31 });
    await using client = connect(`${long.url}?model=gpt-realtime`);
    await client.next('session.created');
    client.send({ type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
  });

  it('tells when the session will expire', async () => {
    await using short = await startSimulator({ voice: 'built-in', sessionMs: 7_200_000 });
    await using client = connect(`${short.url}?model=gpt-realtime`);
    const { session } = (await client.next('session.created')) as unknown as { session: { expires_at: number } };
    expect(Math.abs(session.expires_at - Date.now() / 1000 - 7200)).toBeLessThan(60);
  });
});
