import type { Edit } from "./copy.ts";

/** A deliberate mistake in the tracker, and what the oracle is expected to say about it. */
export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The oracle must fail with a message that matches: caught for the right reason. */
  readonly expect: RegExp;
}

const wrongFrontier = /frontier at/;
const never = /time limit/;

const one = (
  name: string,
  file: string,
  find: string,
  replace: string,
  expect: RegExp = wrongFrontier,
): Mutant => ({ name, edits: [{ file, find, replace }], expect });

/** The mistakes. Each was made in some tracker once, or is the easiest one to make at its place. */
export const mutants: readonly Mutant[] = [
  one(
    "negative counts clamped",
    "line_counts.ts",
    "if (delta === 0) return false;",
    "if (delta === 0 || this.count(time) + delta < 0) return false;",
  ),
  one(
    "negative counts clamped, several coordinates",
    "grid_counts.ts",
    "if (delta === 0) return false;",
    "if (delta === 0 || this.count(time) + delta < 0) return false;",
  ),
  one(
    "negative counts in the frontier",
    "line_counts.ts",
    "if (counts[i] > 0) return this.#times[i];",
    "if (counts[i] !== 0) return this.#times[i];",
  ),
  one(
    "frontier not rebuilt after a removal",
    "grid_counts.ts",
    "this.#include(time) : this.#exclude(time, following)",
    "this.#include(time) : false",
  ),
  one(
    "grid scan stops too early",
    "grid_counts.ts",
    "if (sameAfterFirst(candidate, time)) break;",
    "break;",
  ),
  one(
    "exposed times not compared with each other",
    "grid_counts.ts",
    "if (someLessEqual(next, candidate)) continue;",
    "",
  ),
  one(
    "binary search off by one",
    "grid_counts.ts",
    "if (compareTimes(times[middle], time) < 0) low",
    "if (compareTimes(times[middle], time) <= 0) low",
  ),
  one(
    "completeness by the total order",
    "tracker.ts",
    "if (lessEqual(front[i], time)) return false;",
    "if (compareTimes(front[i], time) <= 0) return false;",
    /isComplete/,
  ),
  one(
    "complete at the frontier itself",
    "tracker.ts",
    "if (state.min > time ||",
    "if (state.min >= time ||",
    /isComplete|after its completion/,
  ),
  one(
    "stale cached frontier",
    "tracker.ts",
    "if (state.front.length === 0 || state.front[0] !== state.min) state.front",
    "if (state.front.length === 0) state.front",
  ),
  one(
    "lost retraction",
    "tracker.ts",
    "if (last !== Infinity) this.#contribute(edges[i], last, -1);",
    "",
  ),
  one(
    "own frontier counted again",
    "tracker.ts",
    "slot.lastOwn = own;\n      for (let i = 0; i < own.length; i++) implied",
    "for (let i = 0; i < own.length; i++) implied",
  ),
  one(
    "downstream settled before upstream",
    "agenda.ts",
    "if (items[parent] <= item) break;",
    "if (items[parent] >= item) break;",
    /was reported 2 times/,
  ),
  one(
    "work list by location only",
    "agenda.ts",
    "return compareInComponent(this.#places[at]!.key, this.#times[at], place.key, time);",
    "return this.#places[at]!.key.at(-1)! - place.key.at(-1)!;",
    never,
  ),
  one(
    "changes merged by slot alone",
    "change_batch.ts",
    `if (other !== time && (typeof time === "number" || !equalTimes(other, time))) continue;`,
    "void [other, equalTimes];",
  ),
  one(
    "feedback adds nothing",
    "summary.ts",
    `const sum = (typeof time === "number" ? time : time[i]) + this.added[i];`,
    `const sum = typeof time === "number" ? time : time[i];`,
  ),
  one(
    "lost minimal summary",
    "contraction.ts",
    "  summaries.insert(summary);",
    "  if (summaries.isEmpty) summaries.insert(summary);",
  ),
  one(
    "self-edge below the identity dropped",
    "contraction.ts",
    "return summary.kept === summary.sourceDepth && summary.appended.length === 0;",
    "return summary.sourceDepth > 0;",
  ),
  one(
    "contraction forgets its summary",
    "contraction.ts",
    "summaryTo[location] = whole.isIdentity ? null : whole;",
    "summaryTo[location] = whole.sourceDepth === whole.targetDepth ? null : whole;",
  ),
  one(
    "sender merged into the receiver of another worker",
    "contraction.ts",
    "remote[target.location]) continue;",
    "false) continue;",
    /reported complete|after its completion/,
  ),
];
