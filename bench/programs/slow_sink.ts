/**
 * A source that would send for ever as fast as it can, and a sink that takes a thousand records a second: somebody
 * who reads an output, a function that answers after a while, or a vertex that lets records go by a timer. Nothing
 * is set: what is on its way is bounded by what an engine does by itself.
 */
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { type Capability, dataflow, Engine, memoryOf, type Running, type Stream } from "meander";
import { expectEqual, measureAsync, requireOneWorker } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";

/** How often the sink takes something, and how many records then: a thousand a second. */
const EVERY_MS = 10;
const AT_ONCE = 10;

interface Row {
  readonly n: number;
  readonly text: string;
}

/** Runs for so many seconds, looks at the memory ten times a second, and stops it. */
export async function run({ given, workers }: RunInput): Promise<Measurement> {
  requireOneWorker(workers);
  const [seconds] = given.numbers;
  const [kind = "output"] = given.words;
  const taken = { records: 0 };
  const program = dataflow("slow_sink", (root) => {
    const rows = root.source<Row>("rows", {}, ({ out, capability }) => {
      let n = 0;
      return () => {
        out.push(capability.time, { n, text: `row ${n++}` });
        return true;
      };
    });
    return { out: sinkFor(kind, rows, taken).output("out") };
  });
  const running = new Engine().install(program);
  if (kind === "output") void readSlowly(running, taken);
  else running.output("out").subscribe(() => {});
  const marks: number[] = [];
  const spent = await measureAsync(async () => {
    const end = performance.now() + 1000 * seconds;
    while (performance.now() < end) {
      await sleep(100);
      marks.push(process.memoryUsage.rss() / 1e6);
    }
  });
  const { peakBytes } = memoryOf(running);
  expectEqual("status", running.status, "running");
  running.cancel();
  await running.done.catch(() => {});
  const half = marks.slice(marks.length >> 1);
  return {
    spent,
    records: taken.records,
    extra: {
      most_rss_mb: Math.round(Math.max(...marks)),
      rss_growth_mb: Math.round(half[half.length - 1] - half[0]),
      most_in_dataflow_mb: Math.round(peakBytes / 1e6),
    },
  };
}

function sinkFor(kind: string, rows: Stream<Row>, taken: { records: number }): Stream<Row> {
  if (kind === "output") return rows;
  if (kind === "async") {
    return rows.mapAsync(async (row) => {
      await sleep(EVERY_MS);
      taken.records++;
      return row;
    }, { concurrency: AT_ONCE });
  }
  return rows.unary<Row>("sink", {}, ({ out, retain, after }) => {
    const waiting: Row[] = [];
    let right: Capability | null = null;
    let from = 0;
    const take = () => {
      const some = waiting.slice(from, from + AT_ONCE);
      from += some.length;
      if (from > 1024) waiting.splice(0, from), from = 0;
      taken.records += some.length;
      out.out.send(right!.time, some);
      after(EVERY_MS, take);
    };
    return {
      receive(batch) {
        for (const row of batch) waiting.push(row);
        if (right !== null) return;
        right = retain();
        after(EVERY_MS, take);
      },
      size() {
        const records = waiting.length - from;
        return { records, waiting: records, bytes: 100 * records };
      },
    };
  });
}

async function readSlowly(running: Running, taken: { records: number }): Promise<void> {
  try {
    for await (const { records } of running.output<Row>("out")) {
      for (let i = 0; i < records.length; i += AT_ONCE) {
        await sleep(EVERY_MS);
        taken.records += Math.min(AT_ONCE, records.length - i);
      }
    }
  } catch (error) {
    // It is cancelled in the end, which the reader hears of as well.
    if (running.status !== "cancelled") throw error;
  }
}
