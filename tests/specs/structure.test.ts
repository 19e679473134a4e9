/** What the parts of a spec may hold, and how it is told that they hold something else. */

import { describe, expect, it } from "vitest";
import { problemsIn, spec } from "./support.ts";

const OUT = "outputs: { o: { from: i } }\n";

/** Without the place. */
function told(text: string): string[] {
  return problemsIn(text).map((problem) => problem.slice(problem.indexOf(" ") + 1));
}

const input = (parts: string) => told(spec(`inputs: { i: { format: ndjson, ${parts} } }\n${OUT}`));
const node = (parts: string) =>
  told(spec(`inputs: { i: { format: ndjson } }\nnodes: { n: ${parts} }\n${OUT}`));

describe("Of alternatives", () => {
  it("the one that was meant is held against what is written", () => {
    expect(input("epochs: { evry: 5 }")).toEqual([
      '/inputs/i/epochs/evry: "evry" is not known here: did you mean "every"?',
    ]);
    expect(input("epochs: { field: t, late: never }")).toEqual([
      '/inputs/i/epochs/late: expected "drop" or "output" or "fail", not "never"',
    ]);
    expect(node("{ loop: { feedback: { b: { frm: x } }, nodes: {}, leave: {} } }")).toEqual([
      '/nodes/n/loop/feedback/b/from: there is no node or input "x" in loop "n". There is b',
      '/nodes/n/loop/feedback/b/frm: "frm" is not known here: did you mean "from"?',
    ]);
    expect(node("{ use: core/count, form: i }")).toEqual([
      '/nodes/n/form: "form" is not known here: did you mean "from"?',
    ]);
  });

  it("all are named when several were written, or none", () => {
    const wanted = "expected one of every, field and interval, not";
    expect(input("epochs: { every: 5, field: x }")).toEqual([
      `/inputs/i/epochs: ${wanted} {"every":5,"field":"x"}`,
    ]);
    expect(input("epochs: {}")).toEqual([`/inputs/i/epochs: ${wanted} {}`]);
    expect(input("epochs: 5")).toEqual([`/inputs/i/epochs: ${wanted} 5`]);
    expect(input("onError: ignore")).toEqual([
      '/inputs/i/onError: expected fail, skip or { deadLetter: file }, not "ignore"',
    ]);
    expect(input("schema: [a, b]")).toEqual([
      '/inputs/i/schema: expected a type, [type] or fields with their types, not ["a","b"]',
    ]);
    expect(node("{}")).toEqual([
      "/nodes/n: expected a node with use, loop, region or gate, not {}",
    ]);
    expect(node("{ description: x }")).toEqual([
      '/nodes/n: expected a node with use, loop, region or gate, not {"description":"x"}',
    ]);
  });
});

describe("A value of the wrong kind", () => {
  it("is told in the words of specs", () => {
    expect(input("epochs: { interval: 5x }")).toEqual([
      "/inputs/i/epochs/interval: expected a span of time, such as 500ms, 5s, 1m, 1h or 1d, " +
      'not "5x"',
    ]);
    expect(input("epochs: { every: 0 }")).toEqual([
      "/inputs/i/epochs/every: expected 1 or more, not 0",
    ]);
    expect(input("follow: 1, file: 7, workers: two")).toEqual([
      "/inputs/i/follow: expected true or false, not 1",
      "/inputs/i/file: expected a text, not 7",
      '/inputs/i/workers: expected "first" or "all", not "two"',
    ]);
    expect(input('onError: { deadLetter: "" }')).toEqual([
      '/inputs/i/onError/deadLetter: expected a text that is not empty, not ""',
    ]);
    expect(input("with: { maxLineBytes: 0, maxLineByte: 1 }")).toEqual([
      "/inputs/i/with/maxLineBytes: expected 1 or more, not 0",
      '/inputs/i/with/maxLineByte: "maxLineByte" is not known here: did you mean "maxLineBytes"?',
    ]);
    expect(node("{ use: core/count, from: 7 }")).toEqual([
      "/nodes/n/from: expected a name, a list of names, or names by input, not 7",
    ]);
  });

  it("is shortened, when it is long", () => {
    const long = input(`follow: "${"x".repeat(1000)}"`);
    expect(long).toHaveLength(1);
    expect(long[0].length).toBeLessThan(150);
  });
});

describe("What a node reads", () => {
  const JOIN = "with: { leftKey: left, rightKey: right, value: left }";
  it.each([
    [
      `{ use: core/join, from: i, ${JOIN} }`,
      '/from: operator "join" has several inputs. ' +
      "Write from: { left: NODE, right: NODE }",
    ],
    [
      `{ use: core/join, from: { left: i }, ${JOIN} }`,
      '/from: input "right" of operator "join" ' +
      "reads nothing. Write from: { left: NODE, right: NODE }",
    ],
    [
      `{ use: core/join, ${JOIN} }`,
      ': operator "join" reads nothing. ' +
      "Say what with from: { left: NODE, right: NODE }",
    ],
    [
      `{ use: core/join, from: { lft: i, right: i }, ${JOIN} }`,
      '/from/lft: operator "join" has no ' +
      'input "lft". Did you mean "left"?',
    ],
    [
      "{ use: core/of, from: i, with: { records: [] } }",
      '/from: operator "of" has no input. ' +
      "Leave from out",
    ],
    ["{ use: core/count }", ': operator "count" reads nothing. Say what with from: NODE'],
    ["{ use: core/concat, from: [] }", "/from: expected a list of 1 or more, not []"],
    [
      "{ use: core/concat, from: {} }",
      '/from: input "in" of operator "concat" reads nothing. ' +
      "Write from: NODE",
    ],
    [
      "{ use: core/concat, from: [i, j] }",
      '/from/1: there is no node or input "j". There is i, n',
    ],
    [
      "{ use: core/concat, from: i.late }",
      '/from: input "i" has no output "late". ' +
      'It has "records"',
    ],
    [
      "{ use: core/count@^1, pin: 2.0.0, from: i }",
      '/pin: no installed version of plugin "core" ' +
      'satisfies "2.0.0". Installed: 1.0.0',
    ],
    [
      "{ use: core/count@>1, pin: 1.0.0, from: i }",
      '/use: no installed version of plugin "core" ' +
      'satisfies ">1". Installed: 1.0.0',
    ],
  ])("is told when it cannot be: %s", (written, problem) => {
    expect(node(written)).toEqual([`/nodes/n${problem}`]);
  });

  it("has to be one output of those that it has", () => {
    const text = spec(`inputs: { i: { format: ndjson } }
nodes:
  two: { use: kit/twice, from: { left: i, right: i } }
  a: { use: core/count, from: two }
  b: { use: core/count, from: two.third }
  c: { use: core/count, from: two.secnd }
  none: { region: { nodes: {}, leave: {} } }
  d: { use: core/count, from: none }
  e: { use: core/count, from: none.x }
${OUT}`);
    expect(told(text)).toEqual([
      '/nodes/a/from: node "two" has several outputs. Write one of "two.first", "two.second"',
      '/nodes/b/from: node "two" has no output "third". It has "first", "second"',
      '/nodes/c/from: node "two" has no output "secnd". Did you mean "two.second"?',
      '/nodes/d/from: region "none" has no output. Nothing can be read of it',
      '/nodes/e/from: region "none" has no output "x". It has none',
    ]);
  });
});

describe("A name of another scope", () => {
  it("is told with the way over the border", () => {
    const text = spec(`inputs: { i: { format: ndjson } }
nodes:
  a:
    loop:
      feedback: { f: i }
      nodes:
        b: { region: { nodes: { c: { use: core/count, from: f } }, leave: { c: c, i: i } } }
      leave: { b: c }
  d: { use: core/count, from: b }
${OUT}`);
    expect(told(text)).toEqual([
      '/nodes/a/loop/feedback/f: there is no node or input "i" in loop "a". ' +
      "It is outside of this loop: bring it in with enter: { i: i }",
      '/nodes/a/loop/nodes/b/region/nodes/c/from: there is no node or input "f" in region "a/b". ' +
      'It is in loop "a", outside of this region: bring it in with enter: { f: f }',
      '/nodes/a/loop/nodes/b/region/leave/i: there is no node or input "i" in region "a/b". ' +
      "It is outside of this region: bring it in with enter: { i: i }",
      '/nodes/a/loop/leave/b: there is no node or input "c" in loop "a". ' +
      'It is inside of region "a/b": take it out with leave: { c: c } and write "b.c"',
      '/nodes/d/from: there is no node or input "b". ' +
      'It is inside of loop "a": take it out with leave: { b: b } and write "a.b"',
    ]);
  });
});
