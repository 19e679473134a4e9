/** All that is wrong with a spec at once, as its author reads it. */

import { describe, expect, it } from "vitest";
import { SpecError } from "../../specs/problem.ts";
import { checkSpec } from "../../specs/check.ts";
import { problemsIn, registry, spec } from "./support.ts";

const FAULTY = `meander: 1
name: faulty
params:
  from: { default: SEA }
inputs:
  flights:
    format: cvs
  routes:
    format: ndjson
    schema: { origin: string, hops: integr, ts: integer }
    epochs: { field: tz }
nodes:
  routes: { use: core/count, from: flights }
  a: { use: core/concat, from: [b, routes] }
  b: { use: core/distinct, from: a }
  typo: { use: core/filtr, from: routes }
  port: { use: core/join, from: { left: routes, rihgt: flights } }
  gone: { use: core/count, from: rotues }
  old: { use: core/count@^2, from: routes }
  wrong: { use: core/distinct, from: routes, with: { per: year } }
  unknown: { use: core/distinct, from: routes, with: { kye: record.origin } }
  types: { use: core/map, from: routes, with: { f: "record.ts + 'a'" } }
  field: { use: core/map, from: routes, with: { f: record.orign } }
  policy: { use: core/count, from: routes, onError: skip }
  round:
    loop:
      enter: { edges: routes }
      feedback: { back: nowhere }
      nodes:
        out: { use: core/concat, from: [edges, back, field] }
      leave: { all: out }
  inside: { use: core/count, from: out }
outputs:
  o: { from: field, format: tabel }
  p: { from: round.any }
tests:
  - name: t
    inputs: { flihgts: [] }
    outputs: { o: [] }
`;

const PROBLEMS = [
  '4:3 /params/from/type: it is missing: expected "string" or "integer" or "number" or "boolean"',
  '7:13 /inputs/flights/format: plugin "core" has no format "cvs". Did you mean "core/csv"?',
  '10:37 /inputs/routes/schema/hops: there is no type "integr". Did you mean "integer"?',
  '11:22 /inputs/routes/epochs/field: records have no field "tz". Did you mean "ts"?',
  '13:3 /nodes/routes: there is another "routes", at /inputs/routes. Inputs and nodes share their names: call one of them something else',
  "15:3 /nodes/b: nodes read each other in a circle: b \u2192 a \u2192 b. Put them into a loop, and let one of them read a feedback of it",
  '16:16 /nodes/typo/use: plugin "core" has no operator "filtr". Did you mean "core/filter"?',
  "17:3 /nodes/port/with/leftKey: it is missing: expected an expression of left",
  "17:3 /nodes/port/with/rightKey: it is missing: expected an expression of right",
  "17:3 /nodes/port/with/value: it is missing: expected an expression of left, right, key",
  '17:49 /nodes/port/from/rihgt: operator "join" has no input "rihgt". Did you mean "right"?',
  '18:34 /nodes/gone/from: there is no node or input "rotues". Did you mean "routes"?',
  '19:15 /nodes/old/use: no installed version of plugin "core" satisfies "^2". Installed: 1.0.0',
  '20:59 /nodes/wrong/with/per: expected "time" or "epoch" or "forever" or a number, not "year"',
  '21:56 /nodes/unknown/with/kye: "kye" is not known here: did you mean "key"?',
  "22:53 /nodes/types/with/f: \"record.ts + 'a'\": + is not defined for integer and string. Write string(record.ts)",
  '23:59 /nodes/field/with/f: "record.orign": record has no field "orign". Did you mean "origin"?',
  "24:53 /nodes/policy/onError: it has no expression of a single record, so that no record can be at fault. Leave it out; an error ends the dataflow",
  '28:25 /nodes/round/loop/feedback/back: there is no node or input "nowhere" in loop "round". There is edges, back, out',
  '30:54 /nodes/round/loop/nodes/out/from/2: there is no node or input "field" in loop "round". It is outside of this loop: bring it in with enter: { field: field }',
  '32:36 /nodes/inside/from: there is no node or input "out". It is inside of loop "round": take it out with leave: { out: out } and write "round.out"',
  '34:29 /outputs/o/format: plugin "core" has no format "tabel". Did you mean "core/table"?',
  '35:14 /outputs/p/from: loop "round" has no output "any". It has "all"',
  '38:15 /tests/0/inputs/flihgts: there is no input "flihgts". Did you mean "flights"?',
];

describe("Everything that is wrong with a spec", () => {
  it("is told at once, in the order of the text, with place, reason and what to do", () => {
    expect(problemsIn(FAULTY)).toEqual(PROBLEMS);
  });

  it("is one error with a list, when it is thrown", () => {
    const checked = checkSpec(FAULTY, { registry });
    if (!("problems" in checked)) throw new Error("nothing is wrong");
    const error = new SpecError("faulty.yaml", checked.problems);
    expect(error.code).toBe("MEANDER_SPEC");
    expect(error.message.split("\n")[0]).toBe(
      `MEANDER_SPEC  Cannot use spec faulty.yaml: ${PROBLEMS.length} problems`,
    );
    expect(error.problems).toEqual(PROBLEMS);
    expect(new SpecError("a.yaml", checked.problems.slice(1, 2)).message).toContain("1 problem\n");
  });

  it("does not hide behind a part that the grammar refuses", () => {
    const text = spec(`name2: x
nodes: {a: 7, b: {use: 7}, c: {loop: {}}, d: {region: 7}, e: {uze: core/map}}
outputs: { o: { from: a }, p: { from: x } }
`);
    expect(problemsIn(text)).toEqual([
      '3:1 /name2: "name2" is not known here: did you mean "name"?',
      "4:12 /nodes/a: expected a node with use, loop, region or gate, not 7",
      "4:24 /nodes/b/use: expected a text, not 7",
      "4:32 /nodes/c/loop/feedback: it is missing: expected names with their values",
      "4:32 /nodes/c/loop/nodes: it is missing: expected names with their values",
      "4:32 /nodes/c/loop/leave: it is missing: expected names with their values",
      "4:55 /nodes/d/region: expected names with their values, not 7",
      "4:59 /nodes/e/with/f: it is missing: expected an expression of record",
      '4:62 /nodes/e: operator "map" reads nothing. Say what with from: NODE',
      '4:63 /nodes/e/uze: "uze" is not known here: did you mean "use"?',
      '5:39 /outputs/p/from: there is no node or input "x". There is a, b, c, d, e',
    ]);
  });
});

describe("A text that is no spec", () => {
  it.each([
    ["", "1:1 /: it is empty. Begin with `meander init`"],
    ["# nothing here\n", "1:1 /: it is empty. Begin with `meander init`"],
    ["hello", '1:1 /: expected names with their values, not "hello"'],
    ["- 1\n- 2\n", "1:1 /: expected names with their values, not [1,2]"],
    ["7", "1:1 /: expected names with their values, not 7"],
  ])("%j is named as such, and nothing else is said", (text, problem) => {
    expect(problemsIn(text)).toEqual([problem]);
  });

  it("lacks what every spec has", () => {
    expect(problemsIn("{}")).toEqual([
      "1:1 /meander: it is missing: expected 1, the version of this grammar",
      "1:1 /name: it is missing: expected a text",
      "1:1 /outputs: it is missing: expected names with their values",
    ]);
    expect(problemsIn(spec("outputs: {}"))).toEqual([
      "3:10 /outputs: it has no output, so that nobody would see what it does. " +
      "Add one: outputs: { NAME: { from: NODE } }",
    ]);
  });
});

describe("Names that stand twice", () => {
  it("are told with everything else, wherever they stand", () => {
    const text = spec(`inputs:
  a: { format: lines }
  a: { format: ndjson }
nodes:
  l:
    loop:
      enter: { x: a }
      feedback: { x: n }
      nodes: { n: { use: core/count, from: zz }, n: { use: core/concat, from: x } }
      leave: { out: n }
outputs: { o: { from: l.out } }
`);
    expect(problemsIn(text)).toEqual([
      '5:3 /inputs/a: there is another "a" in the same place. ' +
      "Call one of them something else, or take one out",
      '10:19 /nodes/l/loop/feedback/x: there is another "x", at /nodes/l/loop/enter/x. ' +
      "Inputs and nodes share their names: call one of them something else",
      '11:50 /nodes/l/loop/nodes/n: there is another "n" in the same place. ' +
      "Call one of them something else, or take one out",
    ]);
  });
});
