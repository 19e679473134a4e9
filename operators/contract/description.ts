/**
 * What a definition says of its operator for those who choose it by name: documentation, an example, and how
 * the types of records move through it.
 *
 * @module
 */
import type { RecordType } from "./record_type.ts";

/** A small use of an operator, as a spec writes it. Documentation shows it, and the tests run it. */
export interface OperatorExample {
  /** Its configuration; texts are expressions where the configuration takes one. */
  readonly with?: Readonly<Record<string, unknown>>;
  /** Records by input port, all of one time. */
  readonly inputs?: Readonly<Record<string, readonly unknown[]>>;
  /** What comes out for them, by output port. */
  readonly outputs: Readonly<Record<string, readonly unknown[]>>;
}

/**
 * How types move from inputs through expressions to outputs. Everything left out is `any`.
 *
 * A parameter of an expression that is named like an input port has the type of that port's records;
 * `record` is that of port `in`, and `time` that of a time.
 */
export interface OperatorTypes {
  /** Of other parameters: a type, or the expression in the configuration whose result they are given. */
  readonly parameters?: Readonly<Record<string, RecordType | string>>;
  /** What an expression has to give: a type, or the name of the expression that gives the same. */
  readonly results?: Readonly<Record<string, RecordType | string>>;
  /** What an output sends: the records of an input port, or the results of an expression (`f`), or the
   * elements of its results (`f[]`). `*` stands for every output that is not named. */
  readonly outputs?: Readonly<Record<string, string>>;
}
