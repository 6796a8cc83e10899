const listed = 8;
const deepest = 3;

const isIndexed = (value: object): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);

const elements = (value: ArrayLike<unknown>, depth: number): string => {
  const shown = Array.from({ length: Math.min(value.length, listed) }, (_, i) => describeValue(value[i], depth));
  const name = Array.isArray(value) ? '' : `${value.constructor.name}(${value.length}) `;
  return `${name}[${shown.join(', ')}${value.length > listed ? ', …' : ''}]`;
};

/** One line that tells values of a test apart: long arrays and deep objects are cut. */
export function describeValue(value: unknown, depth = 0): string {
  if (typeof value === 'string') return `'${value.length > 80 ? `${value.slice(0, 80)}…` : value}'`;
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (depth >= deepest) return '{…}';
  if (isIndexed(value)) return elements(value, depth + 1);
  const fields = Object.entries(value).map(([key, field]) => `${key}: ${describeValue(field, depth + 1)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
