/**
 * Specs: dataflows as data. A separate entry, so that programs that do without never load what reads them.
 *
 * @module
 */
export {
  type AnyFormat,
  type Plugin,
  type Provenance,
  Registry,
  type Resolved,
  type Unresolved,
  type Wanted,
} from "./plugins/registry.ts";
export type { Isolation } from "./plugins/content.ts";
export type { Permissions } from "./plugins/manifest/manifest.ts";
export { core } from "./plugins/core.ts";
export { buildSpec, type BuiltSpec } from "./specs/build.ts";
export { cel } from "./specs/cel.ts";
export { type CheckedSpec, type CheckOptions, checkSpec } from "./specs/check.ts";
export type { ByteSource, SpecIo, TextSink } from "./specs/io.ts";
export { SinkClosed } from "./specs/io.ts";
export type { ChoiceOptions } from "./specs/plugin_choices.ts";
export {
  formatPluginLock,
  type LockedChoice,
  parsePluginLock,
  type PluginLock,
} from "./specs/plugin_lock.ts";
export { type PlannedNode, planOf } from "./specs/plan.ts";
export { formatProblem, type Problem, SpecError } from "./specs/problem.ts";
export { InputError, type InputProgress } from "./specs/reader.ts";
export { type Ending, type SpecProgress, SpecRun } from "./specs/run.ts";
export type { Spec } from "./specs/spec.ts";
export { specOf, type SpecOfOptions } from "./specs/spec_of.ts";
export { runTests, type TestResult } from "./specs/unit_test.ts";
