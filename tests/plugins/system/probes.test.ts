/** What a plugin in a process of its own can do, all of it. Anything new that is allowed fails. */
import { describe, expect, it } from "vitest";
import { dataflow, execute } from "meander";
import { guests } from "./guests.ts";

/** Each stays in the process, whose memory and time are limited, and tells nothing of others. */
const ALLOWED = [
  "database in memory",
  "evaluate",
  "its own number",
  "nested worker",
  "node:vm",
  "number of the engine",
  "path of the program",
  "sessionStorage",
  "shared memory",
  "WebAssembly memory",
];

describe("A plugin in a process of its own", () => {
  it("can do what is listed here, and nothing else", async () => {
    const plugins = await guests("probes", { memoryMb: 4096 });
    try {
      const [probe, names] = plugins.plugins[0].operators;
      const program = dataflow("probes", (root) => {
        const start = root.input<string>("start");
        const options = { config: {}, inputs: { in: [start] } };
        const { out } = root.vertex(names, { ...options, name: "names" });
        const tried = root.vertex(probe, { ...options, inputs: { in: [out] }, name: "tried" });
        return { start, told: (tried.out as typeof start).output("told") };
      });
      await using run = execute(program);
      run.handles.start.send(["all"]);
      run.handles.start.close();
      const told = await run.handles.told.toArray();
      expect(told.length).toBe(59);
      const allowed = told.flatMap((line) => line.endsWith(": allowed") ? [line.slice(0, -9)] : []);
      const byName = (a: string, b: string) => a < b ? -1 : 1;
      expect(allowed.toSorted(byName)).toEqual(ALLOWED.toSorted(byName));
    } finally {
      await plugins.close();
    }
  });
});
