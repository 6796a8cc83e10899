import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Told } from './ws-server.js';

/** Starts a program that says where it listens, and gives the address. It ends with this process. */
export const startServer = async (file: string): Promise<string> => {
  const [{ port }] = (await once(fork(file), 'message')) as [Told];
  return `ws://127.0.0.1:${port}/v1/realtime`;
};
