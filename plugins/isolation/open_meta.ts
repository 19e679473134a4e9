/**
 * What a vertex in a plugin's process is made from.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import type { Place } from "../../operators/contract/definition.ts";
import type { Tolerance } from "../tolerant.ts";

/** As plain data. */
export interface OpenMeta {
  /** Its operator's name within the plugin. */
  readonly operator: string;
  /** As it was written. */
  readonly config: unknown;
  /** For messages. */
  readonly name: string;
  readonly inputDepth: number;
  readonly outputDepth: number;
  readonly rootDepth: number;
  readonly fixed: readonly number[];
  readonly worker: Place;
  readonly budget: number;
  readonly capacity: number;
  /** By input and output, whether one reaches the other. */
  readonly connections: readonly (readonly boolean[])[];
  /** By output: what it may send and retain while it is made. */
  readonly rights: readonly (Time | null)[];
  /** What becomes of a record at which it throws; left out where that ends the dataflow. */
  readonly onError?: Tolerance | undefined;
}

/** What a vertex says of itself once it is made. */
export interface Opened {
  /** Whether a snapshot brings it back. */
  readonly snapshots: boolean;
  /** Whether it keeps nothing. */
  readonly transform: boolean;
}
