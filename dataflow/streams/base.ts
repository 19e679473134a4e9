/**
 * What all streams are made of: an output of a vertex, and the ways to add a vertex behind it.
 *
 * @module
 */
import type { AnyOperator } from "../../operators/contract/definition.ts";
import type { OutputLimits } from "../../operators/contract/limits.ts";
import type { Source } from "../builder.ts";
import type { VertexKind } from "../graph.ts";
import type { Stream } from "../stream.ts";

/** Settings that every operator method takes. */
export interface Named {
  /** The vertex's name, for drawings, explanations and errors; the operator's name when left out. */
  readonly name?: string | undefined;
  /**
   * How many batches the vertex may emit before it gives way to what is downstream, and how many records a batch
   * collects, in place of what holds for the whole engine.
   */
  readonly limits?: OutputLimits | undefined;
}

// deno-lint-ignore no-explicit-any
type AnyStream = StreamBase<any>;

/**
 * The base of {@linkcode Stream}, whose methods stand in layers by what they are for, each in a file of its
 * own: generic operators, records, routes, keys, times.
 */
export abstract class StreamBase<T> {
  /** Where in the graph it begins. */
  readonly source: Source;
  /** Carries the record type; never set. */
  declare readonly record: T;

  /** Made by the builder. */
  constructor(source: Source) {
    this.source = source;
  }

  /** A stream that begins there: the layers below know nothing of the class on top of them. */
  protected abstract streamAt<U>(source: Source): Stream<U>;

  /** Adds a vertex that reads this stream at its one input; its one output. */
  protected through<U>(
    operator: AnyOperator,
    config: unknown,
    options: Named,
  ): Stream<U> {
    return this.streamAt<U>(this.placed(operator, config, options, [[this]]));
  }

  /** Adds a vertex that reads these streams, a list for each input; its outputs, in their order. */
  protected into(
    operator: AnyOperator,
    config: unknown,
    options: Named,
    inputs: readonly (readonly AnyStream[])[],
    // deno-lint-ignore no-explicit-any
  ): readonly Stream<any>[] {
    const made = this.placed(operator, config, options, inputs);
    const outputs = Object.keys(made.builder.vertices[made.vertex].operator.outputs);
    return outputs.map((_output, output) => this.streamAt({ ...made, output }));
  }

  /** Adds a vertex to the scope of this stream; where its first output begins. */
  protected placed(
    operator: AnyOperator,
    config: unknown,
    { name, limits }: Named,
    inputs: readonly (readonly AnyStream[])[],
    kind: VertexKind = "operator",
  ): Source {
    const { builder, scope } = this.source;
    const place = { kind, scope, inputScope: scope, outputScope: scope };
    const vertex = builder.addVertex({ operator, config, name, limits, ...place });
    inputs.forEach((streams, input) => {
      for (const { source } of streams) builder.connect(source, vertex, input);
    });
    return { builder, vertex, output: 0, scope };
  }
}
