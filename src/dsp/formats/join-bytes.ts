/** All of them in one; a single one is given as it is. */
export const joinBytes = (parts: readonly Uint8Array[]): Uint8Array => {
  const [first] = parts;
  if (parts.length === 1 && first) return first;
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
};
