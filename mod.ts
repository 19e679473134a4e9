/**
 * Meander: timely dataflow for TypeScript.
 *
 * @module
 */
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
export { Antichain } from "./progress/antichain.ts";
export { Summary } from "./progress/summary.ts";
export type { Data, Values } from "./batches/data.ts";
export {
  type ColumnOf,
  columnsFrom,
  type Schema as ColumnSchema,
} from "./batches/column_builder.ts";
export { KeyMap, KeySet } from "./batches/key_map.ts";
export type { BufferPool } from "./batches/pool.ts";
export { perSchema, timeSchema } from "./operators/contract/schemas.ts";
export type { OperatorExample, OperatorTypes } from "./operators/contract/description.ts";
export { Batch } from "./operators/contract/batch.ts";
export type { AccumulateOptions } from "./operators/times/accumulate.ts";
export type { AggregateOptions } from "./operators/keyed/aggregate.ts";
export type { CaptureInto } from "./operators/capture/capture.ts";
export type {
  EventReader,
  EventSink,
  LogEvent,
  Replayable,
  TimeChange,
  WhenTorn,
} from "./operators/capture/event.ts";
export { EventLog } from "./operators/capture/event_log.ts";
export { extract, type ExtractOptions } from "./operators/capture/extract.ts";
export { FileLog, type FileLogOptions } from "./operators/capture/files/file_log.ts";
export {
  anyRecord,
  type Capability,
  type Connection,
  type Defaults,
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
} from "./operators/contract/definition.ts";
export type { CoGroupByOptions } from "./operators/keyed/co_group_by.ts";
export type { DeduplicateOptions } from "./operators/keyed/deduplicate.ts";
export type { DistinctOptions } from "./operators/keyed/distinct.ts";
export type { GroupByOptions } from "./operators/keyed/group_by.ts";
export type { Ordered } from "./operators/keyed/order.ts";
export type { SetOptions } from "./operators/sets/sets.ts";
export type { StateMachineOptions, Step as MachineStep } from "./operators/keyed/state_machine.ts";
export type { ReclockOptions } from "./operators/times/reclock.ts";
export type { SynchronizeOptions } from "./operators/times/synchronize.ts";
export { type SpillDirectory, type SpillFile, SpillRefusal } from "./operators/spill/spill_file.ts";
export type { SpillOptions } from "./operators/spill/spill_options.ts";
export type { TopKOptions } from "./operators/keyed/top_k.ts";
export type { UnionOptions } from "./operators/sets/union.ts";
export type {
  KeyedValue,
  KeyedValueOptions,
  KeyOptions,
  ValueOptions,
} from "./operators/keyed/value_fold.ts";
export { Emission } from "./operators/contract/emission.ts";
export { type FaultFacts, MeanderError } from "./operators/contract/fault.ts";
export type { FlatMapFunction } from "./operators/records/flat_map.ts";
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
export { faucet, type FaucetOptions } from "./dataflow/faucet.ts";
export type { OnLimit } from "./operators/system/feedback.ts";
export type { InputConfig } from "./operators/system/input.ts";
export type { JoinOptions } from "./operators/keyed/join.ts";
export type {
  AsyncCall,
  AsyncFailure,
  AsyncFunction,
  MapAsyncOptions,
  RetryOptions,
} from "./operators/async/map_async.ts";
export type { Pace, PacedSource, PaceOptions } from "./operators/contract/pace.ts";
export type { OutputPort } from "./operators/contract/output_port.ts";
export { exchangeBy, gather, type Pact } from "./operators/contract/pact.ts";
export type { AsyncRecords, AsyncStart, TimeOfRecord } from "./operators/sources/from_async.ts";
export type {
  SourceBody,
  SourceContext,
  SourceHandlers,
  SourceStep,
  SourceWorkers,
} from "./operators/sources/source.ts";
export type { Collection } from "./operators/sources/to_stream.ts";
export { Range, range } from "./operators/records/range.ts";
export type { ErrOf, OkOf, Result } from "./operators/records/result_type.ts";
export { estimateBytes } from "./batches/estimate.ts";
export {
  type Keeps,
  type Kept,
  keptIn,
  keptTogether,
  waitingIn,
} from "./operators/contract/kept.ts";
export type { Per, State, StateOptions } from "./operators/contract/state.ts";
export { TimeMap } from "./operators/contract/time_map.ts";
export type { ReorderOptions } from "./operators/windows/reorder.ts";
export type {
  FoldOptions,
  SessionInfo,
  SessionWindowOptions,
  Span,
  WindowInfo,
  WindowKind,
  WindowOptions,
} from "./operators/windows/window_options.ts";
export { type Clock, ManualClock, systemClock } from "./actors/clock.ts";
export type { ReplayOptions } from "./dataflow/capture.ts";
export {
  type AppliedEvent,
  type Callback,
  type ChannelsEvent,
  type DataflowOrigin,
  type DroppedEvent,
  type EngineEvent,
  EVENT_KINDS,
  type EventKind,
  type EventOrigin,
  type FrontierEvent,
  type MemoryEvent,
  type OperatesEvent,
  type ParkEvent,
  type ReceivedEvent,
  type ScheduleEvent,
  type SentEvent,
  type ShutdownEvent,
  type VertexOrigin,
} from "./actors/events.ts";
export type { MemoryLimit } from "./dataflow/memory_limit.ts";
export { Engine, type EngineOptions, execute, type InstallOptions } from "./dataflow/engine.ts";
export type { EventsInput, EventsOptions } from "./dataflow/events_input.ts";
export type { Observation, ObserveOptions } from "./dataflow/observers.ts";
export type {
  Graph,
  GraphEdge,
  GraphProbe,
  GraphScope,
  GraphVertex,
  OperatorOrigin,
} from "./dataflow/graph.ts";
export type { Answered } from "./dataflow/streams/records.ts";
export type { Branches } from "./dataflow/streams/routes.ts";
export type { Divided } from "./dataflow/streams/results.ts";
export type { InputHandle, OpenEpoch } from "./dataflow/input_handle.ts";
export type { MadeBy } from "./dataflow/origin.ts";
export type { OutputBatch, OutputHandle } from "./dataflow/output_handle.ts";
export type { ProbeHandle } from "./dataflow/probe_handle.ts";
export { Dataflow, dataflow, type DataflowOptions, type HandlesOf } from "./dataflow/program.ts";
export { oldestFirst, type Priority } from "./actors/priority.ts";
export type { Dropped } from "./dataflow/dropped.ts";
export type { Running, Status } from "./dataflow/running.ts";
export { type FeedbackOptions, Input, LoopVariable } from "./dataflow/fed.ts";
export { LoopScope, RootScope, Scope, type VertexOptions } from "./dataflow/scope.ts";
export type { DelayOptions, Reordered, Windowed } from "./dataflow/streams/timed.ts";
export {
  type FlatMapOptions,
  type Named,
  Output,
  type PlacedOptions,
  Probe,
  Stream,
  type StreamsOf,
} from "./dataflow/stream.ts";
export type { OutputLimits } from "./operators/contract/limits.ts";
export type { AsyncOptions, CollectionOptions, SourceOptions } from "./dataflow/sources.ts";
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
  type HolderMemory,
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
export { formatMemory } from "./dataflow/insight/format_memory.ts";
export {
  type EdgeMemory,
  type InputMemory,
  type MemoryFigures,
  memoryOf,
  type MemoryReport,
  type OpenTimes,
  type VertexMemoryReport,
} from "./dataflow/insight/memory.ts";
export { mermaid } from "./dataflow/insight/mermaid.ts";
export { type Step, steps } from "./dataflow/insight/steps.ts";
