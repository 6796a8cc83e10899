import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { openSocket } from '../../src/node/open-socket.js';
import { connect } from '../../src/providers/connect.js';
import { simulator } from '../../src/providers/simulator.js';
import { type SimulatorConfig, startSimulator } from '../../src/simulator/index.js';

/** How a connection to a simulator ends. */
const ending = async (options: SimulatorConfig): Promise<unknown> => {
  await using service = await startSimulator(options);
  return await lastValueFrom(connect(simulator({ url: service.url }), openSocket)).catch((error: unknown) => error);
};

describe('connect, over sockets', () => {
  it('may try again after a message above 16 MiB', async () => {
    const faults = [{ type: 'giant', on: 'session.created', bytes: 17 * 2 ** 20 }] as const;
    expect(await ending({ faults })).toMatchObject({ _tag: 'StreamError', code: 'protocol', closeCode: 1009, retryable: true });
  });

  it('may try again after the session reached its time limit', async () => {
    expect(await ending({ sessionMs: 50 })).toMatchObject({ code: 'session_expired', closeCode: 1001, retryable: true });
  });

  it('says that the service was restarted', async () => {
    const faults = [{ type: 'close', on: 'session.created', code: 1012 }] as const;
    expect(await ending({ faults })).toMatchObject({ code: 'lost', closeCode: 1012, retryable: true });
  });
});
