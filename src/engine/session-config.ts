import { type Tool, toolDeclarations } from '../tool.js';
import type { SessionPatch } from '../wire/session.js';
export type SessionConfig = SessionPatch;
export const sessionPatch = (c: SessionConfig) => ({ patch: c });
export const engineSession = (_s: unknown, tools: readonly Tool[]): SessionPatch =>
  tools.length ? { tools: [...toolDeclarations(tools)] } : {};
