/**
 * What windows are told, and what they tell.
 *
 * @module
 */
import type { RecordType } from "../contract/record_type.ts";
import type { EventTime } from "./event_time.ts";

const span: readonly (readonly [string, RecordType])[] = [
  ["start", { kind: "integer" }],
  ["end", { kind: "integer" }],
];

/** What expressions know of a window. */
export const windowType: RecordType = {
  kind: "object",
  fields: new Map([...span, ["kind", { kind: "string" }]]),
};

/** What expressions know of a session. */
export const sessionType: RecordType = {
  kind: "object",
  fields: new Map<string, RecordType>([
    ...span,
    ["kind", { kind: "string" }],
    ["replaces", { kind: "list", of: { kind: "object", fields: new Map(span) } }],
  ]),
};

/**
 * What a result is: `onTime`, the one at the window's end; `early`, of what had come until then; `late`,
 * again because of late records, in the place of the one before.
 */
export type WindowKind = "early" | "onTime" | "late";

/** The window that a result is of. */
export interface WindowInfo {
  /** The first event time in it. */
  readonly start: number;
  /** The first event time after it. */
  readonly end: number;
  /** Which result of the window it is. */
  readonly kind: WindowKind;
}

/** A stretch of event times that a result was sent for. */
export interface Span {
  /** The first event time in it. */
  readonly start: number;
  /** The first event time after it. */
  readonly end: number;
}

/** The session that a result is of. */
export interface SessionInfo extends WindowInfo {
  /**
   * Sessions of the key for which complete results were sent before, and in whose place this one comes:
   * late records have made it of them. Empty for a session that is said for the first time.
   */
  readonly replaces: readonly Span[];
}

/** What all kinds of windows are told. */
export interface FoldOptions<T, K, A> {
  /** When a record happened, as a safe integer; the record's own time when left out. */
  readonly at?: ((record: T, time: number) => number) | undefined;
  /** For how long after its end a window takes late records; 0 when left out. */
  readonly lateness?: number | undefined;
  /** Results so far are sent at the multiples of this time; none when left out. */
  readonly early?: number | undefined;
  /** What the records of one fold have in common; keys compare by value. One group when left out. */
  readonly key?: ((record: T) => K) | undefined;
  /** The value that a fold begins with. */
  readonly initial: (key: K) => A;
  /** One more record. */
  readonly fold: (accumulated: A, record: T, key: K) => A;
}

/** Windows of fixed length. */
export interface WindowOptions<T, K, A, O> extends FoldOptions<T, K, A> {
  /** How long a window is. */
  readonly size: number;
  /** How far apart windows begin; `size` when left out, so that each record is in one. */
  readonly every?: number | undefined;
  /** An event time at which some window begins; 0 when left out. */
  readonly offset?: number | undefined;
  /** What is sent for a key of a window. */
  readonly emit: (key: K, accumulated: A, window: WindowInfo) => O;
}

/** Windows that last as long as records of a key follow each other. */
export interface SessionWindowOptions<T, K, A, O> extends FoldOptions<T, K, A> {
  /** Records of a key are in one session when they are less than this apart, be it by way of others. */
  readonly gap: number;
  /** What is sent for a session. */
  readonly emit: (key: K, accumulated: A, window: SessionInfo) => O;
}

/** A configuration of either that was checked. */
interface FoldConfig {
  readonly at?: EventTime<unknown> | undefined;
  readonly lateness: number;
  readonly early?: number | undefined;
  readonly key?: ((record: unknown) => unknown) | undefined;
  readonly initial: (key: unknown) => unknown;
  readonly fold: (accumulated: unknown, record: unknown, key: unknown) => unknown;
}

/** A checked configuration of windows of fixed length. */
export interface WindowConfig extends FoldConfig {
  readonly size: number;
  readonly every?: number | undefined;
  readonly offset: number;
  readonly emit: (key: unknown, accumulated: unknown, window: WindowInfo) => unknown;
}

/** A checked configuration of sessions. */
export interface SessionWindowConfig extends FoldConfig {
  readonly gap: number;
  readonly emit: (key: unknown, accumulated: unknown, window: SessionInfo) => unknown;
}
