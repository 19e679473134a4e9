/**
 * Bytes into records, without a dataflow and without a file: what decoding a format costs. The rate is
 * that of records; `mb_per_second` is that of bytes. With `keep`, every 200th record is kept, and the peak
 * memory shows what they keep alive.
 */
import { type Data, EncodedColumn } from "../../batches/data.ts";
import { formats } from "../../operators/connectors/catalog.ts";
import type { Decoder, DecoderSink } from "../../operators/connectors/format.ts";
import type { RecordType } from "../../operators/contract/record_type.ts";
import { BenchmarkError, expectEqual, measure, requireOneWorker } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";

const CHUNK = 256 * 1024;

const schema: RecordType = {
  kind: "object",
  fields: new Map([
    ["id", { kind: "integer" }],
    ["name", { kind: "string" }],
    ["price", { kind: "number" }],
    ["ok", { kind: "boolean" }],
  ]),
};

/** A format, how its input is made, and how it is read. */
interface Way {
  readonly header: string;
  readonly line: (n: number) => string;
  readonly decoder: (sink: DecoderSink) => Decoder;
}

const ndjson = formats.ndjson.config.parse({});
const csv = formats.csv.config.parse({});
const sale = (n: number) => [n, `name${(n * 7919) % 1000}`, ((n * 31) % 10_007) / 4, n % 3 === 0];

function jsonOfSale(n: number): string {
  const [id, name, price, ok] = sale(n);
  return `{"id":${id},"name":"${name}","price":${price},"ok":${ok}}`;
}

const words = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu".split(" ");

function twelveWords(n: number): string {
  return Array.from({ length: 12 }, (_, i) => words[(n * 7 + i * n) % words.length]).join(" ");
}

const ways: Readonly<Record<string, Way>> = {
  ndjson: {
    header: "",
    line: jsonOfSale,
    decoder: (sink) => formats.ndjson.decoder!(ndjson, undefined, sink),
  },
  ndjson_schema: {
    header: "",
    line: jsonOfSale,
    decoder: (sink) => formats.ndjson.decoder!(ndjson, schema, sink),
  },
  ndjson_words: {
    header: "",
    line: (n) => `{"line":"${twelveWords(n)}"}`,
    decoder: (sink) => formats.ndjson.decoder!(ndjson, undefined, sink),
  },
  csv: {
    header: "id,name,price,ok\n",
    line: (n) => sale(n).join(","),
    decoder: (sink) => formats.csv.decoder!(csv, schema, sink),
  },
  csv_strings: {
    header: "id,name,price,ok\n",
    line: (n) => sale(n).join(","),
    decoder: (sink) => formats.csv.decoder!(csv, undefined, sink),
  },
  lines: {
    header: "",
    line: twelveWords,
    decoder: (sink) => formats.lines.decoder!(formats.lines.config.parse({}), undefined, sink),
  },
};

/** Reads so many MB, of which one is made and read again and again. */
export function run(
  { given: { numbers: [megabytes], words: chosen }, workers }: RunInput,
): Measurement {
  requireOneWorker(workers);
  const [name = "ndjson", ...others] = chosen.filter((word) => word !== "keep");
  if (others.length > 0) throw new BenchmarkError(`Name one way to read, not also ${others[0]}`);
  const way = ways[name];
  const keeps = chosen.includes("keep");
  const { bytes, count } = someLines(way);
  const rounds = Math.max(1, Math.round(megabytes * 1e6 / bytes.length));
  let records = 0;
  const kept: unknown[] = [];
  const decoder = way.decoder({
    records(data) {
      records += data.length;
      if (keeps) keepSome(data, kept);
    },
    bad({ line, why }) {
      throw new BenchmarkError(`line ${line}: ${why}`);
    },
  });
  decoder.push(new TextEncoder().encode(way.header));
  const spent = measure(() => {
    for (let round = 0; round < rounds; round++) {
      for (let at = 0; at < bytes.length; at += CHUNK) decoder.push(bytes.subarray(at, at + CHUNK));
    }
    decoder.finish();
  });
  expectEqual("records", records, count * rounds);
  const extra = {
    ...(keeps ? { kept_records: kept.length } : {}),
    mb_per_second: Math.round(rounds * bytes.length / 1e5 / spent.seconds) / 10,
  };
  return { spent, records, extra };
}

/** Keeps some records of each batch, as an operator might: the memory of the others must not stay. */
function keepSome(data: Data<unknown>, kept: unknown[]): void {
  for (let i = 0; i < data.length; i += 200) {
    kept.push(data instanceof EncodedColumn ? data.get(i) : data[i]);
  }
}

/** About a megabyte of lines. */
function someLines({ line }: Way): { bytes: Uint8Array; count: number } {
  const all: string[] = [];
  for (let size = 0; size < 1e6; size += all.at(-1)!.length) all.push(line(all.length) + "\n");
  return { bytes: new TextEncoder().encode(all.join("")), count: all.length };
}
