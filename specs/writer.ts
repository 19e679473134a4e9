/**
 * Writes one output of a running spec, from its batches to its text.
 *
 * @module
 */
import type { OutputHandle } from "../dataflow/output_handle.ts";
import { MeanderError, reasonOf } from "../operators/contract/fault.ts";
import type { Encoder } from "../operators/connectors/format.ts";
import { SinkClosed, type TextSink } from "./io.ts";

/** Reads as fast as the sink takes it, so that a slow sink holds the sources back. */
export class OutputWriter {
  /** The output's name. */
  readonly name: string;
  /** How many records were written. */
  records = 0;
  readonly #encoder: Encoder;
  readonly #sink: TextSink;

  /** Writes to that sink. */
  constructor(name: string, encoder: Encoder, sink: TextSink) {
    this.name = name;
    this.#encoder = encoder;
    this.#sink = sink;
  }

  /** Writes all that comes, until the output ends; false when somebody went away who was to read it. */
  async write(output: OutputHandle<unknown>): Promise<boolean> {
    try {
      await this.#writeAll(output);
      return true;
    } catch (error) {
      if (error instanceof SinkClosed) return false;
      throw error;
    }
  }

  async #writeAll(output: OutputHandle<unknown>): Promise<void> {
    for await (const { records } of output) {
      const text = this.#encoded(records);
      this.records += records.length;
      if (text === "") continue;
      const wait = this.#sink.write(text);
      if (wait !== undefined) await wait;
    }
    const rest = this.#encoder.finish();
    if (rest !== "") await this.#sink.write(rest);
    await this.#sink.finish();
  }

  #encoded(records: readonly unknown[]): string {
    try {
      return this.#encoder.encode(records, records.length);
    } catch (error) {
      if (!MeanderError.is(error)) throw error;
      throw new MeanderError(error.code, `Output "${this.name}": ${reasonOf(error)}`, {
        where: this.name,
        cause: error,
      });
    }
  }

  /** What was written stays, and does not look complete. */
  abandon(): Promise<void> {
    return this.#sink.abandon();
  }
}
