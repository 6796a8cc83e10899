export type { AudioDelta } from './response-event.js';
