import { type MonoTypeOperatorFunction, tap } from 'rxjs';
import type { FindTool, Tool } from '../tool.js';

/** What the model may call, and what the provider was asked to take in place of that. */
export interface OfferedTools {
  readonly find: FindTool;
  /** What the provider was last told, or is to be. */
  declared(): readonly Tool[];
  /** Adds a tool, from now on. */
  add(tool: Tool): void;
  /** Offers others in their place: they run when the request, which this watches, was answered, and are forgotten when it errors. */
  replace<T>(tools: readonly Tool[]): MonoTypeOperatorFunction<T>;
}

/** @param responseId The response that is open. */
export const offeredTools = (tools: readonly Tool[], responseId: () => string | undefined): OfferedTools => {
  /** What runs, and behind it what is not answered, in order. */
  let lists = [byName(tools)];
  /** A response calls what there was when it began. */
  let former: ReadonlyMap<string, Tool> | undefined;
  let formerId: string | undefined;
  const isFormer = (): boolean => formerId !== undefined && formerId === responseId();

  return {
    find: (name) => (isFormer() ? former?.get(name) : undefined) ?? lists[0]?.get(name),
    declared: () => [...(lists.at(-1)?.values() ?? [])],
    add(tool) {
      for (const list of lists) list.set(tool.name, tool);
    },
    replace(others) {
      const list = byName(others);
      lists.push(list);
      return tap({
        next: () => {
          if (!isFormer()) [former, formerId] = [lists[0], responseId()];
          lists = lists.slice(lists.indexOf(list));
        },
        error: () => {
          lists = lists.filter((each) => each !== list);
        },
      });
    },
  };
};

/** Of two of the same name the later one counts. */
const byName = (tools: readonly Tool[]): Map<string, Tool> => new Map(tools.map((each) => [each.name, each]));
