/** Operators that do something to one record after the other. */
import { filter } from "../../../operators/records/filter.ts";
import { flatMap } from "../../../operators/records/flat_map.ts";
import { inspect } from "../../../operators/records/inspect.ts";
import { inspectBatch } from "../../../operators/records/inspect_batch.ts";
import { map } from "../../../operators/records/map.ts";
import { mapInPlace } from "../../../operators/records/map_in_place.ts";
import { okErr } from "../../../operators/records/ok_err.ts";
import { range } from "../../../operators/records/range.ts";
import {
  andThen,
  err,
  mapErr,
  mapOk,
  ok,
  unwrapOrElse,
} from "../../../operators/records/results.ts";
import type { Result } from "../../../operators/records/result_type.ts";
import type { Random } from "../../oracle/random.ts";
import { type Answers, type Arrival, each, recordsAt, type Subject } from "../subject.ts";

interface Visit {
  n: number;
  tags: string[];
}

const visit = (random: Random): Visit => ({
  n: random.between(-4, 4),
  tags: random.chance(0.5) ? ["seen"] : [],
});

/** A flat object, which is sent as columns as well. */
const point = (random: Random) => ({ x: random.between(-4, 4), name: random.pick(["a", "b"]) });

const word = (random: Random) => random.pick(["", "to", "be or", "not to be"]);

type Parsed = Result<number, string>;

const parsed = (random: Random): Parsed =>
  random.chance(0.6) ? { ok: random.between(-4, 4) } : { err: random.pick(["no", "late"]) };

const half = (n: number): Parsed => n % 2 === 0 ? { ok: n / 2 } : { err: `${n} is odd` };

/** The two sides of results, of every time. */
function sides(f: (record: never) => Parsed): (arrivals: readonly Arrival[]) => Answers {
  return (arrivals) => {
    const results = recordsAt(arrivals, "in").map(({ time, record }) => ({
      time,
      result: f(record as never),
    }));
    return {
      ok: results.flatMap(({ time, result }) =>
        "ok" in result ? [{ time, records: [result.ok] }] : []
      ),
      err: results.flatMap(({ time, result }) =>
        "err" in result ? [{ time, records: [result.err] }] : []
      ),
    };
  };
}

export const subjects: readonly Subject[] = [
  {
    name: "map from numbers to numbers",
    operator: map,
    config: () => ({ f: (n: number) => n * n }),
    expected: each((n: number) => [n * n]),
  },
  {
    name: "map from objects to texts and nothing",
    operator: map,
    config: () => ({ f: ({ x, name }: { x: number; name: string }) => x < 0 ? null : name + x }),
    record: point,
    expected: each(({ x, name }: { x: number; name: string }) => [x < 0 ? null : `${name}${x}`]),
  },
  {
    name: "mapInPlace of numbers",
    operator: mapInPlace,
    config: () => ({ f: (n: number) => n + 0.5 }),
    expected: each((n: number) => [n + 0.5]),
  },
  {
    name: "mapInPlace that returns nothing",
    operator: mapInPlace,
    config: () => ({
      f(record: Visit) {
        record.n++;
        record.tags.push("again");
      },
    }),
    record: visit,
    expected: each(({ n, tags }: Visit) => [{ n: n + 1, tags: [...tags, "again"] }]),
  },
  {
    name: "mapInPlace that changes some and replaces others",
    operator: mapInPlace,
    config: () => ({
      f(record: { x: number }) {
        if (record.x > 0) return { x: 0 };
        record.x -= 1;
      },
    }),
    record: point,
    expected: each((record: { x: number }) => [
      record.x > 0 ? { x: 0 } : { ...record, x: record.x - 1 },
    ]),
  },
  {
    name: "filter",
    operator: filter,
    config: (random) => {
      const least = random.between(-5, 5);
      return { predicate: (n: number) => n >= least };
    },
    expected: (arrivals, { predicate }: { predicate: (n: number) => boolean }) => ({
      out: arrivals.map(({ time, records }) => ({
        time,
        records: (records as number[]).filter(predicate),
      })),
    }),
  },
  {
    name: "flatMap that returns lists",
    operator: flatMap,
    config: () => ({ f: (text: string) => text.split(" ") }),
    record: word,
    expected: each((text: string) => text.split(" ")),
  },
  {
    name: "flatMap that gives ranges",
    operator: flatMap,
    config: () => ({ f: (n: number) => range(0, 10 * Math.abs(n)) }),
    expected: each((n: number) => Array.from({ length: 10 * Math.abs(n) }, (_unused, i) => i)),
  },
  {
    name: "flatMap that emits",
    operator: flatMap,
    config: () => ({
      f(n: number, emit: (result: number) => void) {
        for (let i = 0; i < n; i++) emit(i * n);
      },
    }),
    expected: each((n: number) => Array.from({ length: Math.max(0, n) }, (_unused, i) => i * n)),
  },
  {
    name: "inspect",
    operator: inspect,
    config: () => ({ f: () => {} }),
    record: point,
    expected: each((record: unknown) => [record]),
  },
  {
    name: "inspectBatch",
    operator: inspectBatch,
    config: () => ({ f: () => {} }),
    expected: each((record: unknown) => [record]),
  },
  {
    name: "ok",
    operator: ok,
    config: () => ({}),
    record: parsed,
    expected: each((result: Parsed) => "ok" in result ? [result.ok] : []),
  },
  {
    name: "err",
    operator: err,
    config: () => ({}),
    record: parsed,
    expected: each((result: Parsed) => "err" in result ? [result.err] : []),
  },
  {
    name: "mapOk",
    operator: mapOk,
    config: () => ({ f: (n: number) => `<${n}>` }),
    record: parsed,
    expected: each((result: Parsed) => ["ok" in result ? { ok: `<${result.ok}>` } : result]),
  },
  {
    name: "mapErr",
    operator: mapErr,
    config: () => ({ f: (reason: string) => reason.length }),
    record: parsed,
    expected: each((result: Parsed) => ["err" in result ? { err: result.err.length } : result]),
  },
  {
    name: "andThen",
    operator: andThen,
    config: () => ({ f: half }),
    record: parsed,
    expected: each((result: Parsed) => ["ok" in result ? half(result.ok) : result]),
  },
  {
    name: "unwrapOrElse",
    operator: unwrapOrElse,
    config: () => ({ f: (reason: string) => -reason.length }),
    record: parsed,
    expected: each((result: Parsed) => ["ok" in result ? result.ok : -result.err.length]),
  },
  {
    name: "okErr",
    operator: okErr,
    config: () => ({ f: half }),
    expected: sides(half),
  },
];
