/**
 * Times at the end of the safe integers, where ports were merged.
 * @module
 */

import { expect, it } from "vitest";
import { dataflow, range } from "../../mod.ts";
import { install } from "../actors/engines.ts";

const last = Number.MAX_SAFE_INTEGER;
for (const explain of [false, true]) {
  it(`safe integers: a message that would leave them at a feedback is blamed on it, explain ${explain}`, async () => {
    const program = dataflow("overflow", (root) => {
      const words = root.input<string>("words");
      const again = root.feedback<string>({ name: "again" });
      words.map((word) => word, { name: "before" }).concat(again).filter(() => true);
      again.connect(words.map((word) => word, { name: "into" }));
      return { words };
    });
    const { engine, run } = install(program, { explain });
    run.handles.words.sendAt(last, ["a"]);
    engine.run();
    await expect(run.done).rejects.toThrow(/MEANDER_TIME .*in "again"/);
  });
  it(`safe integers: a message that is filtered out before the feedback is no fault, explain ${explain}`, () => {
    const program = dataflow("overflow", (root) => {
      const words = root.input<string>("words");
      const again = root.feedback<string>({ name: "again" });
      again.connect(words.filter(() => false));
      again.inspect(() => {});
      return { words };
    });
    const { engine, run } = install(program, { explain });
    run.handles.words.sendAt(last, ["a"]);
    run.handles.words.close();
    engine.run();
    expect(run.status).toBe("completed");
  });
  it(`safe integers: an input advanced to the last time is no fault, explain ${explain}`, () => {
    const program = dataflow("overflow", (root) => {
      const words = root.input<string>("words");
      const again = root.feedback<string>({ name: "again" });
      again.connect(words);
      again.inspect(() => {});
      return { words };
    });
    const { engine, run } = install(program, { explain });
    run.handles.words.advanceTo(last);
    run.handles.words.close();
    engine.run();
    expect(run.status).toBe("completed");
  });
}

it("safe integers in commits: an overflow at the receiver's slot is not blamed on the sender", async () => {
  const program = dataflow("overflow", (root) => {
    const words = root.input<string>("words");
    const again = root.feedback<number>({ name: "again" });
    const numbers = words.flatMap(() => range(0, 100), { name: "numbers" });
    again.connect(numbers.filter((n) => n > 0, { name: "before" }));
    again.inspect(() => {});
    return { words, probe: numbers.probe() };
  });
  const { engine, run } = install(program);
  run.handles.words.sendAt(Number.MAX_SAFE_INTEGER, ["a"]);
  engine.run();
  await expect(run.done).rejects.toThrow(/MEANDER_TIME .*in "again"/);
});
