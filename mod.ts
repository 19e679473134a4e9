/**
 * Meander: timely dataflow for TypeScript.
 *
 * @module
 */
export {
  compareTimes,
  formatTime,
  join as joinTimes,
  lessEqual,
  lessThan,
  meet as meetTimes,
  type Time,
} from "./progress/time.ts";
export { Antichain } from "./progress/antichain.ts";
export { Summary } from "./progress/summary.ts";
export type { Data, Values } from "./batches/data.ts";
export {
  type ColumnOf,
  columnsFrom,
  type Schema as ColumnSchema,
} from "./batches/column_builder.ts";
export { KeyMap, KeySet } from "./batches/key_map.ts";
export { Batch } from "./operators/contract/batch.ts";
export type { AggregateOptions } from "./operators/aggregate.ts";
export {
  anyRecord,
  type Capability,
  type Connection,
  type Defaults,
  defineOperator,
  expression,
  type FrontierInterest,
  type Handlers,
  type NotifyOptions,
  type OperatorContext,
  type OperatorDefinition,
  type Place,
  type Progressed,
} from "./operators/contract/definition.ts";
export type { DistinctOptions } from "./operators/distinct.ts";
export { Emission } from "./operators/contract/emission.ts";
export { type FaultFacts, MeanderError } from "./operators/contract/fault.ts";
export type { FlatMapFunction } from "./operators/flat_map.ts";
export type {
  BinaryBody,
  BinaryFrontierBody,
  BinaryHandlers,
  BinaryNotifyBody,
  Body,
  BodyContext,
  BodyHandlers,
  BodyOptions,
  FrontierBody,
  NotifyBody,
  Plain,
  PortsBody,
} from "./operators/generic.ts";
export type { IterateOptions } from "./dataflow/iterate.ts";
export type { InputConfig } from "./operators/input.ts";
export type { JoinOptions } from "./operators/join.ts";
export type { OutputPort } from "./operators/contract/output_port.ts";
export { exchangeBy, gather, type Pact } from "./operators/contract/pact.ts";
export { Range, range } from "./operators/range.ts";
export type { Per, State, StateOptions } from "./operators/contract/state.ts";
export { TimeMap } from "./operators/contract/time_map.ts";
export { type Clock, ManualClock, systemClock } from "./actors/clock.ts";
export { Engine, type EngineOptions, execute, type InstallOptions } from "./dataflow/engine.ts";
export type { Graph, GraphEdge, GraphProbe, GraphScope, GraphVertex } from "./dataflow/graph.ts";
export type { InputHandle, OpenEpoch } from "./dataflow/input_handle.ts";
export type { MadeBy } from "./dataflow/origin.ts";
export type { OutputBatch, OutputHandle } from "./dataflow/output_handle.ts";
export type { ProbeHandle } from "./dataflow/probe_handle.ts";
export { Dataflow, dataflow, type DataflowOptions, type HandlesOf } from "./dataflow/program.ts";
export type { Dropped } from "./dataflow/dropped.ts";
export type { Running, Status } from "./dataflow/running.ts";
export {
  type FeedbackOptions,
  Input,
  LoopScope,
  LoopVariable,
  RootScope,
  Scope,
} from "./dataflow/scope.ts";
export { type Named, Output, Probe, Stream } from "./dataflow/stream.ts";
export { dot } from "./dataflow/insight/dot.ts";
export type { Drawn } from "./dataflow/insight/drawing.ts";
export { formatWhy } from "./dataflow/insight/format_why.ts";
export {
  type EdgeJson,
  type GraphJson,
  graphJson,
  type ProbeJson,
  type ScopeJson,
  type VertexJson,
} from "./dataflow/insight/graph_json.ts";
export {
  type Holder,
  type HolderKind,
  type Stuck,
  why,
  type WhyNot,
} from "./dataflow/insight/why.ts";
export {
  type Explainable,
  formatTable,
  type PointstampRow,
  pointstamps,
} from "./dataflow/insight/explain.ts";
export { mermaid } from "./dataflow/insight/mermaid.ts";
export { type Step, steps } from "./dataflow/insight/steps.ts";
