/**
 * How the records of one run are spread over workers: by chance, in ways that leave the meaning as it is.
 * @module
 */

import { Random } from "../oracle/random.ts";
import { keyOf } from "./functions.ts";
import type { Pact } from "../../operators/contract/pact.ts";
import type { Place } from "../../operators/contract/definition.ts";

/** Hands out pacts and sources, in the order in which a program is built. */
export class Spread {
  readonly #random: Random | null;

  constructor(seed: number | null) {
    this.#random = seed === null ? null : new Random(seed + 77);
  }

  /** Where the records of an input come in; `operator` stands for a source with an instance on each worker. */
  source(): "pinned" | "split" | "operator" {
    return this.#random?.pick(["pinned", "split", "split", "operator"] as const) ?? "pinned";
  }

  /** The pact of one input. What is broadcast, only one of the workers may pass on: see `own`. */
  pact(): Pact {
    const random = this.#random;
    if (random === null || random.chance(0.3)) return { kind: "pipeline" };
    const shift = random.below(5);
    return random.pick<Pact>([
      { kind: "exchange", key: keyOf },
      { kind: "exchange", key: (n: number) => [`${n}`] },
      { kind: "route", to: (n: number, workers) => (n + shift) % workers },
      { kind: "route", to: (_n, workers) => workers - 1 },
      { kind: "balance" },
      { kind: "gather" },
      { kind: "broadcast" },
    ]);
  }
}

/** The records of a batch that are this worker's to pass on. */
export function own(
  { index, count }: Place,
  { kind }: Pact,
  records: Iterable<number>,
): number[] {
  if (kind !== "broadcast") return [...records];
  return [...records].filter((n) => n % count === index);
}
