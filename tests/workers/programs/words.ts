/**
 * Words counted by an aggregate.
 *
 * @module
 */
import { type Dataflow, dataflow, type Input, type Output, type RootScope } from "../../../mod.ts";

/** A word and how often it occurred. */
export interface Counted {
  readonly word: string;
  readonly n: number;
}

/** What the programs offer. */
export type WordPorts = { text: Input<string>; counts: Output<Counted> };

function describe(root: RootScope, source: "split" | "pinned"): WordPorts {
  const text = root.input<string>("text", { source });
  const counts = text.flatMap((line) => line.split(" ")).aggregate({
    key: (word) => word,
    initial: () => 0,
    fold: (n) => n + 1,
    emit: (word, n): Counted => ({ word, n }),
  });
  return { text, counts: counts.output("counts") };
}

/** Counts the words of each epoch. */
export function countWords(source: "split" | "pinned"): Dataflow<WordPorts> {
  return dataflow(`words of a ${source} input`, (root) => describe(root, source), {
    madeBy: [countWords, source],
  });
}

/** The same, exported itself. */
export const splitWords: Dataflow<WordPorts> = dataflow(
  "exported words",
  (root) => describe(root, "split"),
);
