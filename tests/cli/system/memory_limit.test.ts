import { describe, expect, it } from "vitest";
import { execute, range } from "../../../mod.ts";
import { explosion } from "./memory_programs.ts";

describe("a limit for memory", () => {
  it("ends what explodes long before the process has no memory left", async () => {
    // Without a limit the process would die of that heap.
    const { code, stdout, stderr } = await new Deno.Command("deno", {
      args: ["run", "--quiet", "--no-prompt", "--no-check", "--allow-read"]
        .concat("--v8-flags=--max-old-space-size=150", "tests/cli/system/memory_programs.ts"),
    }).output();
    expect([code, new TextDecoder().decode(stderr)]).toEqual([0, ""]);
    const found = JSON.parse(new TextDecoder().decode(stdout));
    expect(found.code).toBe("MEANDER_MEMORY");
    expect(found.peakBytes).toBeGreaterThan(50e6);
    expect(found.peakBytes).toBeLessThan(100e6);
  });

  it("is nothing that a small run of the same notices", async () => {
    await using run = execute(explosion(), { workers: 1, memory: { limit: 50_000_000 } });
    run.handles.numbers.send([...range(0, 100)]);
    run.handles.numbers.close();
    await run.done;
    expect(run.status).toBe("completed");
  });
});
