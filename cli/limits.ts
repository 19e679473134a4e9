/**
 * Limits of a run, from the command line.
 *
 * @module
 */
import { formatBytes } from "../dataflow/insight/format_bytes.ts";
import { type RunLimits, runLimits } from "../specs/limits.ts";
import type { GivenPluginLimits, PluginLimits } from "../specs/plugin_limits.ts";
import type { Spec } from "../specs/spec.ts";
import { UsageError } from "./exit.ts";

/** The flags that limit a run. */
export interface LimitFlags extends GivenPluginLimits {
  readonly budget?: number;
  readonly capacity?: number;
  /** In bytes. */
  readonly memoryLimit?: number;
  /** In milliseconds. */
  readonly memoryGrace?: number;
  readonly paceRecords?: number;
  readonly paceBytes?: number;
  readonly paceEpochs?: number;
}

/** What holds in a run of a spec: the flags before what the spec says. */
export function limitsFor(spec: Pick<Spec, "limits">, flags: LimitFlags): RunLimits {
  const { budget, capacity, memoryLimit, memoryGrace } = flags;
  const limit = memoryLimit ?? runLimits(spec).memory?.limit;
  const graceMs = memoryGrace ?? runLimits(spec).memory?.graceMs;
  if (memoryGrace !== undefined && limit === undefined) {
    throw new UsageError(
      "Cannot use --memory-grace: there is no limit of memory. Give --memory-limit SIZE as well",
    );
  }
  const pace = paceOf(flags);
  return runLimits(spec, {
    budget,
    capacity,
    ...(limit === undefined ? {} : { memory: { limit, graceMs } }),
    ...(Object.keys(pace).length === 0 ? {} : { pace }),
  });
}

function paceOf({ paceRecords, paceBytes, paceEpochs }: LimitFlags) {
  return {
    ...(paceRecords === undefined ? {} : { records: paceRecords }),
    ...(paceBytes === undefined ? {} : { bytes: paceBytes }),
    ...(paceEpochs === undefined ? {} : { epochs: paceEpochs }),
  };
}

/** A line of the limits that are in force and are not the usual ones; empty when there is none. */
export function limitsLine(
  { budget, capacity, memory, pace = {} }: RunLimits,
  { memoryMb, callbackMs, restarts }: PluginLimits = {},
): string {
  const amount = (value: number, what: string) =>
    value === Infinity ? `any number of ${what}` : `${value} ${what}`;
  const parts = [
    ...(budget === undefined ? [] : [`budget ${budget}`]),
    ...(capacity === undefined ? [] : [`capacity ${capacity}`]),
    ...(memory === undefined ? [] : [`memory ${formatBytes(memory.limit)}`]),
    ...(memory?.graceMs === undefined ? [] : [`grace ${seconds(memory.graceMs)}`]),
    ...(pace.records === undefined ? [] : [`${amount(pace.records, "records")} in flight`]),
    ...(pace.bytes === undefined
      ? []
      : [`${pace.bytes === Infinity ? "any number of bytes" : formatBytes(pace.bytes)} in flight`]),
    ...(pace.epochs === undefined ? [] : [`${amount(pace.epochs, "epochs")} open`]),
    ...(memoryMb === undefined ? [] : [`plugin memory ${memoryMb} MiB`]),
    ...(callbackMs === undefined ? [] : [`plugin timeout ${seconds(callbackMs)}`]),
    ...(restarts === undefined ? [] : [`plugin restarts ${restarts}`]),
  ];
  return parts.length === 0 ? "" : `limits: ${parts.join(", ")}\n`;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
}
