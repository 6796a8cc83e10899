export { type TelemetryConfig, telemetry } from './telemetry.js';
