/**
 * The programs by name. Only data stands here: a program's module is loaded in the process that is
 * measured.
 */
import type { Arguments, ProgramInfo } from "./program.ts";

/** Rounds of a microsecond or less are timed in groups, on both sides of a comparison. */
function groupOfSmallRounds(given: Arguments, operators: number): number {
  if (operators > 100) return 1;
  return given.words.includes("norecord") ? 16 : 8;
}

/** Meander's own programs. */
export const programs: readonly ProgramInfo[] = [
  {
    name: "barrier",
    summary: "a notification at t requests the next at t+1, round a loop; no data",
    numbers: ["iterations"],
    sizes: [[1_000_000]],
    native: true,
    load: () => import("./programs/barrier.ts"),
  },
  {
    name: "bfs",
    summary: "breadth-first search over a random graph, exchanged by node, in a loop scope",
    numbers: ["nodes", "edges"],
    sizes: [[1_000_000, 10_000_000]],
    native: true,
    load: () => import("./programs/bfs.ts"),
  },
  {
    name: "epoch_latency",
    summary: "a row of maps; send an epoch, advance, run until the probe has passed",
    numbers: ["operators", "epochs", "records"],
    words: ["exchange"],
    options: ["open-times"],
    sizes: [[8, 100_000, 1], [8, 100_000, 1000, "exchange"]],
    native: true,
    group: (given) => given.numbers[2] > 100 ? 1 : 8,
    load: () => import("./programs/epoch_latency.ts"),
  },
  {
    name: "epochs",
    summary: "epochs through a vertex that counts each time; memory must stay flat",
    numbers: ["epochs"],
    sizes: [[1_000_000]],
    native: true,
    load: () => import("./programs/epochs.ts"),
  },
  {
    name: "event_driven",
    summary: "dataflows of input, region of maps, probe; each round wakes one of them",
    numbers: ["dataflows", "length", "rounds"],
    words: ["norecord"],
    sizes: [[10, 10, 100_000], [10, 10, 100_000, "norecord"], [100, 100, 10_000], [1, 1000, 5000]],
    native: true,
    group: (given) => groupOfSmallRounds(given, given.numbers[0] * given.numbers[1]),
    load: () => import("./programs/event_driven.ts"),
  },
  {
    name: "exchange",
    summary: "every worker sends a batch a round through an exchange; a round ends on all of them",
    numbers: ["batch", "rounds"],
    sizes: [[1000, 10_000]],
    native: true,
    group: (given) => given.numbers[0] > 100 ? 1 : 8,
    load: () => import("./programs/exchange.ts"),
  },
  {
    name: "flow_control",
    summary: "1..n at time n/b, held until earlier times have left the loop, each expanded to 0..n",
    numbers: ["n", "b"],
    words: ["faucet"],
    sizes: [[100_000, 100], [100_000, 100, "faucet"]],
    native: true,
    load: () => import("./programs/flow_control.ts"),
  },
  {
    name: "idle_dataflows",
    summary: "what a running dataflow pays for installed ones without work",
    numbers: ["idle", "rounds"],
    sizes: [[1000, 100_000]],
    native: true,
    group: () => 8,
    load: () => import("./programs/idle_dataflows.ts"),
  },
  {
    name: "ingest",
    summary: "bytes of a format into records, without a dataflow",
    numbers: ["megabytes"],
    words: ["ndjson", "ndjson_schema", "ndjson_words", "csv", "csv_strings", "lines", "keep"],
    sizes: [
      [200, "ndjson"],
      [200, "ndjson_schema"],
      [200, "ndjson_words"],
      [200, "csv"],
      [200, "csv_strings"],
      [200, "lines"],
      [200, "lines", "keep"],
    ],
    native: false,
    load: () => import("./programs/ingest.ts"),
  },
  {
    name: "pagerank",
    summary: "ranks handed on along edges until they are stable; edges change for 1000 rounds",
    numbers: ["nodes", "edges"],
    sizes: [[100_000, 1_000_000]],
    native: true,
    load: () => import("./programs/pagerank.ts"),
  },
  {
    name: "pipeline",
    summary: "map, filter, map, sink over integers, a batch at a time",
    numbers: ["records", "batch"],
    sizes: [[10_000_000, 1000]],
    native: true,
    load: () => import("./programs/pipeline.ts"),
  },
  {
    name: "slow_sink",
    summary: "an endless source into a sink of 1000 records a second: memory must stay flat",
    numbers: ["seconds"],
    words: ["output", "async", "timer"],
    sizes: [[60], [60, "async"], [60, "timer"]],
    native: false,
    warmup: 0,
    load: () => import("./programs/slow_sink.ts"),
  },
  {
    name: "isolated",
    summary: "batches of 1000 records through an operator of a plugin in a process of its own",
    numbers: ["records"],
    words: ["numbers", "strings", "isolated", "trusted", "core"],
    sizes: [
      [50_000_000],
      [5_000_000, "strings"],
      [50_000_000, "trusted"],
      [50_000_000, "core"],
    ],
    native: false,
    permissions: [
      "--allow-run=deno,prlimit,setpriv,unshare",
      "--allow-write=.test",
      "--allow-env=DENO_DIR,HOME",
    ],
    load: () => import("./programs/isolated.ts"),
  },
  {
    name: "unguarded",
    summary: "flow_control without the gate: memory must be bounded all the same",
    numbers: ["n", "b"],
    sizes: [[20_000, 100], [100_000, 100]],
    native: true,
    load: () => import("./programs/unguarded.ts"),
  },
  {
    name: "wordcount",
    summary: "words exchanged by key, kept until their epoch is complete, then counted one by one",
    numbers: ["records", "epochs", "keys"],
    words: ["strings"],
    sizes: [[10_000_000, 100, 1_000_000], [10_000_000, 100, 1_000_000, "strings"]],
    native: true,
    load: () => import("./programs/wordcount.ts"),
  },
];

/** Programs of other systems, and of none, that ours are held against. */
export const peers: readonly (ProgramInfo & { readonly against: string })[] = [
  {
    name: "rxjs_pipeline",
    against: "pipeline",
    summary: "the pipeline in rxjs: a Subject, map, filter, map, subscribe",
    numbers: ["records", "batch"],
    sizes: [[10_000_000, 1000]],
    native: false,
    load: () => import("./peers/rxjs_pipeline.ts"),
  },
  {
    name: "loop_pipeline",
    against: "pipeline",
    summary: "the pipeline as one loop written by hand: what no library can beat",
    numbers: ["records", "batch"],
    sizes: [[10_000_000, 1000]],
    native: false,
    load: () => import("./peers/loop_pipeline.ts"),
  },
];

/** The machine's own figure, quoted beside those of several workers. */
export const pingPong: ProgramInfo = {
  name: "ping_pong",
  summary: "two threads of the bare runtime pass a number to and fro through shared memory",
  numbers: ["rounds"],
  sizes: [[1_000_000]],
  native: false,
  load: () => import("./peers/ping_pong.ts"),
};

/** The program of that name, of ours or of others. */
export function findProgram(name: string): ProgramInfo | undefined {
  return [...programs, ...peers, pingPong].find((program) => program.name === name);
}
