/**
 * The files of a plugin to begin with: one operator, of which somebody may have use as it is.
 *
 * @module
 */
import type { AuthorWorld } from "./author_world.ts";
import { homeImports, meanderImports } from "./plugin_folder.ts";

/** Of all that Meander's sources import, what a plugin and its tests come to. */
const NEEDED = /^(?:zod|semver\/|picomatch|@vitest\/.+)$/;

/** The files by their names. */
export function templateOf(name: string, author: AuthorWorld): Readonly<Record<string, string>> {
  return {
    "plugin.json": `${JSON.stringify(manifest(name, author.version), null, 2)}\n`,
    "mod.ts": MODULE.replaceAll("NAME", name),
    "mod.test.ts": TEST,
    "README.md": readme(name),
    "deno.json": `${JSON.stringify(config(author), null, 2)}\n`,
  };
}

function config(author: AuthorWorld): object {
  const scope = Object.entries(homeImports(author)).filter(([name]) => NEEDED.test(name));
  return {
    tasks: { test: "deno test --no-prompt --ignore-env --allow-read=." },
    // This Meander, with what its sources import.
    imports: meanderImports(author),
    scopes: { [author.home]: Object.fromEntries(scope) },
  };
}

const EXTREMES = {
  type: "object",
  properties: {
    least: { type: "number" },
    most: { type: "number" },
    count: { type: "integer" },
  },
  required: ["least", "most", "count"],
};

function manifest(name: string, version: string): object {
  return {
    name,
    version: "0.1.0",
    meander: `^${version}`,
    entry: "mod.ts",
    summary: "The smallest and the largest number of each time",
    license: "MIT",
    operators: {
      extremes: {
        summary: "Sends the smallest and the largest number of a time once the time is complete",
        docs: DOCS,
        example: {
          with: { field: "celsius" },
          inputs: { in: [{ celsius: 3 }, { celsius: 9 }, { celsius: 5 }] },
          outputs: { out: [{ least: 3, most: 9, count: 3 }] },
        },
        config: {
          type: "object",
          properties: {
            field: {
              type: "string",
              description: "Where the number is; the record itself when left out",
            },
          },
          additionalProperties: false,
        },
        inputs: { in: {} },
        outputs: { out: EXTREMES },
        interest: "notifications",
        pacts: { in: "gather" },
        state: {
          version: 1,
          schema: {
            type: "array",
            items: {
              type: "array",
              prefixItems: [
                {
                  anyOf: [
                    { type: "integer", minimum: 0 },
                    { type: "array", items: { type: "integer", minimum: 0 }, minItems: 2 },
                  ],
                },
                EXTREMES,
              ],
              items: false,
              minItems: 2,
            },
          },
        },
      },
    },
  };
}

const DOCS = "Nothing is sent for a time without numbers. What is no number is counted as dropped.";

const MODULE = `import {
  anyRecord,
  defineOperator,
  definePlugin,
  gather,
  keptIn,
  TimeMap,
  timeSchema,
  z,
} from "meander/plugin";

const found = z.object({ least: z.number(), most: z.number(), count: z.int() });
type Found = z.infer<typeof found>;

export const extremes = defineOperator({
  name: "extremes",
  version: "0.1.0",
  summary: "Sends the smallest and the largest number of a time once the time is complete",
  docs:
    "${DOCS}",
  example: {
    with: { field: "celsius" },
    inputs: { in: [{ celsius: 3 }, { celsius: 9 }, { celsius: 5 }] },
    outputs: { out: [{ least: 3, most: 9, count: 3 }] },
  },
  config: z.strictObject({
    field: z.string().optional().describe("Where the number is; the record itself when left out"),
  }),
  inputs: { in: anyRecord },
  outputs: { out: found },
  // It asks to be told when a time is complete.
  interest: "notifications",
  // One answer for all records, so all go to one worker.
  pacts: () => ({ in: gather }),
  // With snapshots it can be begun anew where it was.
  state: { version: 1, schema: z.array(z.tuple([timeSchema, found])) },
  create: ({ config: { field }, out, notifyAt, drop }) => {
    const byTime = new TimeMap<Found>();
    const numberOf = (record: unknown): unknown =>
      field === undefined ? record : (record as Record<string, unknown> | null)?.[field];
    return {
      receive: {
        in(batch) {
          for (const record of batch) {
            const n = numberOf(record);
            if (typeof n !== "number" || !Number.isFinite(n)) {
              drop(1, "no number");
              continue;
            }
            const { least, most, count } = byTime.get(batch.time) ??
              { least: Infinity, most: -Infinity, count: 0 };
            if (count === 0) notifyAt(batch.time);
            byTime.set(batch.time, {
              least: Math.min(least, n),
              most: Math.max(most, n),
              count: count + 1,
            });
          }
        },
      },
      notify: (time) => out.out.send(time, [byTime.take(time)!]),
      size: () => keptIn(byTime),
      snapshot: () => [...byTime],
      restore: (state) => byTime.load(state as Iterable<[number, Found]>),
    };
  },
});

export default definePlugin({ name: "NAME", version: "0.1.0", operators: [extremes] });
`;

const TEST = `import { checkOperator, OperatorTest } from "meander/testing";
import { describe, expect, it } from "vitest";
import { extremes } from "./mod.ts";

describe("extremes", () => {
  it("answers once a time is complete", () => {
    const test = new OperatorTest(extremes, { field: "celsius" });
    test.send("in", 0, [{ celsius: 3 }, { celsius: 9 }]);
    test.send("in", 1, [{ celsius: 5 }, { celsius: "cold" }]);
    expect(test.sent("out")).toEqual([]);
    test.advance("in", [1]);
    expect(test.sent("out")).toEqual([{ least: 3, most: 9, count: 2 }]);
    test.finish();
    expect(test.batches("out")[1]).toEqual({
      time: 1,
      records: [{ least: 5, most: 5, count: 1 }],
    });
    expect(test.dropped.get("no number")).toBe(1);
  });

  it("keeps the laws that every operator keeps", () => {
    checkOperator(extremes, { inputs: { in: [1, 2, 2.5, -7, "no number"] } });
  });
});
`;

function readme(name: string): string {
  return `# ${name}

A plugin for Meander.

| file           | what is in it                                                  |
| -------------- | -------------------------------------------------------------- |
| \`plugin.json\`  | what the plugin says of itself, which is all that a host believes |
| \`mod.ts\`       | its operators                                                  |
| \`mod.test.ts\`  | their tests                                                    |
| \`deno.json\`    | where your Meander is, for you alone                           |

\`\`\`sh
meander plugin test    # runs the tests
meander plugin check   # holds plugin.json against the code; --write writes its operators
meander plugin docs    # what your users read
meander plugin pack    # makes an archive of it
\`\`\`

In a spec:

\`\`\`yaml
nodes:
  range:
    use: ${name}/extremes@^0.1
    from: readings
    with: { field: celsius }
\`\`\`
`;
}
