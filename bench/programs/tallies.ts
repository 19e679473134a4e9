/**
 * What every worker of a dataflow has seen, in memory that all threads share: so that a check costs
 * the dataflow no vertex, as it costs none where there is only one thread.
 */

const CLAIMED = 0;
const READY = 1;
const HEADER_BYTES = 64;
/** A cache line for each worker, so that none slows another down. */
const ROW_BYTES = 64;

/** A row of figures for each worker, all 0 at first. */
export class Tallies {
  /** To be handed to the function that makes the dataflow, which takes it apart with `from`. */
  readonly shared: SharedArrayBuffer;
  readonly #header: Int32Array;

  private constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.#header = new Int32Array(shared, 0, HEADER_BYTES / 4);
  }

  /** Rows for so many workers. */
  static for(workers: number): Tallies {
    return new Tallies(new SharedArrayBuffer(HEADER_BYTES + workers * ROW_BYTES));
  }

  /** The same rows, on any thread. */
  static from(shared: SharedArrayBuffer): Tallies {
    return new Tallies(shared);
  }

  /** A row that nobody else has: every thread makes the dataflow once, and takes one then. */
  claim(): Float64Array<SharedArrayBuffer> {
    return this.#row(Atomics.add(this.#header, CLAIMED, 1));
  }

  /** All rows, in no certain order of workers. */
  get rows(): readonly Float64Array[] {
    const count = (this.shared.byteLength - HEADER_BYTES) / ROW_BYTES;
    return Array.from({ length: count }, (_unused, row) => this.#row(row));
  }

  /** The sum of one figure over all workers. */
  total(figure: number): number {
    return this.rows.reduce((sum, row) => sum + row[figure], 0);
  }

  /** One more worker has begun. */
  ready(): void {
    Atomics.add(this.#header, READY, 1);
  }

  /** Whether all workers have begun. */
  get areReady(): boolean {
    return Atomics.load(this.#header, READY) === this.rows.length;
  }

  #row(index: number): Float64Array<SharedArrayBuffer> {
    return new Float64Array(this.shared, HEADER_BYTES + index * ROW_BYTES, ROW_BYTES / 8);
  }
}
