/** A spec that runs, over arrays instead of files: how it ends, and what is written by then. */

import { describe, expect, it } from "vitest";
import { why } from "../../dataflow/insight/why.ts";
import { formatWhy } from "../../dataflow/insight/format_why.ts";
import { stateOf } from "../dataflow/support.ts";
import { lines, MemoryIo, prepared, ran, sinkIn, spec } from "./support.ts";

const NUMBERS = "inputs: { n: { format: ndjson, schema: integer } }\n";
const DOUBLED = spec(`${NUMBERS}
nodes:
  doubled: { use: core/map, from: n, with: { f: record * 2 } }
  odd: { use: core/filter, from: n, with: { predicate: record % 2 == 1 } }
outputs: { doubled: { from: doubled }, odd: { from: odd } }
`);

/** Numbers as JSON lines, `each` in a piece, and a note of how far they were read. */
async function* counting(pieces: number, each: number, note: (piece: number) => void = () => {}) {
  for (let piece = 0; piece < pieces; piece++) {
    note(piece);
    yield await Promise.resolve(
      lines(Array.from({ length: each }, (_unused, i) => piece * each + i)).join(""),
    );
  }
}

/** A promise to settle from outside. */
function gate() {
  return Promise.withResolvers<void>();
}

describe("A run that is left alone", () => {
  it("reads everything, writes everything, and finishes its sinks", async () => {
    const { ending, io, outputs, run } = await ran(DOUBLED, { n: counting(10, 100) });
    expect(ending).toBe("completed");
    expect(outputs.doubled).toEqual(Array.from({ length: 1000 }, (_unused, i) => i * 2));
    expect(outputs.odd).toHaveLength(500);
    expect([...io.sinks.values()].map(({ ended }) => ended)).toEqual(["finished", "finished"]);
    const [input] = run.progress.inputs;
    expect(input).toMatchObject({ records: 1000, bad: 0, late: 0, isOver: true, time: undefined });
    expect(run.progress.outputs.map(({ records }) => records)).toEqual([1000, 500]);
  });

  it("completes without inputs, and with inputs that give nothing", async () => {
    const given = spec(
      'nodes: { s: { use: core/of, with: { records: ["1 + 1"] } } }\n' +
        "outputs: { o: { from: s } }\n",
    );
    expect((await ran(given, {})).outputs).toEqual({ o: [2] });
    expect((await ran(DOUBLED, { n: [] })).outputs).toEqual({ doubled: [], odd: [] });
  });

  it("reads records that are cut anywhere", async () => {
    const text = lines([1, 20, 300]).join("");
    const { outputs } = await ran(DOUBLED, { n: [...text] });
    expect(outputs.doubled).toEqual([2, 40, 600]);
  });
});

describe("A run that is asked to stop", () => {
  it("completes what was read, and writes no half record", async () => {
    const io = new MemoryIo({
      n: counting(1000, 10, (piece) => {
        if (piece === 5) run.stop();
      }),
    });
    const { run, start } = prepared(DOUBLED, io);
    expect(await start()).toBe("drained");
    const read = run.progress.inputs[0].records;
    expect(read).toBe(50);
    expect(io.sinks.get("doubled")!.records).toHaveLength(read);
    expect(io.sinks.get("odd")!.records).toHaveLength(read / 2);
    expect(io.sinks.get("odd")!.ended).toBe("finished");
  });

  it("leaves out the record of which it has read a half", async () => {
    const halves = function* () {
      yield "1\n2\n34";
      run.stop();
      yield "5\n6\n";
    };
    const io = new MemoryIo({ n: { [Symbol.iterator]: () => halves() } });
    const { run, start } = prepared(DOUBLED, io);
    expect(await start()).toBe("drained");
    expect(io.sinks.get("doubled")!.records).toEqual([2, 4]);
  });

  it("is drained at once when nothing was read", async () => {
    const io = new MemoryIo({ n: counting(3, 1) });
    const { run, start } = prepared(DOUBLED, io);
    run.stop();
    expect(await start()).toBe("drained");
    expect(io.sinks.get("doubled")!).toMatchObject({ text: "", ended: "finished" });
  });
});

describe("A run that is cancelled", () => {
  it("ends with an error, keeps what was written, and does not call it complete", async () => {
    const io = new MemoryIo({
      n: counting(1000, 10, (piece) => {
        if (piece === 5) void run.cancel();
      }),
    });
    const { run, start } = prepared(DOUBLED, io);
    await expect(start()).rejects.toThrow("it was interrupted");
    expect([...io.sinks.values()].map(({ ended }) => ended)).toEqual(["abandoned", "abandoned"]);
    expect(run.running.status).toBe("cancelled");
    expect(io.asked).toBeLessThan(10);
  });
});

describe("A run in which something fails", () => {
  it("ends with what its source threw", async () => {
    const fault = new Error("the disk is gone");
    const io = new MemoryIo({
      n: (function* () {
        yield "1\n";
        throw fault;
      })(),
    });
    const { start, run } = prepared(DOUBLED, io);
    await expect(start()).rejects.toBe(fault);
    expect(run.running.status).toBe("cancelled");
    expect([...io.sinks.values()].map(({ ended }) => ended)).toEqual(["abandoned", "abandoned"]);
  });

  it.each([
    ["throws", () => {
      throw new Error("the disk is full");
    }],
    ["rejects", () => Promise.reject(new Error("the disk is full"))],
  ])("ends with what its sink %s, and reads no more", async (_name, answer) => {
    const io = new MemoryIo({ n: counting(100_000, 10) });
    sinkIn(io.sinks, "odd").answer = answer;
    const { start } = prepared(DOUBLED, io);
    await expect(start()).rejects.toThrow("the disk is full");
    expect(io.asked).toBeLessThan(1000);
    expect([...io.sinks.values()].map(({ ended }) => ended)).toEqual(["abandoned", "abandoned"]);
  });

  it("abandons also a sink that is opened only later", async () => {
    const opened = gate();
    const io = new MemoryIo({ n: counting(1, 10) });
    const { sink } = io;
    io.sink = async (name) => {
      if (name === "doubled") throw new Error("no such folder");
      await opened.promise;
      return sink.call(io, name);
    };
    const { start } = prepared(DOUBLED, io);
    const ending = start();
    expect(await stateOf(ending)).toBe("pending");
    opened.resolve();
    await expect(ending).rejects.toThrow("no such folder");
    expect(io.sinks.get("odd")!.ended).toBe("abandoned");
  });

  it("ends with the record, its place and the reason", async () => {
    await expect(ran(DOUBLED, { n: ["1\n2\n", "x\n3\n"] })).rejects.toThrow(
      /^MEANDER_INPUT {2}Cannot read n\.txt:3:1: it .*JSON/,
    );
    const late = spec(`inputs:
  n: { format: ndjson, schema: { t: integer }, epochs: { field: t, late: fail } }
outputs: { o: { from: n } }
`);
    await expect(ran(late, { n: lines([{ t: 5 }, { t: 4 }]) })).rejects.toThrow(
      "Cannot read n.txt:2:1: it is too late: its time is 4, and all before 5 is over",
    );
  });

  it("ends with the node and the place in the spec", async () => {
    const text = spec(`${NUMBERS}nodes:
  m: { use: core/map, from: n, with: { f: 10 / record } }
outputs: { o: { from: m } }
`);
    await expect(ran(text, { n: ["1\n0\n"] })).rejects.toThrow(/"m".*test\.yaml:5:3/s);
  });

  it("does not end an epoch any more when the clock goes on", async () => {
    const hanging = gate();
    const text = spec(`inputs: { n: { format: ndjson, schema: integer, epochs: { interval: 1s } } }
nodes: { m: { use: core/map, from: n, with: { f: 10 / record } } }
outputs: { o: { from: m } }
`);
    const io = new MemoryIo({
      n: (async function* () {
        yield "1\n0\n";
        await hanging.promise;
        yield "2\n";
      })(),
    });
    const { run, start } = prepared(text, io);
    const ending = start();
    await run.running.done.catch(() => {});
    for (const task of io.tasks) task();
    hanging.resolve();
    await expect(ending).rejects.toThrow('"m"');
  });
});

describe("A reader that goes away", () => {
  it("ends the run quietly, soon", async () => {
    const io = new MemoryIo({ n: counting(100_000, 10) });
    for (const name of ["odd", "doubled"]) sinkIn(io.sinks, name).closesAfter = 2;
    const { start, run } = prepared(DOUBLED, io);
    expect(await start()).toBe("unread");
    expect(io.asked).toBeLessThan(1000);
    expect(run.running.status).toBe("cancelled");
  });

  it("of one output leaves the others whole", async () => {
    const io = new MemoryIo({ n: counting(50, 10) });
    sinkIn(io.sinks, "odd").closesAfter = 2;
    const { start } = prepared(DOUBLED, io);
    expect(await start()).toBe("completed");
    expect(sinkIn(io.sinks, "doubled").ended).toBe("finished");
    expect(sinkIn(io.sinks, "doubled").text.trim().split("\n").length).toBe(500);
  });
});

describe("A slow sink", () => {
  it("holds the source back, and loses nothing", async () => {
    const open = gate();
    const all = 2000;
    const io = new MemoryIo({ n: counting(all, 100) });
    const text = spec(`${NUMBERS}outputs: { o: { from: n } }\n`);
    const written = gate();
    sinkIn(io.sinks, "o").answer = () => {
      written.resolve();
      return open.promise;
    };
    const { start, run } = prepared(text, io);
    const ending = start();
    await written.promise;
    let asked = -1;
    while (asked < io.asked) {
      asked = io.asked;
      await run.running.idle();
      expect(await stateOf(ending)).toBe("pending");
    }
    expect(asked).toBeLessThan(all / 2);
    open.resolve();
    expect(await ending).toBe("completed");
    expect(io.sinks.get("o")!.records).toHaveLength(all * 100);
  });

  it("is waited for when all was read, and that is no stall", async () => {
    const open = gate();
    const io = new MemoryIo({ n: ["1\n2\n"] });
    sinkIn(io.sinks, "doubled").answer = () => open.promise;
    const { start, run } = prepared(DOUBLED, io);
    const ending = start();
    await run.running.done;
    expect(await stateOf(ending)).toBe("pending");
    open.resolve();
    expect(await ending).toBe("completed");
  });
});

describe("A run that stalls", () => {
  const HELD = spec(`${NUMBERS}nodes:
  kept: { use: kit/hold, from: n }
  counted: { use: core/count, from: kept }
outputs: { o: { from: counted } }
`);

  it("says so, and who is to blame", async () => {
    const io = new MemoryIo({ n: ["1\n2\n"] });
    const { start, run } = prepared(HELD, io);
    expect(await start()).toBe("stalled");
    expect(run.running.status).toBe("running");
    expect(formatWhy(why(run.running))).toContain("kept");
    await run.cancel();
    expect(io.sinks.get("o")!.ended).toBe("abandoned");
  });

  it("leaves its dead letters beside when it is cancelled, and all of them", async () => {
    const text = HELD.replace("schema: integer", "schema: integer, onError: { deadLetter: bad }");
    const io = new MemoryIo({ n: ["1\nx\n"] });
    const { start, run } = prepared(text, io);
    expect(await start()).toBe("stalled");
    await run.cancel();
    expect(io.letters.get("bad")).toMatchObject({ ended: "abandoned" });
    expect(io.letters.get("bad")!.records).toHaveLength(1);
  });

  it("does not when the capability was never taken", async () => {
    expect((await ran(HELD, { n: [] })).ending).toBe("completed");
  });
});

describe("Dead letters", () => {
  const text = spec(`inputs:
  n: { format: ndjson, schema: { v: integer }, onError: { deadLetter: bad.ndjson } }
nodes:
  m:
    use: core/map
    from: n
    with: { f: 12 / record.v }
    onError: { deadLetter: bad.ndjson }
outputs: { o: { from: m } }
`);

  it("of an input and of a node go to one file, and the rest goes on", async () => {
    const { io, outputs, run } = await ran(text, {
      n: ['{"v":3}\n', 'no\n{"v":0}\n', '{"v":4}\n'],
    });
    expect(outputs.o).toEqual([4, 3]);
    const file = io.letters.get("bad.ndjson")!;
    expect(file.ended).toBe("finished");
    expect(file.records.toSorted((a, b) => Object.keys(b!).length - Object.keys(a!).length))
      .toEqual([
        {
          input: "n",
          source: "n.txt",
          line: 2,
          column: 1,
          reason: expect.stringContaining("JSON"),
          raw: "no",
        },
        { node: "m", reason: expect.stringContaining("division by zero"), record: { v: 0 } },
      ]);
    expect(run.progress.inputs[0]).toMatchObject({ records: 3, bad: 1 });
    expect(run.progress.inputs[0].firstBad).toMatch(/^n\.txt:2:1: it /);
  });

  it("that cannot be written end the run, whatever else is waited for", async () => {
    const io = new MemoryIo({ n: counting(10, 3000) });
    const space = [() => Promise.reject(new Error("no space"))];
    sinkIn(io.letters, "bad.ndjson").answer = () => (space.pop() ?? (() => Promise.resolve()))();
    const { start } = prepared(text, io);
    await expect(start()).rejects.toThrow("no space");
  });

  it("are counted apart from what was sent on", async () => {
    const timed = spec(`inputs:
  n:
    format: ndjson
    schema: { t: integer }
    epochs: { field: t }
    onError: skip
outputs: { o: { from: n } }
`);
    const given = [{ t: 5 }, { t: -1 }, { t: 4 }, { t: 6 }];
    const { outputs, run } = await ran(timed, { n: [...lines(given), "{}\n"] });
    expect(outputs.o).toEqual([{ t: 5 }, { t: 6 }]);
    expect(run.progress.inputs[0]).toMatchObject({ records: 2, bad: 2, late: 1 });
  });
});
