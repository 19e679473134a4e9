/**
 * Trees over whole numbers, which grow together.
 *
 * @module
 */

/** Union-find: which nodes are connected by the edges so far. */
export class Forest {
  // What a node was hung on, and how high the tree below it is at most; a node not mentioned is a tree.
  readonly #parents = new Map<number, number>();
  readonly #heights = new Map<number, number>();

  /** The root of the tree that a node is in. */
  rootOf(node: number): number {
    let at = node;
    for (let parent; (parent = this.#parents.get(at)) !== undefined;) {
      const above = this.#parents.get(parent);
      // Every other node on the way is hung one higher, so that the way is shorter the next time.
      if (above !== undefined) this.#parents.set(at, above);
      at = above ?? parent;
    }
    return at;
  }

  /** Connects two nodes; false when they were connected already. The lower tree is hung on the higher. */
  connect(one: number, other: number): boolean {
    const [a, b] = [this.rootOf(one), this.rootOf(other)];
    if (a === b) return false;
    const [heightA, heightB] = [this.#heights.get(a) ?? 0, this.#heights.get(b) ?? 0];
    const [low, high] = heightA < heightB ? [a, b] : [b, a];
    this.#parents.set(low, high);
    if (heightA === heightB) this.#heights.set(high, heightA + 1);
    return true;
  }
}
