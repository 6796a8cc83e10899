export const engineLanes = (_s: unknown, _c: unknown) => ({});
