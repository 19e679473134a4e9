/**
 * Takes the place of `dataflow/default_workers.ts`: three workers that share the thread of the test.
 *
 * @module
 */

export const defaultWorkers = { workers: 3, threads: false };
