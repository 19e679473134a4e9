import { describe, expect, it } from "vitest";
import { z } from "zod";
import { coreOperators } from "../../../operators/catalog.ts";
import {
  type AnyOperator,
  anyRecord,
  defineOperator,
} from "../../../operators/contract/definition.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { exchangeBy, exchangeByField, gather } from "../../../operators/contract/pact.ts";
import { definePlugin } from "../../../plugins/manifest/define_plugin.ts";
import { describeOperator, describePlugin } from "../../../plugins/manifest/described.ts";
import { differences } from "../../../plugins/manifest/difference.ts";
import type { Manifest, OperatorManifest } from "../../../plugins/manifest/manifest.ts";
import { definitionOf } from "../../../plugins/manifest/operator_of.ts";
import { parseManifest } from "../../../plugins/manifest/parse.ts";
import { whole } from "./manifests.ts";

const create = () => ({ receive: { in: () => {} } });

/** An operator of a plugin, with parts exchanged. */
function operator(parts: Partial<AnyOperator> = {}): AnyOperator {
  return defineOperator({
    name: "it",
    version: "1.0.0",
    summary: "Does something",
    config: z.strictObject({}),
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    create,
    ...parts,
  });
}

const manifestOf = (operators: Readonly<Record<string, OperatorManifest>>): Manifest => ({
  name: "mine",
  version: "1.0.0",
  meander: "*",
  entry: "mod.ts",
  summary: "Mine",
  operators,
});
const described = (...operators: AnyOperator[]) =>
  describePlugin(definePlugin({ name: "mine", version: "1.0.0", operators }));

describe("a plugin's code as data", () => {
  it("says what is not as usual, and is a manifest", () => {
    const all = operator({
      docs: "More.",
      example: { inputs: { in: [1] }, outputs: { out: [1] } },
      types: { outputs: { out: "in" } },
      config: z.strictObject({ n: z.int().default(3) }),
      outputs: { out: z.object({ a: z.string() }), late: anyRecord },
      interest: "always",
      connects: () => [["in", "out"]],
      pacts: () => ({ in: exchangeByField(null) }),
      state: { version: 4, schema: z.array(z.int().default(1)) },
    });
    const { operators, problems } = described(all, operator({ name: "plain" }));
    expect(problems).toEqual([]);
    expect(operators).toEqual({
      it: {
        summary: "Does something",
        docs: "More.",
        example: { inputs: { in: [1] }, outputs: { out: [1] } },
        types: { outputs: { out: "in" } },
        config: {
          type: "object",
          properties: { n: { type: "integer", default: 3 } },
          additionalProperties: false,
        },
        inputs: { in: {} },
        outputs: {
          out: { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
          late: {},
        },
        interest: "always",
        connects: [["in", "out"]],
        pacts: { in: { exchange: null } },
        state: { version: 4, schema: { type: "array", items: { type: "integer" } } },
      },
      plain: {
        summary: "Does something",
        config: { type: "object", additionalProperties: false },
        inputs: { in: {} },
        outputs: { out: {} },
      },
    });
    const text = JSON.stringify(manifestOf(operators));
    expect(differences(parseManifest(text, "it"), described(all, operator({ name: "plain" }))))
      .toEqual([]);
  });

  it.each([
    ["outputsFor", { outputsFor: () => undefined }, "/outputsFor: cannot be said"],
    ["comesBack", { comesBack: ["in"] }, "/comesBack: cannot be said"],
    ["sendsAtMost", { sendsAtMost: () => 3 }, "/sendsAtMost: cannot be said"],
    ["a route", { pacts: () => ({ in: { kind: "route", to: () => 0 } }) }, "/pacts/in: cannot be"],
    ["a key", { pacts: () => ({ in: exchangeBy((r) => r) }) }, "Use exchangeByField instead"],
    [
      "a pact of no port",
      { pacts: () => ({ inn: gather }) },
      '/pacts/inn: there is no input "inn"',
    ],
    [
      "pacts by configuration",
      { pacts: ({ by }: { by: string }) => ({ in: exchangeByField(by) }) },
      "/pacts: cannot be said in a manifest: it depends on the configuration",
    ],
    ["interest by configuration", { interest: (c: { a: 1 }) => c.a && "always" }, "/interest: "],
    ["a summary of times", { connects: [["in", "out", {}]] }, "/connects/0: cannot be said"],
    ["a pair of no port", { connects: [["in", "o"]] }, "/connects/0: there is no such pair"],
    ["a check in code", { inputs: { in: z.int().refine(() => true) } }, "/inputs/in: cannot be"],
    ["an example that is no JSON", { example: { outputs: { out: [1n] } } }, "/example: cannot be"],
    [
      "a type of objects",
      { types: { results: { f: { kind: "object", fields: new Map() } } } },
      "/types: cannot be said in a manifest: a type of objects",
    ],
  ])("is refused: %s", (_what, parts, reason) => {
    const one = operator(parts as never);
    expect(described(one).problems.join("\n")).toContain(reason);
    expect(() => describeOperator(one)).toThrow(
      'MEANDER_PLUGIN_OPERATOR  Cannot describe operator "it" in a manifest\n  - /',
    );
  });
});

describe("the difference of manifest and code", () => {
  const code = () =>
    described(operator({ pacts: () => ({ in: gather }), interest: "notifications" }));
  const right = code().operators;

  it("is none where what is meant by leaving out is said", () => {
    const { in: input } = right.it.inputs;
    const said = {
      it: {
        ...right.it,
        connects: [["in", "out"]] as const,
        source: undefined,
        inputs: { in: input },
      },
    };
    expect(differences(manifestOf(said as never), code())).toEqual([]);
  });

  it("is told with its place, what the manifest says and what the code has", () => {
    const other = {
      ...right.it,
      summary: "Something else",
      pacts: { in: "broadcast" },
      interest: "never",
      outputs: { out: { type: "string" }, more: {} },
      state: { version: 1, schema: {} },
    };
    const said = { ...manifestOf({ it: other as never, gone: right.it }), version: "2.0.0" };
    expect(differences(said, described(operator({ pacts: () => ({ in: gather }) })))).toEqual([
      '/version: the manifest says "2.0.0", the code "1.0.0"',
      '/operators/it/summary: the manifest says "Something else", the code "Does something"',
      '/operators/it/outputs/out/type: the manifest says "string", the code nothing',
      "/operators/it/outputs/more: the manifest says {}, the code nothing",
      '/operators/it/pacts/in: the manifest says "broadcast", the code "gather"',
      '/operators/it/state: the manifest says {"version":1,"schema":{}}, the code nothing',
      '/operators/it/connects: the manifest says ["in to more","in to out"], the code ["in to out"]',
      "/operators/gone: the manifest has this operator, the code has not",
    ]);
    const one = described(operator({ name: "first" }), operator({ name: "second" }));
    expect(differences(manifestOf({ first: one.operators.first }), one)).toEqual([
      "/operators/second: the code has this operator, and the manifest has not",
    ]);
  });
});

describe("an operator of a manifest alone", () => {
  it("is described as it was", () => {
    for (const [name, manifest] of Object.entries(whole.operators)) {
      const again = describeOperator(definitionOf(name, "1.0.0", manifest, create));
      // An enumeration says no type, and what comes out says no default.
      expect(differences(manifestOf({ [name]: manifest }), {
        name: "mine",
        version: "1.0.0",
        operators: { [name]: again },
        problems: [],
      })).toEqual([]);
    }
  });

  it("works as the code does whose create it is given", () => {
    const { count } = coreOperators;
    const manifest = describeOperator(count as AnyOperator);
    expect(manifest).toMatchObject({ pacts: { in: "gather" }, interest: "notifications" });
    const text = JSON.stringify(manifestOf({ count: manifest }));
    const parsed = parseManifest(text, "count").operators.count;
    const definition = definitionOf(
      "count",
      "1.0.0-a-b",
      parsed,
      (context) => count.create(context as never) as never,
    );
    expect(definition.pacts!({})).toEqual({ in: gather });
    const test = new OperatorTest(definition, {});
    test.send("in", 0, ["a", "b"]);
    test.send("in", 1, ["c"]);
    const again = new OperatorTest(definition, {}).restore(test.save());
    again.finish();
    expect(again.batches("out")).toEqual([{ time: 0, records: [2] }, { time: 1, records: [1] }]);
    expect(() => new OperatorTest(definition, { a: 1 })).toThrow("Unrecognized key");
  });

  it("spreads by a field of the record, or by all of it", () => {
    const manifest = {
      ...described(operator()).operators.it,
      pacts: { in: { exchange: "city" } },
    } as OperatorManifest;
    const pact = definitionOf("it", "1.0.0", manifest, create).pacts!({}).in!;
    const key = (pact as unknown as { key: (record: unknown) => unknown }).key;
    expect([{ city: "Lima" }, {}, null, undefined, 7].map(key)).toEqual(
      ["Lima", undefined, undefined, undefined, undefined],
    );
  });
});
