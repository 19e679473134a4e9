/**
 * From the limits in a spec to those of the engine that runs it.
 *
 * @module
 */
import type { EngineOptions, InstallOptions } from "../dataflow/engine.ts";
import { bytesOf } from "./sizes.ts";
import { spanOf } from "./spans.ts";
import type { Report } from "./problem.ts";
import type { InputSpec, LimitsSpec, PaceSpec, Spec } from "./spec.ts";

/** How much may be on its way in a run, as the engine is told. */
export interface RunLimits {
  readonly budget?: number | undefined;
  readonly capacity?: number | undefined;
  readonly memory?: InstallOptions["memory"];
  readonly pace?: EngineOptions["pace"];
}

/** The limits of a spec, behind those that are given for this run. */
export function runLimits({ limits = {} }: Pick<Spec, "limits">, given: RunLimits = {}): RunLimits {
  const { budget, capacity, memory, pace } = given;
  const own = engineLimits(limits);
  return {
    ...own,
    ...(budget === undefined ? {} : { budget }),
    ...(capacity === undefined ? {} : { capacity }),
    ...(memory === undefined ? {} : { memory }),
    ...(pace === undefined ? {} : { pace: { ...own.pace, ...pace } }),
  };
}

/** The limits of a spec as numbers. */
function engineLimits({ budget, capacity, memory, grace, pace }: LimitsSpec): RunLimits {
  const limit = memory === undefined ? undefined : bytesOf(memory);
  return {
    ...(budget === undefined ? {} : { budget }),
    ...(capacity === undefined ? {} : { capacity }),
    ...(limit === undefined
      ? {}
      : { memory: { limit, ...(grace === undefined ? {} : { graceMs: spanOf(grace) }) } }),
    ...(pace === undefined ? {} : { pace: paceOf(pace) }),
  };
}

/** A pace as numbers. */
function paceOf({ records, bytes, epochs }: PaceSpec): NonNullable<EngineOptions["pace"]> {
  return {
    ...(records === undefined ? {} : { records: records === "unlimited" ? Infinity : records }),
    ...(bytes === undefined ? {} : { bytes: bytes === "unlimited" ? Infinity : bytesOf(bytes) }),
    ...(epochs === undefined ? {} : { epochs }),
  };
}

/**
 * The pace of an input. Epochs are counted in the first coordinate of times, which for those of a field moves by whole
 * windows: `usual` is how many may be open where the input does not say it.
 */
export function inputPace({ pace, epochs }: InputSpec, usual?: number): RunLimits["pace"] {
  const window = epochs !== undefined && "field" in epochs
    ? Math.max(1, spanOf(epochs.window ?? 1))
    : 1;
  const open = pace?.epochs ?? (window > 1 ? usual : undefined);
  if (pace === undefined && open === undefined) return undefined;
  const most = open === undefined
    ? {}
    : { epochs: Math.min(Number.MAX_SAFE_INTEGER, open * window) };
  return { ...paceOf(pace ?? {}), ...most };
}

/** Reports what the grammar cannot see. */
export function checkLimits(limits: LimitsSpec | undefined, report: Report): void {
  if (limits?.grace === undefined || limits.memory !== undefined) return;
  report({
    path: ["limits", "grace"],
    message: "nothing is said that it could be above",
    hint: "Add memory: SIZE, or leave it out",
  });
}
