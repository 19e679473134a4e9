/**
 * Batches: records as rows or typed columns, pooled buffers, loops over them, and keys.
 * @module
 */

export * from "./data.ts";
export * from "./keys.ts";
export * from "./key_map.ts";
export * from "./loops.ts";
export * from "./pool.ts";
export { show } from "./show.ts";
export { SMALL_BATCH, Writer } from "./writer.ts";
