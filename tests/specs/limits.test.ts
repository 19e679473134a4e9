import { describe, expect, it } from "vitest";
import { core } from "../../plugins/core.ts";
import { Registry } from "../../plugins/registry.ts";
import { execute } from "../../dataflow/engine.ts";
import { dataflow } from "../../dataflow/program.ts";
import { buildSpec } from "../../specs/build.ts";
import { feedFor } from "../../specs/feed.ts";
import { inputPace, runLimits } from "../../specs/limits.ts";
import { pluginLimits } from "../../specs/plugin_limits.ts";
import { bytesOf } from "../../specs/sizes.ts";
import { specOf } from "../../specs/spec_of.ts";
import type { EpochSpec, InputSpec } from "../../specs/spec.ts";
import { checkedSpec, problemsIn, spec } from "./support.ts";

const REST = "inputs: { n: { format: lines } }\noutputs: { o: { from: n } }\n";

const limitsIn = (limits: string) =>
  runLimits(checkedSpec(spec(`limits: ${limits}\n${REST}`)).spec);

const told = (text: string) =>
  problemsIn(spec(text)).map((problem) => problem.slice(problem.indexOf(" ") + 1));

describe("sizes", () => {
  it("are numbers with a unit, in powers of ten or of two", () => {
    const sizes = ["1B", "0.4B", "2kB", "64MB", "1.5GB", "1TB", "1KiB", "3MiB", "1GiB", "0.5TiB"];
    expect(sizes.map(bytesOf)).toEqual([
      ...[1, 1, 2000, 64e6, 1.5e9, 1e12],
      ...[1024, 3 * 2 ** 20, 2 ** 30, 2 ** 39],
    ]);
    expect(bytesOf("99999999999TiB")).toBe(Number.MAX_SAFE_INTEGER);
  });

  it("are nothing else", () => {
    const none = ["", "64", "64M", "64 MB", "mb", "64mb", "-1MB", "0MB", "0.0GB", "1e3MB", "1.MB"];
    expect(none.filter((text) => bytesOf(text) !== undefined)).toEqual([]);
  });
});

describe("limits of a spec's plugins", () => {
  const pluginsIn = (limits: string) =>
    checkedSpec(spec(`limits: { plugins: ${limits} }\n${REST}`)).spec;

  it("are those of their processes, behind what is given for one run", () => {
    const written = pluginsIn("{ memory: 128MiB, timeout: 1.5s, restarts: 0 }");
    expect(pluginLimits(written)).toEqual({ memoryMb: 128, callbackMs: 1500, restarts: 0 });
    expect(pluginLimits(written, { pluginMemory: 64e6, pluginTimeout: 20 })).toEqual({
      ...{ memoryMb: 61, callbackMs: 20, restarts: 0 },
    });
    expect([pluginLimits(pluginsIn("{}")), pluginLimits({})]).toEqual([{}, {}]);
    expect(runLimits(written)).toEqual({});
  });

  it("are told when they are none", () => {
    const wrong = "{ memory: 15MB, timeout: 0s, restarts: -1, fast: true }";
    expect(told(`limits: { plugins: ${wrong} }\n${REST}`)).toEqual([
      '/limits/plugins/memory: expected 16MB or more, not "15MB"',
      '/limits/plugins/timeout: expected more than 0, not "0s"',
      "/limits/plugins/restarts: expected 0 or more, not -1",
      '/limits/plugins/fast: "fast" is not known here: there is memory, timeout, restarts',
    ]);
    expect(told(`limits: { plugins: { memory: much, timeout: 5 } }\n${REST}`)).toEqual([
      '/limits/plugins/memory: expected a size, such as 500kB, 64MB or 1GiB, not "much"',
      "/limits/plugins/timeout: expected a span of time, such as 500ms, 5s, 1m, 1h or 1d, not 5",
    ]);
  });
});

describe("limits of a spec", () => {
  it("are those of the engine that runs it", () => {
    expect(limitsIn("{ budget: 2, capacity: 64, memory: 64MB }")).toEqual({
      budget: 2,
      capacity: 64,
      memory: { limit: 64e6 },
    });
    expect(
      limitsIn("{ memory: 1GiB, grace: 1.5s, pace: { records: 5, bytes: unlimited, epochs: 1 } }"),
    )
      .toEqual({
        memory: { limit: 2 ** 30, graceMs: 1500 },
        pace: { records: 5, bytes: Infinity, epochs: 1 },
      });
    expect(limitsIn("{}")).toEqual({});
  });

  it("stand behind those that are given for one run, part by part", () => {
    const { spec: written } = checkedSpec(
      spec(`limits: { budget: 2, capacity: 3, pace: { bytes: 1MB, epochs: 2 } }\n${REST}`),
    );
    expect(runLimits(written, { budget: 9, pace: { epochs: 7 } })).toEqual({
      budget: 9,
      capacity: 3,
      pace: { bytes: 1e6, epochs: 7 },
    });
  });

  it("are told when they are none, all at once and with the rest", () => {
    expect(
      told(`limits: { budget: 0, memory: 64M, grace: 5, speed: 1, pace: { bytes: fast, epochs: 0 } }
inputs: { n: { format: lines, pace: { records: -1 } } }
nodes: { m: { use: core/map, from: n, with: { f: rec }, limits: { capacity: 1.5, size: 1 } } }
outputs: { o: { from: m } }
`),
    ).toEqual([
      "/limits/budget: expected 1 or more, not 0",
      '/limits/memory: expected a size, such as 500kB, 64MB or 1GiB, not "64M"',
      "/limits/grace: expected a span of time, such as 500ms, 5s, 1m, 1h or 1d, not 5",
      '/limits/speed: "speed" is not known here: there is budget, capacity, memory, grace, pace, plugins',
      '/limits/pace/bytes: expected a size, such as 500kB, 64MB or 1GiB, not "fast"',
      "/limits/pace/epochs: expected 1 or more, not 0",
      "/inputs/n/pace/records: expected 1 or more, not -1",
      '/nodes/m/with/f: "rec": there is no "rec". Known: params, record',
      "/nodes/m/limits/capacity: expected an integer, not 1.5",
      '/nodes/m/limits/size: "size" is not known here: there is budget, capacity',
    ]);
    expect(told(`limits: { memory: 512 }\n${REST}`)).toEqual([
      "/limits/memory: expected a size, such as 500kB, 64MB or 1GiB, not 512",
    ]);
    expect(told(`limits: { grace: 5s }\n${REST}`)).toEqual([
      "/limits/grace: nothing is said that it could be above. Add memory: SIZE, or leave it out",
    ]);
  });
});

describe("limits of a node", () => {
  const text = spec(`inputs: { n: { format: lines, pace: { epochs: 2, bytes: 1kB } } }
nodes:
  some: { use: core/map, from: n, with: { f: record }, limits: { budget: 3 } }
  many: { use: core/flatMap, from: some, with: { f: record.words(), limit: 7 } }
outputs: { o: { from: many } }
`);

  it("are those of its vertex, and the pace of an input is that of its own", () => {
    const { graph } = buildSpec(checkedSpec(text)).program;
    expect(graph.vertices.map(({ path, limits }) => [path, limits])).toEqual([
      ["n", null],
      ["some", { budget: 3 }],
      ["many", null],
      ["o", null],
    ]);
    expect(graph.vertices[0].config).toMatchObject({ pace: { epochs: 2, bytes: 1000 } });
    expect(graph.vertices[2].config).toMatchObject({ limit: 7 });
  });

  it("come out of the dataflow again as they were written", () => {
    const { program } = buildSpec(checkedSpec(text));
    const { nodes } = specOf(program, { registry: new Registry([core]) });
    expect(nodes).toMatchObject({ some: { limits: { budget: 3 } }, many: { with: { limit: 7 } } });
  });

  it("may not say twice what is sent at once", () => {
    const twice = text.replace("limit: 7 }", "limit: 7 }, limits: { budget: 1 }");
    expect(problemsIn(twice).map((each) => each.slice(each.indexOf(" ") + 1))).toEqual([
      '/nodes/many/limits: "limit" of operator "flatMap" says already how much it sends. Leave one of them out',
    ]);
  });
});

describe("the pace of an input", () => {
  /** The most epochs that were open when records were sent, all in one piece, and how many came out. */
  async function mostOpen(
    epochs: EpochSpec,
    records: readonly unknown[],
    pace?: InputSpec["pace"],
  ) {
    const program = dataflow("paced", (root) => {
      const input = root.input<unknown>("in", {
        pace: inputPace({ format: "lines", epochs, pace }),
      });
      return { input, counted: input.count().output("counted") };
    });
    await using run = execute(program, { workers: 1 });
    const { input, counted } = run.handles;
    const total = counted.toArray();
    const open = new Set<number>();
    let most = 0;
    const hooks = {
      bad: () => {},
      late: () => {},
    };
    const { send, sendAt } = { send: input.send, sendAt: input.sendAt };
    const look = (time: number) => {
      open.add(time);
      for (const each of open) {
        if (counted.frontier.every((at) => (at as number) > each)) open.delete(each);
      }
      most = Math.max(most, open.size);
    };
    input.send = (data) => (look(input.time as number), send.call(input, data));
    input.sendAt = (time, data) => (look(time as number), sendAt.call(input, time, data));
    const feed = feedFor(input, epochs, hooks);
    await feed.send(records as unknown[], { first: 1, last: records.length });
    feed.close();
    return { most, total: (await total).reduce((sum, n) => sum + n, 0) };
  }

  const numbers = Array.from({ length: 40 }, (_, i) => i);
  const stamped = numbers.map((i) => ({ at: 500 * i }));

  it("holds epochs by count, also within one piece that was read", async () => {
    const free = await mostOpen({ every: 2 }, numbers);
    expect(free).toEqual({ most: 20, total: 40 });
    // One more: it is looked at when something was sent.
    expect(await mostOpen({ every: 2 }, numbers, { epochs: 3 })).toEqual({ most: 4, total: 40 });
  });

  it("counts epochs of a field by its windows", async () => {
    const epochs = { field: "at", window: "1s" } as const;
    expect(inputPace({ format: "lines", epochs, pace: { epochs: 3 } })).toEqual({ epochs: 3000 });
    expect(inputPace({ format: "lines", epochs }, 2)).toEqual({ epochs: 2000 });
    expect(inputPace({ format: "lines", epochs: { every: 3 } }, 2)).toBeUndefined();
    expect((await mostOpen(epochs, stamped)).most).toBe(20);
    expect(await mostOpen(epochs, stamped, { epochs: 3 })).toEqual({ most: 4, total: 40 });
  });
});
