/**
 * Lines in the order of their times.
 *
 * @module
 */
import { compareTimes } from "../../progress/time.ts";
import type { Line } from "./line.ts";

/**
 * A binary heap of lines. One that was taken elsewhere is left where it is until it comes to the top, or until
 * half of all are such.
 */
export class LineHeap<T> {
  #lines: Line<T>[];
  #taken = 0;

  /** Of lines in any order. */
  constructor(lines: Iterable<Line<T>>) {
    this.#lines = [...lines].sort(compareLines);
  }

  /** The line of the least time. */
  get first(): Line<T> | undefined {
    const lines = this.#lines;
    while (lines.length > 0 && lines[0].isTaken) {
      this.#taken--;
      this.#removeFirst();
    }
    return lines[0];
  }

  /** Adds a line. */
  add(line: Line<T>): void {
    const lines = this.#lines;
    let at = lines.push(line) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (compareLines(lines[parent], line) <= 0) break;
      lines[at] = lines[parent];
      at = parent;
    }
    lines[at] = line;
  }

  /** A line was taken. */
  forget(): void {
    this.#taken++;
    if (2 * this.#taken <= this.#lines.length) return;
    this.#lines = this.#lines.filter(({ isTaken }) => !isTaken).sort(compareLines);
    this.#taken = 0;
  }

  #removeFirst(): void {
    const lines = this.#lines;
    const last = lines.pop()!;
    if (lines.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= lines.length) break;
      if (child + 1 < lines.length && compareLines(lines[child + 1], lines[child]) < 0) child++;
      if (compareLines(lines[child], last) >= 0) break;
      lines[at] = lines[child];
      at = child;
    }
    lines[at] = last;
  }
}

function compareLines<T>(a: Line<T>, b: Line<T>): number {
  return compareTimes(a.time, b.time);
}
