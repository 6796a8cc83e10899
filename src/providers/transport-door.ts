export { type FromTransportConfig, fromTransport } from './from-transport.js';
export type { Outcome, Transport } from './transport.js';
export type { TransportEvent } from './transport-event.js';
