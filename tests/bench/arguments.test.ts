import { describe, expect, it } from "vitest";
import { argumentList, parseCommand, UsageError, usageOf } from "../../bench/arguments.ts";
import { findProgram, programs } from "../../bench/catalog.ts";

describe("parseCommand", () => {
  it("lists without a name", () => {
    expect(parseCommand([]).action).toBe("list");
    expect(parseCommand(["barrier", "--help"]).action).toBe("list");
  });

  it("takes the first size and three runs where nothing else is said", () => {
    const command = parseCommand(["event_driven"]);
    expect(command).toMatchObject({
      action: "run",
      given: { numbers: [10, 10, 100_000], words: [], options: {} },
      workers: 1,
      group: 8,
      runs: 3,
      warmup: 1,
      json: false,
      native: false,
      tunedMalloc: false,
    });
  });

  it("takes numbers, words and flags in any order", () => {
    const command = parseCommand(
      ["--runs=5", "event_driven", "--json", "2", "3", "-w", "2", "40", "norecord", "--native"],
    );
    expect(command.given).toEqual({ numbers: [2, 3, 40], words: ["norecord"], options: {} });
    expect(command).toMatchObject({ runs: 5, workers: 2, json: true, native: true, group: 16 });
  });

  it("fills numbers that were left out at the end, and reads 10_000", () => {
    expect(parseCommand(["epoch_latency", "4", "10_000"]).given.numbers).toEqual([4, 10_000, 1]);
  });

  it("takes a program's own option in both spellings", () => {
    for (const option of [["--open-times", "10"], ["--open-times=10"]]) {
      expect(parseCommand(["epoch_latency", ...option]).given.options).toEqual({
        "open-times": 10,
      });
    }
  });

  it("knows whose peers are meant", () => {
    expect(parseCommand(["peers"])).toMatchObject({ action: "peers", program: undefined });
    const command = parseCommand(["peers", "pipeline", "1000"]);
    expect(command.program?.name).toBe("pipeline");
    expect(command.given.numbers).toEqual([1000, 1000]);
  });

  it("groups no rounds that are long", () => {
    expect(parseCommand(["event_driven", "100", "100", "10"]).group).toBe(1);
    expect(parseCommand(["event_driven", "100", "100", "10", "--group", "4"]).group).toBe(4);
  });

  it.each([
    [["nope"], /Cannot run "nope": no such program. Programs: barrier, /],
    [["barrier", "--frob"], /Cannot use --frob: no such flag. Flags: /],
    [["barrier", "--json=1"], /Cannot use --json=1/],
    [["barrier", "fast"], /"fast" is none of its words. Usage: barrier ITERATIONS/],
    [["barrier", "1", "2"], /too many numbers/],
    [["barrier", "--open-times", "1"], /--open-times is none of its options/],
    [["--open-times", "1"], /Cannot use --open-times with list/],
    [["barrier", "--runs", "0"], /Cannot use --runs 0: it has to be at least 1/],
    [["barrier", "--runs", "x"], /Cannot read --runs: it needs a whole number, not x/],
    [["barrier", "--runs"], /Cannot read --runs: it needs a whole number, not nothing/],
    [["rxjs_pipeline", "--native"], /bench\/native has no such program/],
    [["peers", "--native"], /bench\/native has no such program/],
  ])("refuses %j", (argv, message) => {
    expect(() => parseCommand(argv)).toThrow(UsageError);
    expect(() => parseCommand(argv)).toThrow(message);
  });
});

describe("the catalog", () => {
  it.each(programs.map((program) => [program.name, program] as const))(
    "has sizes for %s that its own command line takes",
    (_name, program) => {
      for (const size of program.sizes) {
        const { given } = parseCommand([program.name, ...size.map(String)]);
        expect(argumentList(given)).toEqual(size);
      }
    },
  );

  it("writes usages and options as they are typed", () => {
    expect(usageOf(findProgram("epoch_latency")!)).toBe(
      "epoch_latency OPERATORS EPOCHS RECORDS [exchange] [--open-times N]",
    );
    const { given } = parseCommand(["epoch_latency", "--open-times", "10"]);
    expect(argumentList(given)).toEqual([8, 100_000, 1, "--open-times=10"]);
  });
});
