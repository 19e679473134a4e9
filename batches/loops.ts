/**
 * Loops over records, each use with machine code of its own.
 * @module
 */

export {
  each,
  type Fault,
  filterFloat64,
  filterInt32,
  filterRows,
  mapFloat64,
  mapInt32,
  mapRows,
} from "./closed_loops.ts";
export { EachLoop } from "./each_loop.ts";
export { FilterLoop, type FilterOptions } from "./filter_loop.ts";
export { MapLoop } from "./map_loop.ts";
export { type ClosedLoop, specialize, SPECIALIZE_AFTER, Specialized } from "./specialize.ts";
