import { MeanderError } from "meander";
import { describe, expect, it } from "vitest";
import { exitCodeOf, numbersFrom } from "../../examples/arguments.ts";
import { numberAt, saltOf } from "../../examples/random.ts";

const options = {
  nodes: { usual: 7, least: 1, most: 100 },
  workers: { usual: 1, least: 1, most: 64 },
} as const;

describe("the arguments of the examples", () => {
  it("are numbers by name, and the usual ones where they are left out", () => {
    expect(numbersFrom([], options)).toEqual({ nodes: 7, workers: 1 });
    expect(numbersFrom(["--workers", "3", "--nodes=100"], options)).toEqual({
      nodes: 100,
      workers: 3,
    });
  });

  it.each([
    [["--nodes", "0"], "Cannot use --nodes 0: it takes a whole number from 1 to 100"],
    [["--nodes", "101"], "Cannot use --nodes 101"],
    [["--nodes", "1.5"], "Cannot use --nodes 1.5"],
    [["--nodes", "1e1"], "Cannot use --nodes 1e1"],
    [["--nodes"], "Cannot use --nodes"],
    [["--nodes="], "Cannot use --nodes"],
    [["--knots", "3"], 'Cannot use "--knots": there is no such option'],
    [["-n", "3"], 'Cannot use "-n": there is no such option'],
    [["3"], 'Cannot use "3": there is no such option. The options are --nodes N, --workers N'],
  ])("are refused where they are not: %j", (args, message) => {
    expect(() => numbersFrom(args, options)).toThrow(message);
  });

  it("decide the exit code: 2 when they are wrong, 1 when the run failed", async () => {
    const said: string[] = [];
    const say = (line: string) => void said.push(line);
    const main = (args: readonly string[], print: (line: string) => void) => {
      const { nodes } = numbersFrom(args, options);
      if (nodes === 13) throw new MeanderError("MEANDER_TEST", "Cannot do it");
      if (nodes === 14) throw new TypeError("a mistake");
      print(`${nodes} nodes`);
      return Promise.resolve();
    };
    const run = (...args: string[]) =>
      exitCodeOf(async (...all) => await main(...all), args, say, say);
    expect(await run()).toBe(0);
    expect(await run("--nodes", "x")).toBe(2);
    expect(await run("--nodes", "13")).toBe(1);
    await expect(run("--nodes", "14")).rejects.toThrow("a mistake");
    expect(said[0]).toBe("7 nodes");
    expect(said[1]).toMatch(/^EXAMPLE_USAGE {2}Cannot use --nodes x/);
    expect(said[2]).toBe("MEANDER_TEST  Cannot do it");
  });
});

describe("the numbers of the examples", () => {
  it("lie below their limit, are spread evenly, and are others for another seed", () => {
    const counts = new Array<number>(10).fill(0);
    let alike = 0;
    for (let i = 0; i < 10_000; i++) {
      const number = numberAt(saltOf(1), i, 10);
      counts[number]++;
      if (number === numberAt(saltOf(2), i, 10)) alike++;
    }
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10_000);
    for (const count of [...counts, alike]) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
