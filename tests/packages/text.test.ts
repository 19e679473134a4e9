import fc from "fast-check";
import { OperatorTest } from "meander/testing";
import { describe, expect, it } from "vitest";
import { distance, words } from "../../packages/text/mod.ts";

/** As it is defined: every way is tried. */
function edits(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const replaced = edits(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1);
  return Math.min(replaced, edits(a.slice(1), b) + 1, edits(a, b.slice(1)) + 1);
}

const short = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 5 });

describe("distance", () => {
  it("is that of its definition, and those beyond the limit are left out", () => {
    fc.assert(fc.property(short, fc.array(short), fc.nat({ max: 4 }), (to, texts, atMost) => {
      const all = texts.map((text) => ({ text, edits: edits(to, text) }));
      for (const config of [{ to }, { to, atMost }]) {
        const test = new OperatorTest(distance, config);
        test.send("in", 0, texts);
        const most = "atMost" in config ? atMost : Infinity;
        expect(test.sent("out")).toEqual(all.filter((each) => each.edits <= most));
      }
    }));
  });
});

describe("words", () => {
  it("are parts of their text, in its order, under any budget", () => {
    const texts = fc.array(fc.string({ unit: "grapheme" }), { maxLength: 5 });
    fc.assert(fc.property(texts, fc.integer({ min: 1, max: 3 }), (records, budget) => {
      const test = new OperatorTest(words, { lowerCase: false }, { budget, capacity: 1 });
      if (records.length > 0) test.send("in", 0, records);
      const all = records.join("\n");
      let at = 0;
      for (const word of test.sent("out")) {
        at = all.indexOf(word, at);
        expect(at).toBeGreaterThanOrEqual(0);
        at += word.length;
      }
      expect(test.kept.records).toBe(0);
    }));
  });
});
