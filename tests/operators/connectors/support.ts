/**
 * Decoding in one call, cut as a test likes it.
 */
import { type Data, valuesOf } from "../../../batches/data.ts";
import { formats } from "../../../operators/connectors/catalog.ts";
import type { BadRecord, Format, LineSpan } from "../../../operators/connectors/format.ts";
import type { RecordType } from "../../../operators/contract/record_type.ts";

/** All that a decoder has handed on, in its order. */
export interface Decoded {
  readonly records: unknown[];
  readonly bad: BadRecord[];
  /** Records and bad records as they came. */
  readonly order: unknown[];
  readonly data: Data<unknown>[];
  readonly spans: LineSpan[];
  readonly lines: number;
}

/** What is decoded and how. */
export interface Job {
  readonly input: string | Uint8Array;
  readonly config?: object;
  readonly schema?: RecordType;
  /** How many bytes go into each push, in turn; all at once if left out. */
  readonly cuts?: readonly number[];
}

/** A format by its name, its configuration unknown. */
export function formatOf(name: keyof typeof formats): Format<unknown> {
  return formats[name] as unknown as Format<unknown>;
}

/** Decodes all, and reuses the chunk after each push as a caller may. */
export function decode(name: keyof typeof formats, { input, config, schema, cuts }: Job): Decoded {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  const format = formatOf(name);
  const result = { records: [], bad: [], order: [], data: [], spans: [] } as
    & {
      [K in "records" | "order"]: unknown[];
    }
    & { bad: BadRecord[]; data: Data<unknown>[]; spans: LineSpan[] };
  const decoder = format.decoder!(format.config.parse(config ?? {}), schema, {
    records(data, lines) {
      result.records.push(...Array.from(valuesOf(data)));
      result.order.push(...Array.from(valuesOf(data)));
      result.data.push(data);
      result.spans.push(lines);
    },
    bad(record) {
      result.bad.push(record);
      result.order.push(record);
    },
  });
  let turn = 0;
  for (let at = 0; at < bytes.length;) {
    const length = cuts === undefined ? bytes.length : cuts[turn++ % cuts.length];
    const chunk = bytes.slice(at, at + length);
    decoder.push(chunk);
    chunk.fill(0x58);
    at += length;
  }
  decoder.finish();
  return { ...result, lines: decoder.lines };
}

/** The message of what the call throws. */
export function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as Error).message;
  }
  return "nothing was thrown";
}

/** A bad record as a reader sees it, and its raw text. */
export function told({ line, column, why, hint, raw }: BadRecord): [string, string] {
  return [`${line}:${column}: ${why}${hint === undefined ? "" : `. ${hint}`}`, raw];
}

/** An object type. */
export function objectType(fields: Record<string, RecordType>): RecordType {
  return { kind: "object", fields: new Map(Object.entries(fields)) };
}
