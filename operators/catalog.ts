/**
 * The core set of operators.
 *
 * @module
 */
import { aggregate } from "./aggregate.ts";
import { concat } from "./concat.ts";
import { count } from "./count.ts";
import { delay } from "./delay.ts";
import { distinct } from "./distinct.ts";
import { exchange } from "./exchange.ts";
import { filter } from "./filter.ts";
import { flatMap } from "./flat_map.ts";
import { inspect } from "./inspect.ts";
import { join } from "./join.ts";
import { map } from "./map.ts";
import { of } from "./of.ts";

/** The operators that come with the engine, by name. */
export const coreOperators = {
  aggregate,
  concat,
  count,
  delay,
  distinct,
  exchange,
  filter,
  flatMap,
  inspect,
  join,
  map,
  of,
} as const;
