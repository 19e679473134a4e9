import { describe, expect, it } from "vitest";
import { desk, median, questionsFirst, run } from "../../examples/priorities/main.ts";
import { execute } from "../../mod.ts";

describe("the example of priorities", () => {
  it("halves what a question waits for, and much more than that", () => {
    const usual = run(1000, 20_000).records;
    const ranked = run(1000, 20_000, questionsFirst).records;
    expect([usual.length, ranked.length]).toEqual([50, 50]);
    // What a slice makes at most: eight batches of 1,024 records.
    expect(Math.max(...ranked)).toBeLessThanOrEqual(8 * 1024);
    expect(median(ranked)).toBeLessThan(median(usual) / 2);
  });

  it("answers the same in any order", async () => {
    for (const priority of [undefined, questionsFirst]) {
      let ground = 0;
      await using running = execute(desk(priority, () => void ground++));
      const { readings, questions, answers } = running.handles;
      const all = answers.toArray();
      for (let i = 0; i < 5; i++) {
        readings.send([i, i + 1]);
        questions.send([i]);
      }
      readings.close();
      questions.close();
      expect(await all).toEqual([-0, -1, -2, -3, -4]);
      await running.done;
      expect(ground).toBe(10_000);
    }
  });
});
