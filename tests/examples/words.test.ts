import { describe, expect, it } from "vitest";
import { countWords, main } from "../../examples/words/main.ts";

const texts = [
  "To be, or not to be:\nthat is the question",
  Array.from({ length: 3000 }, (_unused, i) => `line ${"abc"[i % 3].repeat(1 + i % 7)}`).join("\n"),
  "",
  "Ein Wort, zwei Wörter",
];

/** The same by a plain map. */
function plainly(text: string): { word: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const [word] of text.toLowerCase().matchAll(/\p{L}+/gu)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => ({ word, count }))
    .sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1));
}

describe("counting words on threads", () => {
  it.each([1, 2, 3])("gives what a plain count gives, with %d workers", async (workers) => {
    const found: unknown[] = [];
    for await (const each of countWords(texts, workers)) found.push(each);
    const all = texts.map((text, epoch) => ({ epoch, counts: plainly(text) }));
    expect(found).toEqual(all.filter(({ counts }) => counts.length > 0));
  });

  it("prints the most frequent words of its own text, and says what is wrong with a file", async () => {
    const lines: string[] = [];
    const print = (line: string) => void lines.push(line);
    expect(await main([], print, print)).toBe(0);
    expect(lines[0]).toMatch(/^epoch 0: \d{3} words, \d{3} different$/);
    expect(await main(["nowhere.txt"], print, print)).toBe(1);
    expect(lines.at(-1)).toMatch(/^NotFound: /);
    expect(await main(["--workers", "x"], print, print)).toBe(1);
    expect(lines.at(-1)).toMatch(/^RangeError: MEANDER_OPTION {2}Cannot use workers NaN/);
  });
});
