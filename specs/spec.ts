/**
 * A spec as data, as it is written.
 *
 * @module
 */

/** Named things. */
export type Names<T> = Readonly<Record<string, T>>;
/** Where records come from: a node, an input, or one of several outputs as `node.output`. */
export type From = string;

/** A type of records: a name (with `?` for "or null"), fields, or a list as `[type]`. */
export type TypeSpec = string | readonly [TypeSpec] | { readonly [field: string]: TypeSpec };

/** What becomes of a record that cannot be read or worked on. */
export type ErrorPolicy = "fail" | "skip" | { readonly deadLetter: string };

/** When an epoch of an input is over. */
export type EpochSpec =
  | { readonly every: number }
  | { readonly interval: string | number }
  | {
    readonly field: string;
    readonly window?: string | number | undefined;
    readonly outOfOrder?: string | number | undefined;
    readonly late?: "drop" | "output" | "fail" | undefined;
  };

/** An operator's configuration as it is written. */
export type ConfigSpec = Readonly<Record<string, unknown>>;

/** A value that is given when the spec is run. */
export interface ParamSpec {
  readonly type: "string" | "integer" | "number" | "boolean";
  readonly default?: unknown;
  readonly description?: string | undefined;
}

/** How much may be on its way before an input waits. Sizes are written like `64MB`. */
export interface PaceSpec {
  readonly records?: number | "unlimited" | undefined;
  readonly bytes?: string | undefined;
  readonly epochs?: number | undefined;
}

/** How much a node sends at once. */
export interface NodeLimits {
  readonly budget?: number | undefined;
  readonly capacity?: number | undefined;
}

/** How much each process of a plugin may take. */
export interface PluginLimitsSpec {
  readonly memory?: string | undefined;
  readonly timeout?: string | undefined;
  readonly restarts?: number | undefined;
}

/** How much may be on its way in a whole run. */
export interface LimitsSpec extends NodeLimits {
  readonly memory?: string | undefined;
  readonly grace?: string | undefined;
  readonly pace?: PaceSpec | undefined;
  readonly plugins?: PluginLimitsSpec | undefined;
}

/** Where records come in. */
export interface InputSpec {
  readonly format: string;
  readonly file?: string | undefined;
  readonly follow?: boolean | undefined;
  readonly schema?: TypeSpec | undefined;
  readonly with?: ConfigSpec | undefined;
  readonly epochs?: EpochSpec | undefined;
  readonly onError?: ErrorPolicy | undefined;
  readonly pace?: PaceSpec | undefined;
  readonly workers?: "first" | "all" | undefined;
  readonly description?: string | undefined;
}

/** A vertex. */
export interface OperatorSpec {
  readonly use: string;
  readonly pin?: string | undefined;
  readonly from?: From | readonly From[] | Names<From | readonly From[]> | undefined;
  readonly with?: ConfigSpec | undefined;
  readonly onError?: ErrorPolicy | undefined;
  readonly priority?: number | undefined;
  readonly limits?: NodeLimits | undefined;
  readonly description?: string | undefined;
}

/** What comes round. */
export type FeedbackSpec = From | readonly From[] | {
  readonly from: From | readonly From[];
  readonly by?: number | undefined;
  readonly maxIterations?: number | undefined;
};

/** A loop scope. */
export interface LoopSpec {
  readonly loop: {
    readonly enter?: Names<From> | undefined;
    readonly feedback: Names<FeedbackSpec>;
    readonly nodes: Names<NodeSpec>;
    readonly leave: Names<From>;
    readonly maxIterations?: number | undefined;
    readonly onLimit?: "drop" | "fail" | undefined;
  };
  readonly priority?: number | undefined;
  readonly description?: string | undefined;
}

/** A named box. */
export interface RegionSpec {
  readonly region: {
    readonly enter?: Names<From> | undefined;
    readonly nodes: Names<NodeSpec>;
    readonly leave: Names<From>;
  };
  readonly priority?: number | undefined;
  readonly description?: string | undefined;
}

/** Where records wait that have no room in memory. */
export interface SpillSpec {
  readonly directory: string;
  readonly records: number;
  readonly bytes?: number | undefined;
}

/** Nodes into which only so much is let at once. */
export interface GateSpec {
  readonly gate: {
    readonly enter: Names<From>;
    readonly batch: number;
    readonly weight?: string | { readonly function: string } | undefined;
    readonly inFlight?: number | undefined;
    readonly stash?: number | undefined;
    readonly spill?: SpillSpec | undefined;
    readonly nodes: Names<NodeSpec>;
    readonly leave: Names<From>;
  };
  readonly priority?: number | undefined;
  readonly description?: string | undefined;
}

/** A node with nodes in it. */
export type ScopeSpec = LoopSpec | RegionSpec | GateSpec;

/** What stands under `nodes`. */
export type NodeSpec = OperatorSpec | ScopeSpec;

/** Where records come out. */
export interface OutputSpec {
  readonly from: From;
  readonly format?: string | undefined;
  readonly file?: string | undefined;
  readonly with?: ConfigSpec | undefined;
  readonly description?: string | undefined;
}

/** What is sent to an input in a test: records, epochs of records, or the text of a file. */
export type TestInput =
  | readonly unknown[]
  | { readonly epochs: readonly (readonly unknown[])[] }
  | { readonly text: string };

/** What has to come out: records in any order, by epoch, or as text. */
export type TestOutput =
  | readonly unknown[]
  | { readonly records: readonly unknown[]; readonly ordered?: boolean | undefined }
  | { readonly epochs: Readonly<Record<string, readonly unknown[]>> }
  | { readonly text: string };

/** A unit test. */
export interface TestSpec {
  readonly name: string;
  readonly params?: Names<unknown> | undefined;
  readonly inputs?: Names<TestInput> | undefined;
  readonly outputs: Names<TestOutput>;
}

/** A whole spec. */
export interface Spec {
  readonly meander: 1;
  readonly name: string;
  readonly description?: string | undefined;
  readonly functions?: string | undefined;
  /** Ranges of versions, for all that have none of their own. */
  readonly plugins?: Names<string> | undefined;
  readonly params?: Names<ParamSpec> | undefined;
  readonly limits?: LimitsSpec | undefined;
  readonly inputs?: Names<InputSpec> | undefined;
  readonly nodes?: Names<NodeSpec> | undefined;
  readonly outputs: Names<OutputSpec>;
  readonly tests?: readonly TestSpec[] | undefined;
}
