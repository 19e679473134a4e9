/**
 * The batches that wait under one time.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import type { Batch } from "../contract/batch.ts";
import type { Part } from "./overflow.ts";

// deno-lint-ignore no-explicit-any
const NONE: any[] = [];

/**
 * A queue whose head is in memory, its middle in parts on disk, and its tail in memory again. There is no tail
 * while nothing is on disk. Most lines are short, and there may be many: what is empty takes nothing.
 */
export class Line<T> {
  /** What its batches wait under. */
  readonly time: Time;
  /** Whether it was taken out of its spool: it is not its time's line any more. */
  isTaken = false;
  #head: Batch<T>[] = NONE;
  // Those before them were taken.
  #headAt = 0;
  // A list of their own: many lines have a single one.
  #firstPart: Part | null = null;
  #lastPart: Part | null = null;
  #tail: Batch<T>[] = NONE;

  /** Empty. */
  constructor(time: Time) {
    this.time = time;
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return !this.hasHead && !this.hasParts && this.#tail === NONE;
  }

  /** Whether its first batch is in memory. */
  get hasHead(): boolean {
    return this.#headAt < this.#head.length;
  }

  /** How many batches its head has. */
  get headLength(): number {
    return this.#head.length - this.#headAt;
  }

  /** Whether some of it is on disk. */
  get hasParts(): boolean {
    return this.#firstPart !== null;
  }

  /** Whether some of it is in memory. */
  get isInMemory(): boolean {
    return this.hasHead || this.#tail !== NONE;
  }

  /** The first batch, when that is in memory. */
  get first(): Batch<T> {
    return this.#head[this.#headAt];
  }

  /** Adds a batch at the end. */
  push(batch: Batch<T>): void {
    if (this.hasParts) this.#tail = pushed(this.#tail, batch);
    else this.#head = pushed(this.#head, batch);
  }

  /** Adds a batch at the front. */
  unshift(batch: Batch<T>): void {
    if (this.#headAt > 0) this.#head[--this.#headAt] = batch;
    else this.#head = [batch, ...this.#head];
  }

  /** Removes the first batch, which is in memory. */
  shift(): Batch<T> {
    const first = this.#head[this.#headAt];
    // Nobody may find it here once it was released.
    this.#head[this.#headAt++] = undefined as never;
    if (!this.hasHead) this.#setHead(NONE);
    else if (this.#headAt > 32 && 2 * this.#headAt > this.#head.length) {
      this.#setHead(this.headList());
    }
    return first;
  }

  /** Removes the part on disk that comes next; what was in it is to be put back with `load`. */
  shiftPart(): Part {
    const part = this.#firstPart!;
    this.#firstPart = part.next;
    if (part.next === null) this.#lastPart = null;
    return part;
  }

  /** What was in the part that came next: the head now, of which there was none. */
  load(batches: Batch<T>[]): void {
    this.#setHead(batches);
    if (!this.hasParts) {
      for (const batch of this.takeTail()) this.#head.push(batch);
    }
  }

  /** Some of its batches in memory, so many at most. */
  some(most: number): Batch<T>[] {
    const some = this.#head.slice(this.#headAt, this.#headAt + most);
    return some.length > 0 ? some : this.#tail.slice(0, most);
  }

  /** The batches before those on disk. */
  headList(): Batch<T>[] {
    return this.#head.slice(this.#headAt);
  }

  /** The parts on disk, in their order. */
  partList(): Part[] {
    const parts: Part[] = [];
    for (let part = this.#firstPart; part !== null; part = part.next) parts.push(part);
    return parts;
  }

  /** The batches behind those on disk. */
  tailList(): readonly Batch<T>[] {
    return this.#tail;
  }

  /** Removes the batches behind those on disk. */
  takeTail(): readonly Batch<T>[] {
    const tail = this.#tail;
    this.#tail = NONE;
    return tail;
  }

  /** Removes the last batch before those on disk. */
  popHead(): Batch<T> {
    const last = this.#head.pop()!;
    if (!this.hasHead) this.#setHead(NONE);
    return last;
  }

  /** Puts parts behind those on disk. */
  pushParts(parts: readonly Part[]): void {
    for (const part of parts) {
      if (this.#lastPart === null) this.#firstPart = part;
      else this.#lastPart.next = part;
      this.#lastPart = part;
    }
  }

  /** Puts parts before those on disk. */
  unshiftParts(parts: readonly Part[]): void {
    for (const part of parts.toReversed()) {
      part.next = this.#firstPart;
      this.#firstPart = part;
      this.#lastPart ??= part;
    }
  }

  #setHead(head: Batch<T>[]): void {
    this.#head = head;
    this.#headAt = 0;
  }
}

function pushed<E>(list: E[], element: E): E[] {
  if (list === NONE) return [element];
  list.push(element);
  return list;
}
