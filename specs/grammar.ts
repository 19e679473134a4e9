/**
 * The grammar of specs: which parts there are and what they may hold. What the names in them mean is checked
 * afterwards, in `resolve.ts`.
 *
 * @module
 */
import { z } from "zod";
import { show } from "../operators/contract/fault.ts";
import { limitsSchema, nodeLimits, paceSchema } from "./grammar_limits.ts";
import { DURATION, DURATION_EXPECTED } from "./spans.ts";
import type {
  ConfigSpec,
  EpochSpec,
  ErrorPolicy,
  From,
  GateSpec,
  InputSpec,
  LoopSpec,
  Names,
  NodeSpec,
  OperatorSpec,
  OutputSpec,
  ParamSpec,
  RegionSpec,
  Spec,
  SpillSpec,
  TestSpec,
  TypeSpec,
} from "./spec.ts";
import { object } from "./strict_object.ts";

/** How a named part is called: letters, digits, `_` and `-`, beginning with a letter or `_`. */
export const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

type Dictionary = <T>(value: z.ZodType<T>) => z.ZodType<Names<T>>;

/**
 * The schema of specs. With `z.record` as dictionary it is the one that is published; with
 * {@linkcode dictionary} it checks, because a record of zod's does not look at a name like `__proto__`.
 */
export function specSchema(named: Dictionary): z.ZodType<Spec> {
  const from = z.string().meta({
    description: "A node or input, or one of its outputs: node.output",
  });
  const several = z.union([from, z.array(from).min(1)], {
    error: "expected a name or a list of names",
  });
  const parts = { named, from, several, nodes: undefined as unknown as z.ZodType<Names<NodeSpec>> };
  const node: z.ZodType<NodeSpec> = z.union([
    operatorSchema(parts),
    z.lazy(() => loopSchema({ ...parts, nodes: named(node) })),
    z.lazy(() => regionSchema({ ...parts, nodes: named(node) })),
    z.lazy(() => gateSchema({ ...parts, nodes: named(node) })),
  ], { error: "expected a node with use, loop, region or gate" }).meta({ id: "node" });
  return object({
    meander: z.literal(1, { error: "expected 1, the version of this grammar" })
      .meta({ description: "Version of the grammar" }),
    name: z.string().min(1).meta({ description: "Name of the dataflow" }),
    description: z.string().optional().meta({ description: "What it is for" }),
    functions: z.string().optional().meta({
      description:
        "Module with functions for { function: name }, relative to the spec; local runs only",
    }),
    plugins: named(z.string()).optional().meta({
      description: "Ranges of versions of plugins, for all of it that has none of its own",
    }),
    params: named(paramSchema()).optional().meta({
      description: "Values that are given with --set",
    }),
    limits: limitsSchema().optional().meta({
      description: "How much may be on its way at once; as for any run when left out",
    }),
    inputs: named(inputSchema()).optional().meta({ description: "Where records come in" }),
    nodes: named(node).optional().meta({ description: "What is done with them" }),
    outputs: named(outputSchema(from)).meta({
      description: "Where records come out; at least one",
    }),
    tests: z.array(testSchema(named)).optional().meta({ description: "What meander test runs" }),
  }).meta({ title: "Meander spec" });
}

interface Parts {
  readonly named: Dictionary;
  readonly from: z.ZodType<From>;
  readonly several: z.ZodType<From | readonly From[]>;
  readonly nodes: z.ZodType<Names<NodeSpec>>;
}

function operatorSchema({ named, several }: Parts): z.ZodType<OperatorSpec> {
  return object({
    use: z.string().meta({ description: "The operator: plugin/operator or plugin/operator@range" }),
    pin: z.string().optional().meta({ description: "The one version of the plugin that will do" }),
    from: z.union([several, named(several)], {
      error: "expected a name, a list of names, or names by input",
    }).optional().meta({ description: "What it reads; by input where it has several" }),
    with: config().optional().meta({ description: "Settings of the operator" }),
    onError: errorPolicy().optional().meta({
      description: "What becomes of a record at which an expression fails; fail when left out",
    }),
    priority: priority(),
    limits: nodeLimits().optional().meta({
      description: "How much it sends at once; as everywhere when left out",
    }),
    description: z.string().optional().meta({ description: "What it is for" }),
  });
}

function loopSchema({ named, from, several, nodes }: Parts): z.ZodType<LoopSpec> {
  const feedback = z.union([
    several,
    object({
      from: several.meta({ description: "The node whose records come round, or several" }),
      by: z.int().min(1).optional().meta({
        description: "How much later a record comes round; 1 when left out",
      }),
      maxIterations: z.int().min(1).optional().meta({
        description: "Rounds after which nothing comes round; that of the loop when left out",
      }),
    }),
  ], { error: "expected the node whose records come round" });
  return object({
    loop: object({
      enter: named(from).optional().meta({
        description: "Streams from outside, by their name inside",
      }),
      feedback: named(feedback).meta({ description: "What comes round, by its name inside" }),
      nodes: nodes.meta({ description: "What is done within" }),
      leave: named(from).meta({ description: "Streams that go out, by their name outside" }),
      maxIterations: z.int().min(1).optional().meta({
        description: "Rounds after which nothing comes round; no limit when left out",
      }),
      onLimit: z.enum(["drop", "fail"]).optional().meta({
        description: "What becomes of records that would come round after that; drop when left out",
      }),
    }).meta({ description: "Nodes whose records may come round" }),
    priority: priority(),
    description: z.string().optional().meta({ description: "What it is for" }),
  });
}

function regionSchema({ named, from, nodes }: Parts): z.ZodType<RegionSpec> {
  return object({
    region: object({
      enter: named(from).optional().meta({
        description: "Streams from outside, by their name inside",
      }),
      nodes: nodes.meta({ description: "What is done within" }),
      leave: named(from).meta({ description: "Streams that go out, by their name outside" }),
    }).meta({ description: "Nodes that belong together, as a box with a name" }),
    priority: priority(),
    description: z.string().optional().meta({ description: "What it is for" }),
  });
}

function gateSchema({ named, from, nodes }: Parts): z.ZodType<GateSpec> {
  const positive = z.number().positive();
  return object({
    gate: object({
      enter: named(from).meta({ description: "The one stream that is let in, by its name inside" }),
      batch: positive.meta({
        description: "Records that are let in together, or what they may weigh together",
      }),
      weight: z.union([z.string(), object({ function: z.string() })], {
        error: "expected an expression of record",
      }).optional().meta({ description: "What a record weighs, an expression of record" }),
      inFlight: z.int().min(1).optional().meta({
        description: "Batches that may be in it at once; 2 when left out",
      }),
      stash: z.int().min(1).optional().meta({
        description: "Records that may wait before it; no limit when left out",
      }),
      spill: spillSchema().optional().meta({
        description: "Where they wait that have no room in memory; all are in memory when left out",
      }),
      nodes: nodes.meta({ description: "What is done within" }),
      leave: named(from).meta({ description: "The one stream that goes out, by its name outside" }),
    }).meta({ description: "Nodes into which so much is let at once, and no more" }),
    priority: priority(),
    description: z.string().optional().meta({ description: "What it is for" }),
  });
}

function spillSchema(): z.ZodType<SpillSpec> {
  return object({
    directory: z.string().min(1).meta({ description: "A directory that is there" }),
    records: z.int().min(1).meta({ description: "So many stay in memory, on each worker" }),
    bytes: z.int().min(1).optional().meta({ description: "About so many bytes of them" }),
  });
}

function paramSchema(): z.ZodType<ParamSpec> {
  return object({
    type: z.enum(["string", "integer", "number", "boolean"]).meta({ description: "Of its values" }),
    default: z.unknown().optional().meta({
      description: "Its value unless another is set; without one it has to be set",
    }),
    description: z.string().optional().meta({ description: "What it is for" }),
  });
}

function inputSchema(): z.ZodType<InputSpec> {
  return object({
    format: z.string().meta({ description: "lines, ndjson, csv, or plugin/format" }),
    file: z.string().optional().meta({
      description: "File or glob, relative to the spec; - is standard input",
    }),
    follow: z.boolean().optional().meta({ description: "Whether the file grows while it is read" }),
    schema: typeSchema().optional().meta({ description: "The type of its records" }),
    with: config().optional().meta({ description: "Settings of the format" }),
    epochs: epochSchema().optional().meta({
      description: "When an epoch is over; one epoch, to the end of the input, when left out",
    }),
    onError: errorPolicy().optional().meta({
      description: "What becomes of a record that cannot be read; fail when left out",
    }),
    pace: paceSchema.optional().meta({
      description: "How much may be in flight before it waits; that of limits when left out",
    }),
    workers: z.enum(["first", "all"]).optional().meta({
      description: "With several workers: where its records come in",
    }),
    description: z.string().optional().meta({ description: "What it is for" }),
  });
}

function outputSchema(from: z.ZodType<From>): z.ZodType<OutputSpec> {
  return object({
    from,
    format: z.string().optional().meta({ description: "ndjson (the default), csv, table, text" }),
    file: z.string().optional().meta({ description: "Standard output when left out" }),
    with: config().optional().meta({ description: "Settings of the format" }),
    description: z.string().optional().meta({ description: "What it is for" }),
  });
}

function epochSchema(): z.ZodType<EpochSpec> {
  const error = DURATION_EXPECTED;
  const duration = z.union([z.string().regex(DURATION, { error }), z.int().min(0)], { error });
  return z.union([
    object({ every: z.int().min(1).meta({ description: "After so many records" }) }),
    object({ interval: duration.meta({ description: "After so much time of the clock" }) }),
    object({
      field: z.string().meta({ description: "By the time in this field of the records" }),
      window: duration.optional().meta({
        description: "How much of that time is one epoch; each time is one when left out",
      }),
      outOfOrder: duration.optional().meta({
        description: "How much earlier than the latest so far a record may be; 0 when left out",
      }),
      late: z.enum(["drop", "output", "fail"]).optional().meta({
        description:
          "What becomes of records whose epoch is over; with output they go to INPUT.late; drop when left out",
      }),
    }),
  ], { error: "expected one of every, field and interval" }).meta({ id: "epochs" });
}

function testSchema(named: Dictionary): z.ZodType<TestSpec> {
  const records = z.array(z.unknown());
  const text = object({ text: z.string() });
  return object({
    name: z.string().meta({ description: "What holds" }),
    params: named(z.unknown()).optional().meta({ description: "Values of parameters" }),
    inputs: named(z.union([records, object({ epochs: z.array(records) }), text], {
      error: "expected a list of records, epochs or text",
    })).optional().meta({ description: "What comes in: records, epochs of records, or a text" }),
    outputs: named(z.union([
      records,
      object({
        records: records.meta({ description: "The records" }),
        ordered: z.boolean().optional().meta({ description: "Whether in this order" }),
      }),
      object({ epochs: z.record(z.string(), records) }),
      text,
    ], { error: "expected a list of records, records, epochs or text" })).meta({
      description: "What has to come out: records in any order or this one, by epoch, or as text",
    }),
  });
}

function typeSchema(): z.ZodType<TypeSpec> {
  const type: z.ZodType<TypeSpec> = z.union([
    z.string(),
    z.tuple([z.lazy(() => type)]),
    z.record(z.string(), z.lazy(() => type)),
  ], { error: "expected a type, [type] or fields with their types" }).meta({ id: "type" });
  return type;
}

function errorPolicy(): z.ZodType<ErrorPolicy> {
  return z.union([z.enum(["fail", "skip"]), object({ deadLetter: z.string().min(1) })], {
    error: "expected fail, skip or { deadLetter: file }",
  });
}

function priority(): z.ZodType<number | undefined> {
  return z.int().optional().meta({
    description:
      "Nodes with smaller numbers go first; that of the node around it, or 0, when left out",
  });
}

function config(): z.ZodType<ConfigSpec> {
  return z.record(z.string(), z.unknown());
}

/** Own properties with well-formed names, whatever the names are, each with a value of the schema. */
export function dictionary<T>(value: z.ZodType<T>): z.ZodType<Names<T>> {
  return z.custom<Names<T>>(isPlain, { error: "expected names with their values" })
    .superRefine((entries, context) => {
      for (const [name, entry] of Object.entries(entries)) {
        if (!NAME.test(name)) {
          context.addIssue({
            code: "custom",
            path: [name],
            message:
              `${show(name)} is no name: a name has letters, digits, _ and -, and begins with a ` +
              `letter or _`,
            params: { atKey: true },
          });
        }
        const checked = value.safeParse(entry);
        if (checked.success) continue;
        for (const { path, ...issue } of checked.error.issues) {
          context.addIssue({ ...issue, path: [name, ...path] } as never);
        }
      }
    });
}

function isPlain(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
