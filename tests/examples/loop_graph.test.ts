import type { PointstampRow, Time } from "meander";
import { describe, expect, it } from "vitest";
import { main, type Scene, story } from "../../examples/loop_graph/main.ts";

/** The graph written down by hand: from a port to the next, and whether the counter grows there. */
const PATHS: readonly [from: string, to: string, rounds: number][] = [
  ["numbers.out", "loop/A.in", 0],
  ["loop/A.in", "loop/A.out", 0],
  ["loop/A.out", "loop/B.left", 0],
  ["loop/B.left", "loop/B.out", 0],
  ["loop/B.right", "loop/B.out", 0],
  ["loop/B.out", "loop/C.in", 0],
  ["loop/C.in", "loop/C.out", 0],
  ["loop/C.out", "loop/D.in", 0],
  ["loop/D.in", "loop/D.out", 1],
  ["loop/D.out", "loop/B.right", 0],
  ["loop/C.out", "loop/E.in", 0],
  ["loop/E.in", "loop/E.out", 0],
  ["loop/E.out", "results.in", 0],
];

/** The least number of rounds on a way from one port to another; Infinity when there is none. */
function rounds(from: string, to: string): number {
  const least = new Map([[from, 0]]);
  // Every pass over all paths makes the known numbers right for ways that are one path longer.
  for (const _pass of PATHS) {
    for (const [a, b, more] of PATHS) {
      const through = (least.get(a) ?? Infinity) + more;
      if (through < (least.get(b) ?? Infinity)) least.set(b, through);
    }
  }
  return least.get(to) ?? Infinity;
}

/** Epoch and counter; outside the loop there is no counter. */
function coordinates(time: Time): [epoch: number, counter: number | undefined] {
  return typeof time === "number" ? [time, undefined] : [time[0], time[1]];
}

function couldResultIn(a: PointstampRow, b: PointstampRow): boolean {
  const [epochA, counterA] = coordinates(a.time);
  const [epochB, counterB] = coordinates(b.time);
  const more = rounds(a.location, b.location);
  if (epochA > epochB || more === Infinity) return false;
  // The counter begins at 0 on the way in, and is forgotten on the way out.
  return counterB === undefined || (counterA ?? 0) + more <= counterB;
}

const scenes = story();

/** The rows after the scene as `time location occurrences/precursors`. */
function rowsAfter(caption: string): string[] {
  const scene = scenes.find((other) => other.caption.includes(caption)) as Scene;
  return scene.rows.map(({ time, location, occurrences, precursors }) =>
    `${JSON.stringify(time)} ${location} ${occurrences}/${precursors}`
  );
}

describe("the loop graph", () => {
  it("counts as precursors exactly what could result in a pointstamp", () => {
    expect(scenes.length).toBe(25);
    for (const { rows } of scenes) {
      for (const row of rows) {
        const precursors = rows.filter((other) => other !== row && couldResultIn(other, row));
        expect(row.precursors).toBe(precursors.length);
        expect(row.isInFrontier).toBe(precursors.length === 0);
        expect(row.occurrences).toBe(1);
      }
    }
  });

  it("holds a message back by the epoch that is open at the input", () => {
    expect(rowsAfter("installed")).toEqual(["0 numbers.out 1/0"]);
    expect(rowsAfter("The number 2 is sent")).toEqual(["0 numbers.out 1/0", "0 loop/A.in 1/1"]);
  });

  it("lets a notification wait for both what precedes it in time and in the graph", () => {
    // The right at [1,0] is preceded by the input's and by the one at [0,0] of the same port.
    expect(rowsAfter("A message at [1,0] is delivered to loop/C.in")).toEqual([
      "0 numbers.out 1/0",
      "[0,0] loop/C.out 1/1",
      "[1,0] loop/C.out 1/2",
    ]);
    expect(rowsAfter("The input is closed")).toEqual([
      "[0,0] loop/C.out 1/0",
      "[1,0] loop/C.out 1/1",
    ]);
  });

  it("has iteration 1 of epoch 0 and iteration 0 of epoch 1 beside each other", () => {
    // What is at D comes to C at [0,1]: neither before [1,0] nor after it.
    expect(rowsAfter("A notification at [0,0] is delivered to loop/C")).toEqual([
      "[0,0] loop/D.in 1/0",
      "[0,0] loop/E.in 1/0",
      "[1,0] loop/C.out 1/0",
    ]);
    // The result could come a second time in epoch 0, by way of D.
    expect(rowsAfter("A message at [0,0] is delivered to loop/E.in")).toEqual([
      "0 results.in 1/1",
      "[0,0] loop/D.in 1/0",
      "[1,0] loop/C.out 1/0",
    ]);
  });

  it("ends with nothing outstanding", () => {
    expect(scenes.at(-1)!.rows).toEqual([]);
    expect(scenes.flatMap(({ remarks }) => remarks)).toEqual([
      "C keeps 2 and asks for a notification at [0,0]",
      "C keeps 1 and asks for a notification at [1,0]",
      "C sends 1 to D and E",
      "1 came out in epoch 0",
      "C has nothing to send",
      "C keeps 1 and asks for a notification at [0,1]",
      "C has nothing to send",
    ]);
  });

  it("prints a picture, a table for each step, and what is worth noticing", () => {
    const lines: string[] = [];
    main((text) => lines.push(...text.split("\n")));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines).toContain('  v2 -.->|"+1 → right"| v3');
    const at = lines.indexOf("15. A notification at [0,0] is delivered to loop/C");
    expect(lines.slice(at, at + 7)).toEqual([
      "15. A notification at [0,0] is delivered to loop/C",
      "   C sends 1 to D and E",
      "",
      "   time   location    kind        occurrences  precursors  frontier",
      "   [0,0]  loop/D.in   message               1           0  yes",
      "   [0,0]  loop/E.in   message               1           0  yes",
      "   [1,0]  loop/C.out  capability            1           0  yes",
    ]);
    expect(lines.filter((line) => /^\d+\. /.test(line)).length).toBe(scenes.length);
    expect(lines.at(-1)).toContain("epoch 1 ends while epoch 0 is still going round.");
  });
});
