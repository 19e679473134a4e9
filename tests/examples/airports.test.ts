import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseCsv } from "../../examples/airports/csv.ts";
import { main } from "../../examples/airports/main.ts";
import { isEqual, type Reached, searches } from "../../examples/airports/reach.ts";
import { table } from "../../examples/airports/report.ts";
import { readRouteTable } from "../../examples/airports/routes.ts";

const data = readRouteTable();

/** Breadth-first search level by level, over the file itself: how many airports at each distance. */
function countsFrom(start: string): number[] {
  const file = new URL(
    "../../node_modules/vega-datasets/data/flights-airport.csv",
    import.meta.url,
  );
  const routes = readFileSync(file, "utf8").trim().split("\n").slice(1).map((line) =>
    line.split(",")
  );
  const seen = new Set([start]);
  const counts: number[] = [];
  for (let level = [start]; level.length > 0;) {
    counts.push(level.length);
    const next = new Set(
      routes.filter(([origin, to]) => level.includes(origin) && !seen.has(to)).map(([, to]) => to),
    );
    for (const code of next) seen.add(code);
    level = [...next];
  }
  return counts;
}

async function demo(...args: string[]): Promise<{ code: number; out: string[]; err: string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, {
    out: (text) => out.push(...text.split("\n")),
    err: (text) => err.push(...text.split("\n")),
    colour: false,
  });
  return { code, out, err };
}

describe("the search", () => {
  it("finds exactly what a plain search finds, for each start in its epoch", async () => {
    const from = ["SEA", "HNL", "PUB", "GUM", "CYS", "BRW", "SEA"];
    const progress: number[][] = from.map(() => []);
    const found: (readonly Reached[])[] = [];
    for await (
      const reached of searches(from, data.routes, {
        onHop: (search, { hops, airports }) => {
          expect(hops).toBe(progress[search].push(airports) - 1);
        },
      })
    ) {
      found.push(reached);
      // All of its progress was told before a search is handed out.
      expect(progress[found.length - 1].reduce((a, b) => a + b)).toBe(reached.length);
    }
    expect(progress).toEqual(from.map(countsFrom));
    for (const reached of found) {
      expect(new Set(reached.map(({ airport }) => airport)).size).toBe(reached.length);
    }
    expect(countsFrom("SEA")).toEqual([1, 56, 247]);
  });

  it("notices an answer that is not exact", () => {
    const plain = new Map([["A", 0], ["B", 1]]);
    expect(isEqual([{ airport: "A", hops: 0 }, { airport: "B", hops: 1 }], plain)).toBe(true);
    expect(isEqual([{ airport: "A", hops: 0 }, { airport: "B", hops: 2 }], plain)).toBe(false);
    expect(isEqual([{ airport: "A", hops: 0 }, { airport: "A", hops: 0 }], plain)).toBe(false);
    expect(isEqual([{ airport: "A", hops: 0 }], plain)).toBe(false);
  });
});

describe("the demo", () => {
  it("prints a table, the remainder, the check and the graph for Seattle", async () => {
    const { code, out, err } = await demo();
    expect(code).toBe(0);
    expect(out.slice(1, 6)).toEqual([
      "From SEA  Seattle-Tacoma Intl, Seattle, WA (epoch 0)",
      "",
      "flights  airports  the busiest of them",
      "-------  --------  -------------------------------------------------------------",
      "      0         1  SEA  Seattle-Tacoma Intl, Seattle, WA",
    ]);
    const rows = out.filter((line) => /^ +\d+ {2} +\d+ {2}[A-Z]{3} /.test(line));
    expect(rows.map((line) => line.slice(0, 17).trim().split(/ +/).map(Number))).toEqual(
      countsFrom("SEA").map((count, hops) => [hops, count]),
    );
    expect(out).toContain("304 airports reached; 1 with routes not reached: PUB (Pueblo)");
    expect(out).toContain("3,071 more airports of the list have no routes at all");
    expect(out).toContain("checked against a plain breadth-first search: equal");
    expect(out).toContain("Over 5,366 routes, with this dataflow (Mermaid):");
    expect(out).toContain('  subgraph s1["↻ reach"]');
    expect(out.filter((line) => line.length > 80)).toEqual([]);
    expect(err.map((line) => line.replace(/ +█+$/, ""))).toEqual([
      "SEA  0 flights     1 airport",
      "SEA   1 flight   56 airports",
      "SEA  2 flights  247 airports",
    ]);
  });

  it("searches from several airports in one run, in any case of letters", async () => {
    const { code, out, err } = await demo("hnl", "PUB");
    expect(code).toBe(0);
    expect(out.filter((line) => line.startsWith("From "))).toEqual([
      "From HNL  Honolulu International, Honolulu, HI (epoch 0)",
      "From PUB  Pueblo Memorial, Pueblo, CO (epoch 1)",
    ]);
    expect(err.length).toBe(countsFrom("HNL").length + countsFrom("PUB").length);
    expect(out).toContain("305 airports reached; 0 with routes not reached");
  });

  it("refuses an unknown airport and says which may have been meant", async () => {
    const { code, out, err } = await demo("SEA", "SAE");
    expect([code, out]).toEqual([2, []]);
    expect(err).toEqual([
      'DEMO_USAGE  Cannot start from "SAE": no airport has that code. Did you mean SEA (Seattle), ' +
      "SAN (San Diego), SAT (San Antonio)? List all with `deno task demo --list`",
    ]);
    expect((await demo("chicago")).err[0]).toContain("Did you mean ORD (Chicago), MDW (Chicago)?");
    expect((await demo("00M")).err[0]).toContain(
      "no route begins or ends at Thigpen in Bay Springs, MS",
    );
    expect((await demo("nowhere at all")).err[0]).toMatch(/code\. List all/);
  });

  it("explains itself, lists airports, and refuses other options", async () => {
    const helped = await demo("--help");
    expect(await demo("--", "--help")).toEqual(helped);
    expect(helped.code).toBe(0);
    expect(helped.out[2]).toMatch(/^Usage: deno task demo \[FROM…\] .*\[--list\] \[--help\]$/);
    const listed = await demo("--list");
    expect([listed.code, listed.out.length]).toEqual([0, 305]);
    expect(listed.out[0]).toBe("ABE  Lehigh Valley International, Allentown, PA");
    const refused = await demo("--from", "SEA");
    expect(refused.code).toBe(2);
    expect(refused.err[0]).toMatch(/^DEMO_USAGE {2}Cannot use option "--from": /);
    for (const option of [["--workers", "0"], ["--workers", "x"], ["--lose", "1"]]) {
      const { code, err } = await demo(...option);
      expect([code, err.length, err[0]]).toEqual([2, 1, expect.stringContaining(option.join(" "))]);
    }
  });

  it("prints the same on several threads", async () => {
    const alone = await demo("SEA", "HNL");
    for (const workers of ["2", "3"]) {
      const shared = await demo("SEA", "HNL", "--workers", workers);
      expect([shared.code, shared.out]).toEqual([0, alone.out]);
      // Each search tells of its flights in order; which search is first is not said.
      expect(shared.err.toSorted()).toEqual(alone.err.toSorted());
    }
  });

  it("ends with one line and code 1 when a worker is lost in the middle", async () => {
    const { code, err } = await demo("SEA", "--workers", "3", "--lose", "2");
    expect([code, err.at(-1)]).toEqual([
      1,
      'MEANDER_WORKER_LOST  Dataflow "airports" has lost worker 2, which ended with exit code 9',
    ]);
    expect(err.filter((line) => !line.startsWith("SEA "))).toHaveLength(1);
  });

  it("uses colours only where they are wanted", () => {
    const found = [{ airport: "SEA", hops: 0 }];
    expect(table(found, data, true)).toContain("\x1b[1mflights");
    expect(table(found, data, false)).not.toContain("\x1b");
  });
});

describe("the route table", () => {
  it("has every airport of the list and every route", () => {
    expect([data.airports.size, data.routes.length, data.flights.size]).toEqual([3376, 5366, 305]);
    expect([...data.flights.keys()].filter((code) => !data.airports.has(code))).toEqual([]);
  });

  it("has names with commas and quotes as they are", () => {
    expect(data.airports.get("DBN")).toEqual({
      code: "DBN",
      name: 'W. H. "Bud" Barron',
      city: "Dublin",
      state: "GA",
    });
    expect(data.airports.get("PUW")?.city).toBe("Pullman/Moscow,ID");
  });
});

describe("parseCsv", () => {
  const parse = (text: string) => parseCsv(text, "x.csv", ["a", "b"]);

  it("reads quoted fields, line ends of both kinds, empty fields, and columns in any order", () => {
    expect(parse('b,a\r\n"1,\n""2""",x\r\n,\n"",""')).toEqual([
      { a: "x", b: '1,\n"2"' },
      { a: "", b: "" },
      { a: "", b: "" },
    ]);
    expect(parse("a,b")).toEqual([]);
    expect(parse("a,b\n1,2\n\n3,4\n")).toEqual([{ a: "1", b: "2" }, { a: "3", b: "4" }]);
  });

  it("names the row that is wrong", () => {
    expect(() => parse("a,c\n1,2")).toThrow('Cannot read column "b" of x.csv: it has a, c');
    expect(() => parse("a,b\n1,2\n3")).toThrow("row 3 of x.csv: it has 1 fields, the first row 2");
    expect(() => parse('a,b\n1,"2')).toThrow(/row 2 of x\.csv: a quote is out of place in "\\"2"/);
    expect(() => parse('a,b\n1,2"3')).toThrow("a quote is out of place");
  });
});
