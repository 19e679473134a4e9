/** What the documentation shows of an operator: its example runs as a spec and gives what it says. */
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { sizedFor } from "../../operators/contract/sized.ts";
import { core } from "../../plugins/core.ts";
import { Registry } from "../../plugins/registry.ts";
import type { Spec } from "../../specs/spec.ts";
import { runTests } from "../../specs/unit_test.ts";

const registry = new Registry([core]);

describe("the example of", () => {
  it.each(core.operators.map((operator) => [operator.name, operator] as const))(
    "%s gives what it says",
    async (name, operator) => {
      const { example, summary, docs } = operator;
      expect(summary).toMatch(/^[A-Z].*[^.]$/);
      // What its user has to know, in whole sentences.
      expect(docs ?? "").toMatch(/^[A-Z`].+[.)]$/s);
      const { with: config, inputs = {}, outputs } = example!;
      const ports = Object.keys(sizedFor(operator, config).outputs);
      expect(Object.keys(inputs).sort()).toEqual(Object.keys(operator.inputs).sort());
      expect(Object.keys(outputs).filter((port) => !ports.includes(port))).toEqual([]);
      const spec: Spec = {
        meander: 1,
        name: "example",
        inputs: Object.fromEntries(
          Object.keys(inputs).map((port) => [`to_${port}`, { format: "ndjson" }]),
        ),
        nodes: {
          it: {
            use: `core/${name}@^1`,
            ...(config === undefined ? {} : { with: config }),
            ...(Object.keys(inputs).length === 0 ? {} : {
              from: Object.fromEntries(Object.keys(inputs).map((port) => [port, `to_${port}`])),
            }),
          },
        },
        outputs: Object.fromEntries(
          ports.map((port) => [port, { from: `it.${port}`, format: "ndjson" }]),
        ),
      };
      const test = {
        name,
        inputs: Object.fromEntries(
          Object.entries(inputs).map(([port, records]) => [`to_${port}`, records]),
        ),
        // What is not mentioned is not there.
        outputs: Object.fromEntries(ports.map((port) => [port, outputs[port] ?? []])),
      };
      expect(await runTests(stringify(spec), [test as never], { registry })).toEqual([
        { name, differences: [] },
      ]);
    },
  );
});
