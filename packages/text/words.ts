import { defineOperator, Emission, z } from "meander/plugin";

/** The words of each text. */
export const words = defineOperator({
  name: "words",
  version: "1.0.0",
  summary: "Splits each text into its words",
  docs:
    "Where a word ends is what Unicode says (UAX 29), for languages without spaces too; `language` is a tag such " +
    "as `de` or `ja`. Signs between words are no words. Words shorter than `atLeast` characters are counted as " +
    "dropped.",
  example: {
    with: { atLeast: 2 },
    inputs: { in: ["It isn't a B-tree."] },
    outputs: { out: ["it", "isn't", "tree"] },
  },
  config: z.strictObject({
    language: z.string().max(35).default("en").describe("Of the texts, as a tag of BCP 47"),
    lowerCase: z.boolean().default(true).describe("Sends words in lower case"),
    atLeast: z.int().min(1).default(1).describe("Characters that a word has at least"),
  }),
  inputs: { in: z.string() },
  outputs: { out: z.string() },
  // It keeps nothing from one batch to the next. Who says so can be begun anew when its process is lost.
  state: { version: 1, schema: z.null() },
  create: ({ config: { language, lowerCase, atLeast }, out, drop }) => {
    const segmenter = new Intl.Segmenter(language, { granularity: "word" });
    // One text may have many words: they are sent as downstream takes them.
    const emission = new Emission<string>(out.out);
    const wordsOf = (text: string): string[] => {
      const found: string[] = [];
      let short = 0;
      for (const { segment, isWordLike } of segmenter.segment(text)) {
        if (isWordLike !== true) continue;
        if (isShort(segment, atLeast)) short++;
        else found.push(lowerCase ? segment.toLocaleLowerCase(language) : segment);
      }
      if (short > 0) drop(short, `words shorter than ${atLeast}`);
      return found;
    };
    return {
      receive: {
        in(batch) {
          for (const text of batch) emission.add(batch.time, wordsOf(text));
          return emission.run();
        },
      },
      resume: () => emission.run(),
      size: () => emission.kept(),
      snapshot: () => null,
      restore: () => {},
    };
  },
});

/** A character may be two units of a text; only where that matters are they counted. */
function isShort(word: string, atLeast: number): boolean {
  return word.length < atLeast || word.length < 2 * atLeast && [...word].length < atLeast;
}
