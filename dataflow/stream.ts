/**
 * Streams: typed outputs of vertices, on which dataflows are built fluently.
 *
 * @module
 */
import type { Ports } from "../operators/contract/definition.ts";
import { output } from "../operators/system/output.ts";
import type { Source } from "./builder.ts";
import { TimedStream } from "./streams/timed.ts";

export type { Named } from "./streams/base.ts";
export type { PlacedOptions } from "./streams/generic.ts";
export type { FlatMapOptions } from "./streams/records.ts";

/** A named output of the dataflow, to be read where it runs. */
export class Output<T> {
  /** The vertex in the graph that it was made as. */
  readonly source: Source;
  /** Carries the record type; never set. */
  declare readonly record: T;

  /** Made by `stream.output`. */
  constructor(source: Source) {
    this.source = source;
  }
}

/** A probe of the dataflow: tells which times are complete at a stream, where it runs. */
export class Probe {
  /** What it follows. */
  readonly source: Source;
  /** Its index in the graph. */
  readonly index: number;

  /** Made by `stream.probe`. */
  constructor(source: Source, index: number) {
    this.source = source;
    this.index = index;
  }
}

/**
 * What an output of a vertex will send: records of type `T`, each batch with a time. Every method adds a
 * vertex to the graph and returns what comes out of it; the stream itself can be used again.
 *
 * @example
 * ```ts
 * import { dataflow, execute } from "meander";
 * import { expect } from "vitest";
 *
 * const program = dataflow("squares", (root) => {
 *   const numbers = root.input<number>("numbers");
 *   return { numbers, squares: numbers.map((n) => n * n).output("squares") };
 * });
 * await using run = execute(program);
 * run.handles.numbers.send([1, 2, 3]);
 * run.handles.numbers.close();
 * expect(await run.handles.squares.toArray()).toEqual([1, 4, 9]);
 * ```
 */
export class Stream<T> extends TimedStream<T> {
  /** Follows the frontier of this stream: everything up to and including its vertex is then done. */
  probe(name = "probe"): Probe {
    return new Probe(this.source, this.source.builder.addProbe(this.source, name));
  }

  /** Makes the stream readable from outside, under a name that is unique in the dataflow. */
  output(name: string): Output<T> {
    return new Output<T>(this.placed(output, {}, { name }, [[this]], "output"));
  }

  /** Closes a loop with this stream: `variable.connect` under Timely's name. */
  connectLoop(variable: { connect(stream: Stream<T>): void }): void {
    variable.connect(this);
  }

  protected streamAt<U>(source: Source): Stream<U> {
    return new Stream<U>(source);
  }
}

/** The streams that come out of a vertex with named outputs. */
export type StreamsOf<Out extends Ports> = {
  readonly [K in keyof Out]: Stream<Out[K] extends { _zod: { output: infer T } } ? T : unknown>;
};
