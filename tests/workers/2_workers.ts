/**
 * Takes the place of `dataflow/default_workers.ts`: two workers that share the thread of the test.
 *
 * @module
 */

export const defaultWorkers = { workers: 2, threads: false };
