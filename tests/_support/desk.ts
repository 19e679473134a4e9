/**
 * Asynchronous work in the test's hands: calls wait until the test answers them.
 * @module
 */

import type { AsyncCall } from "../../mod.ts";

interface Waiting {
  readonly record: unknown;
  readonly call: AsyncCall;
  readonly signal: AbortSignal;
  readonly answer: PromiseWithResolvers<unknown>;
}

/** Whom an operator asks. */
export class Desk {
  /** Every call so far, as `record` or, from the second attempt on, `record#attempt`. */
  readonly calls: string[] = [];
  /** The most calls that waited at once. */
  most = 0;
  readonly #waiting: Waiting[] = [];

  /** The function to be given to the operator. */
  readonly ask = (record: unknown, call: AsyncCall): Promise<never> => {
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.push({ record, call, signal: call.signal, answer });
    this.calls.push(call.attempt === 1 ? `${record}` : `${record}#${call.attempt}`);
    this.most = Math.max(this.most, this.#waiting.length);
    return answer.promise as Promise<never>;
  };

  /** The records that wait for an answer, in the order in which they came. */
  get waiting(): unknown[] {
    return this.#waiting.map(({ record }) => record);
  }

  /** The signal that the call for a waiting record was given. */
  signalOf(record: unknown): AbortSignal {
    return this.#waiting.find((each) => each.record === record)!.signal;
  }

  /** Answers; when this resolves, whoever asked has heard it. */
  async answer(record: unknown, value: unknown = `${record}!`): Promise<void> {
    const { answer } = this.#take(record);
    answer.resolve(value);
    await answer.promise;
  }

  /** Refuses; when this resolves, whoever asked has heard it. */
  async refuse(record: unknown, error: unknown = new Error("no answer")): Promise<void> {
    const { answer } = this.#take(record);
    answer.reject(error);
    await answer.promise.catch(() => {});
  }

  #take(record: unknown): Waiting {
    const at = this.#waiting.findIndex((each) => each.record === record);
    if (at < 0) throw new Error(`Nobody waits for ${record}, but for ${this.waiting}`);
    return this.#waiting.splice(at, 1)[0]!;
  }
}
