/**
 * Counts words on several threads. Lines come in on all workers in turn, equal words meet on one of them,
 * and an epoch's counts are final when they are given, because no worker can add to them any more.
 *
 *     deno run --no-prompt --allow-read=. examples/words/main.ts [--workers N] [FILE…]
 *
 * Each file is an epoch; without any, this one is read. The threads read this module again, to describe
 * the same dataflow: that is what they need `--allow-read` for, and why `words` is exported.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Dataflow, dataflow, execute, type Input, MeanderError, type Output } from "meander";

/** A word and how often it occurs. */
export interface WordCount {
  readonly word: string;
  readonly count: number;
}

/** What the program offers to the outside. */
export type WordPorts = { readonly lines: Input<string>; readonly counts: Output<WordCount> };

/** The program. */
export const words: Dataflow<WordPorts> = dataflow("words", (root): WordPorts => {
  const lines = root.input<string>("lines", { source: "split" });
  const counts = lines
    .flatMap((line) => line.toLowerCase().match(/\p{L}+/gu) ?? [])
    .aggregate<string, number, WordCount>({
      key: (word) => word,
      initial: () => 0,
      fold: (count) => count + 1,
      emit: (word, count) => ({ word, count }),
    });
  return { lines, counts: counts.output("counts") };
});

/** How many lines are sent at once. */
const LINES = 500;

/** Counts the words of each text that has any; the most frequent come first. */
export async function* countWords(
  texts: Iterable<string>,
  workers: number,
): AsyncGenerator<{ readonly epoch: number; readonly counts: readonly WordCount[] }, void> {
  await using run = execute(words, { workers });
  const { lines, counts } = run.handles;
  const feeding = feed();
  for await (const { time, records } of counts.completed()) {
    const sorted = records.toSorted((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1));
    yield { epoch: time as number, counts: sorted };
  }
  await feeding;

  async function feed(): Promise<void> {
    let epoch = 0;
    for (const text of texts) {
      const all = text.split("\n");
      for (let at = 0; at < all.length; at += LINES) await lines.send(all.slice(at, at + LINES));
      lines.advanceTo(++epoch);
    }
    lines.close();
  }
}

/** Prints the most frequent words of each file; the result is the exit code. */
export async function main(
  args: readonly string[],
  print: (line: string) => void,
  complain: (line: string) => void,
): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { workers: { type: "string", default: "2" } },
    });
    const files = positionals.length > 0 ? positionals : [new URL(import.meta.url)];
    const texts = files.map((file) => Deno.readTextFileSync(file));
    for await (const { epoch, counts } of countWords(texts, Number(values.workers))) {
      const total = counts.reduce((sum, { count }) => sum + count, 0);
      print(`epoch ${epoch}: ${total} words, ${counts.length} different`);
      for (const { word, count } of counts.slice(0, 5)) {
        print(`${String(count).padStart(6)} ${word}`);
      }
    }
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    complain(MeanderError.is(error) ? error.message : `${error.name}: ${error.message}`);
    return 1;
  }
}

if (import.meta.main) Deno.exitCode = await main(Deno.args, console.log, console.error);
