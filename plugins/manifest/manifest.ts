/**
 * What a plugin says of itself, as data: read and checked before any code of it is.
 *
 * @module
 */
import type { OperatorExample, OperatorTypes } from "../../operators/contract/description.ts";
import type { FrontierInterest } from "../../operators/contract/definition.ts";

/** A JSON Schema of the kind that manifests may have: no patterns, no references. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** How records of an input are spread over workers: `exchange` by a field, or `null` by the whole record. */
export type ManifestPact =
  | "pipeline"
  | "broadcast"
  | "gather"
  | "balance"
  | { readonly exchange: string | null };

/** An operator, as far as it can be said without its code. */
export interface OperatorManifest {
  /** One sentence. */
  readonly summary: string;
  /** More of it, in Markdown. */
  readonly docs?: string;
  /** A small use. */
  readonly example?: OperatorExample;
  /** How types of records move through it. */
  readonly types?: OperatorTypes;
  /** Of its configuration, as its user writes it. */
  readonly config: JsonSchema;
  /** Of the records of each input. */
  readonly inputs: Readonly<Record<string, JsonSchema>>;
  /** Of the records of each output. */
  readonly outputs: Readonly<Record<string, JsonSchema>>;
  /** `never` when left out. */
  readonly interest?: FrontierInterest;
  /** Pairs of an input and an output; all of them when left out. */
  readonly connects?: readonly (readonly [input: string, output: string])[];
  /** By input; `pipeline` when left out. */
  readonly pacts?: Readonly<Record<string, ManifestPact>>;
  /** Of one without inputs: where it runs; `pinned` when left out. */
  readonly source?: "pinned" | "split";
  /** Of one that keeps nothing: a record at which it throws can be left out. See `OperatorDefinition.records`. */
  readonly records?: "one by one";
  /** The form of its snapshots; without one it cannot be begun anew. */
  readonly state?: { readonly version: number; readonly schema: JsonSchema };
}

/** What a plugin may do outside of its process; nothing when left out. */
export interface Permissions {
  /** Hosts, with ports where not all of them will do. */
  readonly net?: readonly string[];
  /** Files and folders to read. */
  readonly read?: readonly string[];
  /** Files and folders to write. */
  readonly write?: readonly string[];
  /** Variables of the environment. */
  readonly env?: readonly string[];
}

/** `plugin.json`. */
export interface Manifest {
  /** In lower case. */
  readonly name: string;
  /** Semantic version. */
  readonly version: string;
  /** The versions of Meander that it runs on, as a range. */
  readonly meander: string;
  /** The module, relative to the manifest, whose default export is the plugin. */
  readonly entry: string;
  /** One sentence. */
  readonly summary: string;
  /** SPDX expression. */
  readonly license?: string;
  /** By name. */
  readonly operators: Readonly<Record<string, OperatorManifest>>;
  /** What it asks for; its user grants it or not. */
  readonly permissions?: Permissions;
}
