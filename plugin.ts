/**
 * For authors of plugins: all that the code of a plugin may use of Meander. `docs/plugins.md` takes you from an
 * empty folder to an operator that runs in somebody's service.
 *
 * @example
 * ```ts
 * import { defineOperator, definePlugin, TimeMap, timeSchema, z } from "meander/plugin";
 * import { OperatorTest } from "meander/testing";
 * import { expect } from "vitest";
 *
 * const largest = defineOperator({
 *   name: "largest", version: "1.0.0",
 *   summary: "Sends the largest number of a time once the time is complete",
 *   config: z.strictObject({ atLeast: z.number().default(0) }),
 *   inputs: { in: z.number() }, outputs: { out: z.number() },
 *   interest: "notifications",
 *   state: { version: 1, schema: z.array(z.tuple([timeSchema, z.number()])) },
 *   create: ({ config, out, notifyAt }) => {
 *     const best = new TimeMap<number>();
 *     return {
 *       receive: {
 *         in(batch) {
 *           if (!best.has(batch.time)) notifyAt(batch.time);
 *           for (const n of batch) best.update(batch.time, config.atLeast, (m) => Math.max(m, n));
 *         },
 *       },
 *       notify: (time) => out.out.send(time, [best.take(time)!]),
 *       snapshot: () => [...best],
 *       restore: (state) => best.load(state as [number, number][]),
 *     };
 *   },
 * });
 * export default definePlugin({ name: "peaks", version: "1.0.0", operators: [largest] });
 *
 * const test = new OperatorTest(largest, {});
 * test.send("in", 0, [3, 9, 4]);
 * test.finish();
 * expect(test.sent("out")).toEqual([9]);
 * ```
 *
 * @module
 */
/** Schemas of configurations, records and states. It is the one that the engine uses. */
export { z } from "zod";
export {
  definePlugin,
  type Migration,
  type PluginDefinition,
} from "./plugins/manifest/define_plugin.ts";
export {
  type AnyOperator,
  anyRecord,
  type Capability,
  type Connection,
  defineOperator,
  expression,
  type FrontierInterest,
  type Handlers,
  type Instance,
  type NotifyOptions,
  type OperatorContext,
  type OperatorDefinition,
  type Place,
  type Ports as OperatorPorts,
  type Progressed,
  type RecordOf,
  type TransformInstance,
} from "./operators/contract/definition.ts";
export type { OperatorExample, OperatorTypes } from "./operators/contract/description.ts";
export type { RecordType, ScalarKind } from "./operators/contract/record_type.ts";
export {
  balance,
  broadcast,
  exchangeBy,
  exchangeByField,
  gather,
  type Pact,
} from "./operators/contract/pact.ts";
export { Batch } from "./operators/contract/batch.ts";
export type { OutputPort } from "./operators/contract/output_port.ts";
export { Emission } from "./operators/contract/emission.ts";
export type { Transform } from "./operators/contract/transform.ts";
export type { Pace, PacedSource } from "./operators/contract/pace.ts";
export type { Per, State, StateOptions } from "./operators/contract/state.ts";
export { TimeMap } from "./operators/contract/time_map.ts";
export {
  type Keeps,
  type Kept,
  keptIn,
  keptTogether,
  waitingIn,
} from "./operators/contract/kept.ts";
export { perSchema, timeSchema } from "./operators/contract/schemas.ts";
export { type FaultFacts, MeanderError } from "./operators/contract/fault.ts";
export { type Data, type Values, valuesOf } from "./batches/data.ts";
export {
  type ColumnOf,
  columnsFrom,
  type Schema as ColumnSchema,
} from "./batches/column_builder.ts";
export { estimateBytes } from "./batches/estimate.ts";
export { KeyMap, KeySet } from "./batches/key_map.ts";
export type { BufferPool } from "./batches/pool.ts";
export {
  compareTimes,
  depthOf,
  equalTimes,
  formatTime,
  join as joinTimes,
  lessEqual,
  lessThan,
  meet as meetTimes,
  minimumTime,
  type Time,
} from "./progress/time.ts";
