/**
 * How many workers an engine has that is not told; a file of its own, which the tests exchange for others to
 * run everything on several workers.
 *
 * @module
 */

/** One worker, on the thread of whoever makes the engine. */
export const defaultWorkers: { readonly workers: number; readonly threads: boolean } = {
  workers: 1,
  threads: true,
};
