/**
 * The core set of operators.
 *
 * @module
 */
import { accumulate } from "./times/accumulate.ts";
import { aggregate } from "./keyed/aggregate.ts";
import { branch } from "./routes/branch.ts";
import { branchWhen } from "./routes/branch_when.ts";
import { broadcast } from "./routes/broadcast.ts";
import { coGroupBy } from "./keyed/co_group_by.ts";
import { concat } from "./routes/concat.ts";
import { count } from "./times/count.ts";
import { deduplicate } from "./keyed/deduplicate.ts";
import { delay } from "./times/delay.ts";
import { delayBatch } from "./times/delay_batch.ts";
import { distinct } from "./keyed/distinct.ts";
import { except } from "./sets/except.ts";
import { exchange } from "./routes/exchange.ts";
import { filter } from "./records/filter.ts";
import { flatMap } from "./records/flat_map.ts";
import { gather } from "./routes/gather.ts";
import { groupBy } from "./keyed/group_by.ts";
import { inspect } from "./records/inspect.ts";
import { inspectBatch } from "./records/inspect_batch.ts";
import { intersect } from "./sets/intersect.ts";
import { join } from "./keyed/join.ts";
import { map } from "./records/map.ts";
import { mapAsync } from "./async/map_async.ts";
import { mapInPlace } from "./records/map_in_place.ts";
import { max } from "./keyed/max.ts";
import { min } from "./keyed/min.ts";
import { of } from "./sources/of.ts";
import { okErr } from "./records/ok_err.ts";
import { partition } from "./routes/partition.ts";
import { reclock } from "./times/reclock.ts";
import { andThen, err, mapErr, mapOk, ok, unwrapOrElse } from "./records/results.ts";
import { stateMachine } from "./keyed/state_machine.ts";
import { sum } from "./keyed/sum.ts";
import { synchronize } from "./times/synchronize.ts";
import { topK } from "./keyed/top_k.ts";
import { union } from "./sets/union.ts";
import { reorder } from "./windows/reorder.ts";
import { sessionWindow } from "./windows/session_window.ts";
import { window } from "./windows/window.ts";

/** The operators that come with the engine, by name. */
export const coreOperators = {
  accumulate,
  aggregate,
  andThen,
  branch,
  branchWhen,
  broadcast,
  coGroupBy,
  concat,
  count,
  deduplicate,
  delay,
  delayBatch,
  distinct,
  err,
  except,
  exchange,
  filter,
  flatMap,
  gather,
  groupBy,
  inspect,
  inspectBatch,
  intersect,
  join,
  map,
  mapAsync,
  mapErr,
  mapInPlace,
  mapOk,
  max,
  min,
  of,
  ok,
  okErr,
  partition,
  reclock,
  reorder,
  sessionWindow,
  stateMachine,
  sum,
  synchronize,
  topK,
  union,
  unwrapOrElse,
  window,
} as const;
