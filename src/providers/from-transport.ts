import { of } from 'rxjs';
import type { Capabilities, Protocol, Provider } from './provider.js';
import { realtimeCapabilities, realtimeErrors, realtimeProtocol } from './realtime-protocol.js';
import type { Transport } from './transport.js';
import { transportCommands } from './transport-commands.js';
import { goodbye, transportSocket } from './transport-socket.js';

/** Settings of `fromTransport`. */
export interface FromTransportConfig {
  /**
   * What errors call it; `failover` wants names that differ.
   * @default 'transport'
   */
  readonly name?: string;
  /**
   * For `connect`, as it is.
   * @default {}
   */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/**
 * Makes a provider of an object that brings its own way to a service.
 *
 * What the object says (`TransportEvent`) becomes the GA vocabulary, with ids of our own; audio and text go to it as they were given. `connect`
 * is called for each session, `disconnect` at its end; a session is ready when `connect` has resolved, and lost when `events$` ends.
 * Without `createResponse` the service counts as one that answers by itself.
 */
export const fromTransport = (
  transport: Transport,
  { name = 'transport', metadata = {} }: FromTransportConfig = {},
): Provider => {
  const capabilities = capabilitiesOf(transport);
  const newId = countedIds();
  return {
    name,
    capabilities,
    request: () => of({ url: 'transport:' }),
    transport: transportSocket({ transport, metadata, capabilities, newId }),
    protocol: () => protocolOf(transport),
    ...realtimeErrors(name),
  };
};

/** Not a spread of the transport's, which may be an object of a class. */
const capabilitiesOf = (transport: Transport): Capabilities => {
  const { maxSessionMs: _, ...capabilities } = realtimeCapabilities;
  return {
    ...capabilities,
    truncation: transport.truncate ? 'client' : 'server',
    manualTurns: transport.commit !== undefined,
    textOutput: false,
    ...transport.capabilities,
  };
};

/** Over all sessions: a new one is told the items of the one before under their own ids. */
const countedIds = (): ((prefix: string) => string) => {
  let count = 0;
  return (prefix) => `${prefix}_${++count}`;
};

const protocolOf = (transport: Transport): Protocol => {
  const commands = transportCommands(transport);
  return {
    ...realtimeProtocol,
    serialize(command) {
      const frame = commands.frame(command);
      return frame === undefined ? undefined : [frame];
    },
    farewell: { frame: goodbye, isLast: () => false },
  };
};
