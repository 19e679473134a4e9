import { describe, expect, it } from "vitest";
import { dataflow, Engine, execute, ManualClock } from "../../mod.ts";

const passing = dataflow("passing", (root) => {
  const numbers = root.input<number>("numbers");
  return { numbers, out: numbers.output("out") };
});

describe("a signal given to install or execute", () => {
  it("cancels the dataflow when it is aborted, and says why", async () => {
    const engine = new Engine({ clock: new ManualClock() });
    const controller = new AbortController();
    const run = engine.install(passing, { signal: controller.signal });
    const other = engine.install(passing);
    controller.abort(new Error("the user left"));
    expect([run.status, other.status]).toEqual(["cancelled", "running"]);
    await expect(run.handles.out.toArray()).rejects.toThrow(
      /MEANDER_ABORTED .*its signal was aborted: Error: the user left/,
    );
  });

  it("cancels at once when it was aborted before", async () => {
    const run = execute(passing, { signal: AbortSignal.abort("no") });
    expect(run.status).toBe("cancelled");
    await expect(run.done).rejects.toThrow('its signal was aborted: "no"');
  });

  it("is let go at the end, and means nothing after it", async () => {
    const controller = new AbortController();
    const run = execute(passing, { signal: controller.signal });
    run.handles.numbers.send([1]);
    run.handles.numbers.close();
    expect(await run.handles.out.toArray()).toEqual([1]);
    await run.done;
    controller.abort();
    expect(run.status).toBe("completed");
  });
});
