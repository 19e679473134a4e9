/** The types of records, followed from the inputs through every node. */

import { describe, expect, it } from "vitest";
import { execute } from "../../dataflow/engine.ts";
import { formatType } from "../../operators/contract/record_type.ts";
import { buildSpec } from "../../specs/build.ts";
import { checkedSpec, problemsIn, spec } from "./support.ts";

/** A spec over flights and airports, with an output of each of these nodes (or all that are given). */
function graph(nodes: string, outputs: readonly string[]): string {
  const all = outputs.map((from) => `${from.replace(".", "_")}: { from: ${from} }`).join(", ");
  return spec(`params: { least: { type: integer, default: 3 }, name: { type: string, default: x } }
inputs:
  flights: { format: ndjson, schema: { from: string, to: string, n: integer, at: datetime } }
  airports: { format: ndjson, schema: { iata: string, city: "string?", lat: number } }
  words: { format: lines }
  any: { format: ndjson }
nodes:
${nodes}
outputs: { ${all} }
`);
}

function types(nodes: string, ...outputs: string[]): Record<string, string> {
  const checked = checkedSpec(graph(nodes, outputs));
  return Object.fromEntries(
    checked.outputs.map(({ name, type }) => [name, type === undefined ? "none" : formatType(type)]),
  );
}

function problems(nodes: string, ...outputs: string[]): string[] {
  return problemsIn(graph(nodes, outputs));
}

/** The one node of such a configuration. */
function node(use: string, from: string, config: string): string {
  return types(`  n: { use: core/${use}, from: ${from}, with: ${config} }`, "n").n;
}

describe("The type of records", () => {
  it("is the schema's, for inputs and for what passes them on", () => {
    const nodes =
      `  f: { use: core/filter, from: flights, with: { predicate: record.n > params.least } }
  d: { use: core/distinct, from: f, with: { key: record.from } }
  e: { use: core/exchange, from: d, with: { key: record.from } }
`;
    const flights = "{from: string, to: string, n: integer, at: datetime}";
    expect(types(nodes, "flights", "f", "d", "e", "words", "any")).toEqual({
      flights,
      f: flights,
      d: flights,
      e: flights,
      words: "string",
      any: "any",
    });
  });

  it("is what an expression gives", () => {
    expect(node("map", "flights", "{ f: record.n }")).toBe("integer");
    expect(node("map", "flights", "{ f: double(record.n) / 2.0 }")).toBe("number");
    expect(node("map", "flights", "{ f: params.name + record.from }")).toBe("string");
    expect(node("map", "airports", "{ f: record.city }")).toBe("string?");
    expect(node("map", "flights", "{ f: \"{'n': record.n, 'far': record.n > 3}\" }")).toBe(
      "{n: integer, far: boolean}",
    );
    expect(node("map", "any", "{ f: record.whatever }")).toBe("any");
    expect(node("flatMap", "words", "{ f: record.words() }")).toBe("string");
    expect(node("flatMap", "words", "{ f: '[record, record]' }")).toBe("string");
    expect(node("count", "words", "{}")).toBe("integer");
  });

  it("is what the value of a join and the emission of an aggregate give", () => {
    const joined =
      `{ left: flights, right: airports }, with: { leftKey: left.from, rightKey: right.iata,
      value: "{'city': right.city, 'n': left.n, 'key': key}" }`;
    expect(types(`  n: { use: core/join, from: ${joined} }`, "n").n).toBe(
      "{city: string?, n: integer, key: string}",
    );
    const sum = `{ key: record.from, initial: "0", fold: accumulated + record.n,
      emit: "{'from': key, 'n': accumulated, 'at': time}" }`;
    expect(node("aggregate", "flights", sum)).toBe("{from: string, n: integer, at: integer}");
  });

  it("is what given records have in common", () => {
    const of = (records: string) =>
      types(`  n: { use: core/of, with: { records: ${records} } }`, "n").n;
    expect(of("[1, 2]")).toBe("integer");
    expect(of("[1, 2.5]")).toBe("number");
    expect(of("[1, null]")).toBe("integer?");
    expect(of("[{ a: 1 }, { a: 2.5 }]")).toBe("{a: number}");
    expect(of("[{ a: 1 }, { b: 1 }]")).toBe("any");
    expect(of('["params.name", "\'a\'"]')).toBe("string");
    expect(of("[1, \"'a'\"]")).toBe("any");
  });

  it("is the union of streams that are united", () => {
    const nodes = `  i: { use: core/map, from: flights, with: { f: record.n } }
  f: { use: core/map, from: airports, with: { f: record.lat } }
  s: { use: core/map, from: airports, with: { f: record.city } }
  numbers: { use: core/concat, from: [i, f] }
  mixed: { use: core/concat, from: [i, s] }
  texts: { use: core/concat, from: [s, words] }
`;
    expect(types(nodes, "numbers", "mixed", "texts")).toEqual({
      numbers: "number",
      mixed: "any",
      texts: "string?",
    });
  });

  it("belongs to each of several outputs", () => {
    const nodes = "  two: { use: kit/twice, from: { left: flights, right: words } }\n";
    expect(types(nodes, "two.first", "two.second")).toEqual({
      two_first: "any",
      two_second: "any",
    });
  });
});

/** A loop that begins with `start` and goes round with `step`. */
function loop(start: string, step: string, more = ""): string {
  return `  begin: { use: core/of, with: { records: [${start}] } }
  l:
    loop:
      maxIterations: 3
      enter: { start: begin }
      feedback: { back: step }
      nodes:
        all: { use: core/concat, from: [start, back] }
        step: { use: core/map, from: all, with: { f: "${step}" } }
${more}      leave: { all: all, step: step }
`;
}

describe("The type of what goes round a loop", () => {
  it("is what went in, when the way round does not change it", () => {
    expect(types(loop("1", "record + 1"), "l.all")).toEqual({ l_all: "integer" });
    expect(types(loop("{ n: 1 }", "{'n': record.n + 1}"), "l.all")).toEqual({
      l_all: "{n: integer}",
    });
  });

  it("widens until it holds what comes round", () => {
    expect(types(loop("1", "double(record) / 2.0"), "l.all", "l.step")).toEqual({
      l_all: "number",
      l_step: "number",
    });
    expect(types(loop("{ n: 1 }", "{'n': double(record.n) * 0.5}"), "l.all")).toEqual({
      l_all: "{n: number}",
    });
  });

  it("is anything, when it has no end or nothing in common", () => {
    expect(types(loop("{ n: 1 }", "{'n': 1, 'more': 2}"), "l.all")).toEqual({ l_all: "any" });
    expect(types(loop("1", "[record]"), "l.all")).toEqual({ l_all: "any" });
    expect(types(loop("1", "{'of': record}"), "l.all")).toEqual({ l_all: "any" });
  });

  it("is found through loops in loops, where a time is a list", () => {
    const inner = `        deep:
          loop:
            maxIterations: 2
            enter: { a: all }
            feedback: { b: more }
            nodes:
              c: { use: core/concat, from: [a, b] }
              more: { use: core/map, from: c, with: { f: record + 1 } }
              sums:
                use: core/aggregate
                from: c
                with: { key: record, initial: "0", fold: accumulated + record, emit: time }
            leave: { c: c, times: sums }
        out: { use: core/map, from: deep.c, with: { f: record * 2 } }
        when: { use: core/map, from: deep.times, with: { f: "{'all': record, 'epoch': record[0]}" } }
`;
    const text = loop("1", "record + 1", inner).replace(
      "step: step }\n",
      "out: out, when: when }\n",
    );
    expect(types(text, "l.out", "l.when")).toEqual({
      l_out: "integer",
      l_when: "{all: [integer], epoch: integer}",
    });
  });

  it.each(["f", "both f"])(
    "is found also where news goes through thousands of feedbacks: %s",
    (from) => {
      const count = 2000;
      const list = (f: (i: number) => string) =>
        Array.from({ length: count }, (_unused, i) => f(i + 1)).join("");
      const read = (i: number) => from === "f" ? `f${i - 1}` : `[f${i - 1}, whole]`;
      const nodes = `  begin: { use: core/of, with: { records: [0.5] } }
  whole: { use: core/of, with: { records: [1] } }
  l:
    loop:
      maxIterations: 3
      enter: { f0: begin, whole: whole }
      feedback: {${list((i) => ` f${i}: n${i},`)} }
      nodes:
${list((i) => `        n${i}: { use: core/exchange, from: ${read(i)}, with: { key: record } }\n`)}
      leave: { first: n1, last: n${count} }
`;
      expect(types(nodes, "l.first", "l.last")).toEqual({ l_first: "number", l_last: "any" });
    },
  );

  it("goes through regions as if they were not there", () => {
    const nodes = `  r:
    region:
      enter: { f: flights }
      nodes:
        inner:
          region:
            enter: { g: f }
            nodes: { n: { use: core/map, from: g, with: { f: record.n } } }
            leave: { n: n }
      leave: { n: inner.n, same: f }
`;
    expect(types(nodes, "r.n", "r.same")).toEqual({
      r_n: "integer",
      r_same: "{from: string, to: string, n: integer, at: datetime}",
    });
  });
});

describe("A type that does not fit is told where it is asked for", () => {
  it("far behind the place where it came up", () => {
    const nodes =
      `  a: { use: core/map, from: flights, with: { f: "{'k': record.from, 'v': record.n}" } }
  b: { use: core/filter, from: a, with: { predicate: record.v > 0 } }
  c: { use: core/concat, from: [b, a] }
  d: { use: core/map, from: c, with: { f: record.n } }
  e: { use: core/filter, from: d, with: { predicate: record.v } }
`;
    expect(problems(nodes, "e")).toEqual([
      '13:50 /nodes/d/with/f: "record.n": record has no field "n". Known: k, v',
    ]);
  });

  it("for what an expression has to give", () => {
    const nodes = `  a: { use: core/filter, from: flights, with: { predicate: record.n } }
  b: { use: core/flatMap, from: flights, with: { f: record.n } }
  c:
    use: core/aggregate
    from: flights
    with: { key: record.from, initial: "0", fold: "'a' + record.to", emit: key }
`;
    expect(problems(nodes, "a")).toEqual([
      '10:60 /nodes/a/with/predicate: "record.n" gives integer: expected boolean',
      '11:53 /nodes/b/with/f: "record.n" gives integer: expected [any]',
      '15:51 /nodes/c/with/fold: "\'a\' + record.to" gives string: expected integer, like "initial"',
    ]);
  });

  it("for a port that takes one type", () => {
    const nodes = `  a: { use: kit/addUp, from: flights }
  b: { use: kit/addUp, from: any }
  c: { use: core/count, from: flights }
  d: { use: kit/addUp, from: c }
  e: { use: kit/addUp, from: [c, words] }
`;
    expect(problems(nodes, "a")).toEqual([
      '10:30 /nodes/a/from: node "a" takes integer at input "in": it is given ' +
      "{from: string, to: string, n: integer, at: datetime}",
    ]);
  });

  it("inside of a loop, also for what comes round only", () => {
    const nodes = loop("{ n: 1 }", "{'n': record.n + 1, 'm': record.n}").replace(
      "from: all, with",
      "from: start, with",
    );
    expect(problems(nodes, "l.all")).toEqual([]);
    const wrong = loop("{ n: 1 }", "{'n': string(record.n)}") +
      "  far: { use: core/map, from: l.step, with: { f: record.n + 1 } }\n";
    expect(problems(wrong, "far")).toEqual([
      '20:50 /nodes/far/with/f: "record.n + 1": + is not defined for string and integer. ' +
      "Write string(1)",
    ]);
  });

  it("also where what comes of the fault goes round the loop", () => {
    const fault = '"record / 2.0": / is not defined for integer and number. Write double(record)';
    expect(problems(loop("1", "record / 2.0"), "l.all")).toEqual([
      expect.stringContaining(`/nodes/l/loop/nodes/step/with/f: ${fault}`),
    ]);
    const more = '        more: { use: core/map, from: step, with: { f: "[record]" } }\n';
    const text = loop("1", "record / 2.0", more).replace("back: step", "back: more");
    expect(problems(text, "l.all")).toEqual([expect.stringContaining(fault)]);
  });

  it("also where a feedback is worked on before it is united with what came in", () => {
    const text = (step: string) =>
      `  l:
    loop:
      maxIterations: 3
      enter: { start: flights }
      feedback: { back: all }
      nodes:
        step: { use: core/map, from: back, with: { f: "${step}" } }
        all: { use: core/concat, from: [step, start] }
      leave: { all: all }
`;
    expect(types(text("record"), "l.all").l_all).toBe(
      "{from: string, to: string, n: integer, at: datetime}",
    );
    expect(problems(text("record.nn"), "l.all")).toEqual([
      '16:63 /nodes/l/loop/nodes/step/with/f: "record.nn": record has no field "nn". ' +
      'Did you mean "n"?',
    ]);
  });

  it("where nothing ever comes round", () => {
    const text = `  l:
    loop:
      maxIterations: 3
      feedback: { back: step }
      nodes: { step: { use: core/map, from: back, with: { f: 1 + true } } }
      leave: { all: step }
`;
    expect(problems(text, "l.all")).toEqual([expect.stringContaining("/step/with/f")]);
  });
});

describe("What may not be dealt with record by record", () => {
  it("is refused where no record could be at fault", () => {
    const nodes = `  a: { use: core/count, from: words, onError: skip }
  b: { use: core/map, from: words, with: { f: record }, onError: { deadLetter: x } }
  c: { use: core/count, from: words, onError: fail }
`;
    expect(problems(nodes, "a", "b", "c")).toEqual([
      "10:47 /nodes/a/onError: it has no expression of a single record, so that no record can be " +
      "at fault. Leave it out; an error ends the dataflow",
    ]);
  });
});

describe("What may be anything", () => {
  const of = (with_: string, use: string) =>
    spec(
      `inputs: { i: { format: ndjson } }\nnodes: { n: { use: ${use}, from: i, with: ${with_} } }\n` +
        "outputs: { o: { from: n } }\n",
    );
  const answer = async (text: string, records: unknown[]) => {
    const running = execute(buildSpec(checkedSpec(text)).program);
    running.input("i").send(records);
    running.input("i").close();
    return await running.output("o").toArray();
  };

  it("makes what is accumulated of it anything as well", async () => {
    const text = of(
      `{ key: "'all'", initial: "0", fold: accumulated + record, emit: "accumulated / 2.0" }`,
      "core/aggregate",
    );
    expect(await answer(text, [1.5, 2.0])).toEqual([1.75]);
  });

  it.each([["core/filter", "{ predicate: record }"], ["core/flatMap", "{ f: record }"]])(
    "is no answer of %s unless it is one",
    async (use, with_) => {
      const failing = answer(of(with_, use), ["no"]);
      await expect(failing).rejects.toThrow(/Cannot evaluate "record": .*"no"/);
    },
  );

  it("is said when late records go nowhere", () => {
    const epochs = "{ field: t, late: output }";
    const text = spec(
      `inputs: { i: { format: ndjson, schema: { t: integer }, epochs: ${epochs} } }\n` +
        "outputs: { o: { from: i } }\n",
    );
    expect(problemsIn(text).join()).toContain('nobody reads "i.late"');
  });
});
