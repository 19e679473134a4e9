/**
 * A manifest in which everything occurs that one can say, to be bent by tests.
 */
import type { Manifest } from "../../../plugins/manifest/manifest.ts";

/** Valid. */
export const whole: Manifest = {
  name: "weather",
  version: "1.4.0-rc.1",
  meander: "^0.1 || ^1",
  entry: "./src/mod.ts",
  summary: "What stations measure",
  license: "MIT OR Apache-2.0",
  permissions: {
    net: ["example.com:443", "[::1]:80", "10.0.0.1"],
    read: ["stations.csv", "/srv/stations"],
    write: ["out"],
    env: ["STATION_TOKEN"],
  },
  operators: {
    warmest: {
      summary: "Sends the warmest of a time",
      docs: "One record for each time.\n\nTies go to the first.",
      example: {
        with: { by: "record.celsius", least: 3 },
        inputs: { in: [{ city: "Lima", celsius: 20 }], limits: [] },
        outputs: { out: [{ city: "Lima", celsius: 20 }] },
      },
      types: {
        parameters: { accumulated: "initial", left: { kind: "list", of: { kind: "integer" } } },
        results: { by: { kind: "optional", of: { kind: "number" } } },
        outputs: { out: "in", "*": "by[]" },
      },
      config: {
        type: "object",
        properties: {
          by: { "x-meander-expression": ["record"], description: "What is compared" },
          least: { type: "number", minimum: -300, exclusiveMaximum: 300, default: 0 },
          mode: { enum: ["first", "last"], default: "first" },
        },
        required: ["by"],
        additionalProperties: false,
      },
      inputs: {
        in: {
          type: "object",
          properties: { city: { type: "string", minLength: 1 }, celsius: { type: "number" } },
          required: ["city", "celsius"],
        },
        limits: {},
      },
      outputs: {
        out: { anyOf: [{ type: "object", additionalProperties: {} }, { type: "null" }] },
        late: {
          type: "array",
          prefixItems: [{ const: "late" }, { type: "integer" }],
          minItems: 2,
          items: false,
        },
      },
      interest: "notifications",
      connects: [["in", "out"], ["limits", "late"]],
      pacts: { in: { exchange: "city" }, limits: "broadcast" },
      state: {
        version: 2,
        schema: { type: "array", items: { oneOf: [{ type: "boolean" }, { type: "null" }] } },
      },
    },
    clock: {
      summary: "Counts",
      config: {},
      inputs: {},
      outputs: { out: { type: "integer", multipleOf: 2 } },
      source: "split",
    },
  },
};

/** Anything in JSON. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A copy of the whole manifest in which the part at a pointer is another one; `undefined` takes it away. */
export function bent(pointer: string, value: unknown): string {
  const copy = structuredClone(whole) as unknown as { [name: string]: Json };
  const parts = pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/"));
  let at = copy;
  for (const part of parts.slice(0, -1)) at = at[part] as typeof at;
  const last = parts.at(-1)!;
  if (value === undefined) delete at[last];
  else Object.defineProperty(at, last, { value, enumerable: true, configurable: true });
  return JSON.stringify(copy);
}
