/**
 * Runs the oracle on one copy of the room. A thread of its own, so that a copy that never ends can
 * be stopped.
 */

import type { ProgressRoom } from "../../tests/oracle/graph_checks.ts";
import { OracleFailure, runOracle } from "../../tests/oracle/run.ts";

/** What to run: the room's `mod.ts` as a URL, and the oracle's arguments. */
export interface Order {
  readonly room: string;
  readonly seed: number;
  readonly steps: number;
}

/** What came of it; `failure` is the oracle's message, absent when it found no difference. */
export interface Verdict {
  readonly failure?: string;
}

// The DOM's and Deno's types both lack the worker's side of postMessage in a program's own types.
const thread = self as unknown as {
  onmessage: (event: MessageEvent<Order>) => void;
  postMessage: (verdict: Verdict) => void;
};

thread.onmessage = async ({ data: { room, seed, steps } }) => {
  try {
    runOracle(await import(room) as ProgressRoom, seed, steps);
    thread.postMessage({});
  } catch (error) {
    const failure = error instanceof OracleFailure ? error.message.split("\n")[0] : String(error);
    thread.postMessage({ failure });
  }
};
