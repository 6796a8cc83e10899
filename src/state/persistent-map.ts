/**
 * An immutable map with string keys whose changes share all but a few small arrays with what they came from.
 *
 * A hash trie, 32 children a node: reading and changing take one step per five bits of hash, which is constant for any
 * number of keys that fits in memory. (Copying a `Map` on each change would make a long conversation quadratic.)
 */
export interface PersistentMap<V> {
  readonly size: number;
  readonly root: Node<V> | undefined;
}

type Node<V> = Leaf<V> | Branch<V> | Clash<V>;
interface Leaf<V> {
  readonly kind: 'leaf';
  readonly hash: number;
  readonly key: string;
  readonly value: V;
}
/** Children in the order of their bits in `mask`. */
interface Branch<V> {
  readonly kind: 'branch';
  readonly mask: number;
  readonly children: readonly Node<V>[];
}
/** Different keys of one hash. */
interface Clash<V> {
  readonly kind: 'clash';
  readonly hash: number;
  readonly leaves: readonly Leaf<V>[];
}

const nothing: PersistentMap<never> = { size: 0, root: undefined };

/** A map without entries. */
export const emptyMap = <V>(): PersistentMap<V> => nothing;

/** The value of `key`, or undefined. */
export const get = <V>(map: PersistentMap<V>, key: string): V | undefined => {
  let node = map.root;
  const hash = node?.kind === 'branch' ? hashOf(key) : 0;
  for (let shift = 0; node?.kind === 'branch'; shift += 5) node = childOf(node, bitOf(hash, shift));
  if (node === undefined) return undefined;
  if (node.kind === 'leaf') return node.key === key ? node.value : undefined;
  return node.kind === 'clash' ? node.leaves.find((leaf) => leaf.key === key)?.value : undefined;
};

/** The same map with `value` at `key`. */
export const set = <V>(map: PersistentMap<V>, key: string, value: V): PersistentMap<V> => {
  const { size, root } = replace(map, key, value);
  return { size: get(map, key) === undefined ? size + 1 : size, root };
};

/** As `set`, for a `key` that the map has: it is not looked up. */
export const replace = <V>({ size, root }: PersistentMap<V>, key: string, value: V): PersistentMap<V> => {
  const leaf: Leaf<V> = { kind: 'leaf', hash: hashOf(key), key, value };
  return { size, root: root ? put(root, leaf, 0) : leaf };
};

/** The same map without `key`. */
export const remove = <V>(map: PersistentMap<V>, key: string): PersistentMap<V> =>
  get(map, key) === undefined || !map.root ? map : { size: map.size - 1, root: drop(map.root, hashOf(key), key, 0) };

/** All entries, in no order that means anything. */
export function* entries<V>(map: PersistentMap<V>): Generator<readonly [string, V]> {
  const rest: Node<V>[] = map.root ? [map.root] : [];
  for (let node = rest.pop(); node; node = rest.pop()) {
    if (node.kind === 'leaf') yield [node.key, node.value];
    else rest.push(...(node.kind === 'branch' ? node.children : node.leaves));
  }
}

const put = <V>(node: Node<V>, leaf: Leaf<V>, shift: number): Node<V> => {
  if (node.kind === 'branch') {
    const bit = bitOf(leaf.hash, shift);
    const child = childOf(node, bit);
    return withChild(node, bit, child ? put(child, leaf, shift + 5) : leaf);
  }
  if (node.hash === leaf.hash) {
    if (node.kind === 'leaf' && node.key === leaf.key) return leaf;
    const others = node.kind === 'leaf' ? [node] : node.leaves.filter((other) => other.key !== leaf.key);
    return { kind: 'clash', hash: leaf.hash, leaves: [...others, leaf] };
  }
  return put({ kind: 'branch', mask: bitOf(node.hash, shift), children: [node] }, leaf, shift);
};

const drop = <V>(node: Node<V>, hash: number, key: string, shift: number): Node<V> | undefined => {
  if (node.kind === 'leaf') return undefined;
  if (node.kind === 'clash') return { ...node, leaves: node.leaves.filter((leaf) => leaf.key !== key) };
  const bit = bitOf(hash, shift);
  const child = childOf(node, bit);
  if (!child) return node;
  const kept = drop(child, hash, key, shift + 5);
  if (kept) return withChild(node, bit, kept);
  return node.mask === bit
    ? undefined
    : { kind: 'branch', mask: node.mask & ~bit, children: node.children.filter((other) => other !== child) };
};

const childOf = <V>(node: Branch<V>, bit: number): Node<V> | undefined =>
  node.mask & bit ? node.children[ones(node.mask & (bit - 1))] : undefined;

const withChild = <V>(node: Branch<V>, bit: number, child: Node<V>): Branch<V> => {
  const at = ones(node.mask & (bit - 1));
  const children = node.children.slice();
  if (node.mask & bit) children[at] = child;
  else children.splice(at, 0, child);
  return { kind: 'branch', mask: node.mask | bit, children };
};

const bitOf = (hash: number, shift: number): number => 1 << ((hash >>> shift) & 31);

const ones = (bits: number): number => {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

let lastKey = '';
let lastHash = 0x811c9dc5;

/** FNV-1a, 32 bits. The last one is remembered: frame after frame asks for the same item. */
const hashOf = (key: string): number => {
  if (key === lastKey) return lastHash;
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  lastKey = key;
  lastHash = hash;
  return hash;
};
