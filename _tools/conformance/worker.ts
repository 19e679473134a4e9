/** Holds one operator after the other to its answers, on a thread of its own. */

import { checkSubject } from "../../tests/conformance/check.ts";
import { subjects } from "../../tests/conformance/subjects.ts";

/** Which subject, by its index, and which seeds. */
export interface Order {
  readonly subject: number;
  readonly seed: number;
  readonly seeds: number;
}

/** How many combinations agreed, and what did not. */
export interface Verdict {
  readonly combinations: number;
  readonly fault?: string;
}

// The DOM's and Deno's types both lack the worker's side of postMessage in a program's own types.
const thread = self as unknown as {
  onmessage: (event: MessageEvent<Order>) => void;
  postMessage: (verdict: Verdict) => void;
};

thread.onmessage = async ({ data: { subject, seed, seeds } }) => {
  let combinations = 0;
  try {
    for (let at = seed; at < seed + seeds; at++) {
      combinations += await checkSubject(subjects[subject], at);
    }
    thread.postMessage({ combinations });
  } catch (error) {
    thread.postMessage({
      combinations,
      fault: error instanceof Error ? error.message : String(error),
    });
  }
};
