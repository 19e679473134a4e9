/**
 * One engine process in which specs use a plugin that misbehaves, one way after the other, each time beside another
 * spec with the same plugin that does not. What was seen of each is written down as a line of JSON.
 */
import { bundlerEnvironment } from "../../../cli/plugin_runtime.ts";
import type { Timing } from "../../../plugins/isolation/limits.ts";
import { pluginsOf, type RunnablePlugins } from "../../../plugins/isolation/plugins_of.ts";
import { guestProgram } from "../../../plugins/isolation/runtime.ts";
import { core } from "../../../plugins/core.ts";
import { launch } from "../../../plugins/launcher.ts";
import { Registry } from "../../../plugins/registry.ts";
import { buildSpec } from "../../../specs/build.ts";
import type { CheckedSpec } from "../../../specs/check.ts";
import { SpecRun } from "../../../specs/run.ts";
import { checkedSpec, lines, MemorySink, sinkIn, spec } from "../../specs/support.ts";
import { PatientIo } from "./guests.ts";
import { storeWith } from "./stores.ts";

/** What was seen of one fault. */
export interface Seen {
  readonly fault: string;
  /** What its dataflow ended with. */
  readonly ended: string;
  /** What was written of the other spec; `null` when it is what it is alone. */
  readonly other: string | null;
  /** By how much the engine's process grew meanwhile, in bytes. */
  readonly grown: number;
  /** Memory of the plugin's process before it misbehaved and at most, in bytes, as far as that was looked at. */
  readonly base: number;
  readonly peak: number;
  /** Of a callback that never comes back: whether it was left alone until just before its limit, and then ended. */
  readonly isEnded: boolean;
  readonly starts: number;
  readonly records: number;
}

/** A clock that goes when it is told to. */
class Watch implements Timing {
  #now = 0;
  readonly #tasks = new Set<{ readonly at: number; readonly task: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, task: () => void): () => void {
    const each = { at: this.#now + ms, task };
    this.#tasks.add(each);
    return () => void this.#tasks.delete(each);
  }

  aside(ms: number, task: () => void): () => void {
    return this.after(ms, task);
  }

  /** Goes on by so much. */
  pass(ms: number): void {
    this.#now += ms;
    for (const each of [...this.#tasks]) {
      if (each.at > this.#now || !this.#tasks.delete(each)) continue;
      each.task();
    }
  }
}

/** Takes records and keeps none of them. */
class CountingSink extends MemorySink {
  count = 0;
  told: () => void = () => {};

  override write(text: string): undefined {
    this.count += text.split("\n").length - 1;
    this.told();
  }
}

const [folder, ...faults] = Deno.args;
const MEMORY_MB = 64;

const store = await storeWith(folder, "rogue", "careful");
const through = (use: string) =>
  spec(`inputs: { i: { format: ndjson, schema: integer, epochs: { every: 2 } } }
nodes: { it: { ${use}, from: i } }
outputs: { o: { from: it } }
`);
const GOOD = spec(`inputs: { i: { format: ndjson, schema: integer, epochs: { every: 7 } } }
nodes:
  passed: { use: rogue/crash, from: i }
  half: { use: core/filter, from: passed, with: { predicate: record % 2 == 0 } }
  all: { use: core/count, from: half }
outputs: { o: { from: passed }, c: { from: all } }
`);

/** The bytes of the spec that does no harm, which is not at its end before `until` is. */
async function good(
  { plugins }: RunnablePlugins,
  until: Promise<unknown>,
  runs: () => void = () => {},
): Promise<string> {
  const pieces = async function* () {
    for (let i = 0; i < 40; i++) {
      if (i === 20) await until;
      yield lines([i, i * i, 3 * i + 1]).join("");
    }
  };
  const io = new PatientIo({ i: pieces() });
  sinkIn(io.sinks, "o").answer = () => void runs();
  const checked = checkedSpec(GOOD, { registry: new Registry([core, ...plugins]) });
  await new SpecRun(buildSpec(checked), io).run();
  return JSON.stringify([...io.sinks].map(([name, { text }]) => [name, text]).toSorted());
}

/** Lines of the process's own account of its memory, until it is gone, in bytes. */
async function peakOf(pid: number): Promise<{ base: Promise<number>; peak: Promise<number> }> {
  const look = `while grep VmHWM /proc/${pid}/status; do :; done 2>/dev/null`;
  const child = new Deno.Command("prlimit", {
    args: ["--core=0", "sh", "-c", look],
    stdout: "piped",
  }).spawn();
  const base = Promise.withResolvers<number>();
  let most = 0;
  const peak = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      for (const [, kb] of text.matchAll(/VmHWM:\s*(\d+) kB/g)) most = Math.max(most, 1024 * +kb);
      base.resolve(most);
    }
    await child.status;
    return most;
  })();
  await base.promise;
  return { base: base.promise, peak };
}

/**
 * Whether the process of a loop is there just before its usual limit of 10 s, by the engine's clock, and is ended
 * when half a second more has passed.
 */
async function endsInTime(watch: Watch, plugins: RunnablePlugins, pid: number): Promise<boolean> {
  const isThere = () => plugins.processes().some((each) => each.pid === pid);
  const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
  for (let passed = 0; passed < 9_950; passed += 50) {
    watch.pass(50);
    // Whoever is asked whether it is there answers meanwhile.
    if (passed % 1000 === 0) await turn();
  }
  for (let i = 0; i < 20; i++) await turn();
  const wasThere = isThere();
  for (let passed = 9_950; passed < 10_500; passed += 50) watch.pass(50);
  // No more time passes: what is not killed by now never is.
  for (let i = 0; isThere() && i < 5_000; i++) await turn();
  return wasThere && !isThere();
}

/** What becomes of the engine's process, and which processes it starts, until it is ended. */
class Observation {
  readonly starts = new Set<number>();
  readonly #before = Deno.memoryUsage().rss;
  readonly #plugins: RunnablePlugins;
  readonly #timer: ReturnType<typeof setInterval>;
  #most = this.#before;

  constructor(plugins: RunnablePlugins) {
    this.#plugins = plugins;
    this.#timer = setInterval(() => this.look(), 1);
  }

  look(): void {
    this.#most = Math.max(this.#most, Deno.memoryUsage().rss);
    for (const { pid } of this.#plugins.processes()) if (pid > 0) this.starts.add(pid);
  }

  end(): { readonly grown: number; readonly starts: number } {
    clearInterval(this.#timer);
    return { grown: this.#most - this.#before, starts: this.starts.size };
  }
}

/** The spec whose plugin misbehaves so. */
function bad(fault: string, { plugins }: RunnablePlugins): CheckedSpec {
  const plugin = fault === "fatal" ? "careful" : "rogue";
  const config = fault === "flood" ? ", with: { times: 400000 }" : "";
  const text = through(`use: ${plugin}/${fault}${config}`);
  return checkedSpec(text, { registry: new Registry([core, ...plugins]) });
}

async function seen(fault: string): Promise<Seen> {
  const watch = new Watch();
  const [began, otherRuns, first, settled] = [1, 2, 3, 4].map(() => Promise.withResolvers<void>());
  const isLoop = fault === "loop";
  const plugins = await pluginsOf(store.plugins(), {
    program: () => guestProgram(`${folder}/runtime`, { launch, env: bundlerEnvironment() }),
    heard: () => began.resolve(),
    ...(isLoop ? { timing: watch } : {}),
    limits: isLoop ? {} : { memoryMb: MEMORY_MB, backoffMs: 1, callbackMs: 60_000 },
  });
  const observed = new Observation(plugins);
  let memory = { base: Promise.resolve(0), peak: Promise.resolve(0) };
  let isEnded = false;
  const pieces = async function* () {
    yield lines([1, 2]).join("");
    if (fault === "flood") return settled.resolve();
    // Its process is there, and nothing of the other spec's is.
    await first.promise;
    const [{ pid }] = plugins.processes();
    if (["heap", "buffers"].includes(fault)) memory = await peakOf(pid);
    settled.resolve();
    yield lines([3, -1]).join("");
    if (!isLoop) return;
    await Promise.all([began.promise, otherRuns.promise]);
    isEnded = await endsInTime(watch, plugins, pid);
  };
  const sink = new CountingSink("o");
  sink.told = () => {
    observed.look();
    first.resolve();
  };
  const io = new PatientIo({ i: pieces() });
  io.sinks.set("o", sink);
  const run = new SpecRun(buildSpec(bad(fault, plugins)), io).run();
  const ended = run.catch((error: Error) => error.message);
  await settled.promise;
  const other = await good(plugins, ended, otherRuns.resolve);
  const result = {
    ...{ fault, isEnded, ended: await ended, records: sink.count, ...observed.end() },
    ...{ base: await memory.base, peak: await memory.peak },
    other: other === alone ? null : other,
  };
  await plugins.close();
  return result;
}

const quiet = await pluginsOf(store.plugins(), {
  program: () => guestProgram(`${folder}/runtime`, { launch, env: bundlerEnvironment() }),
});
const alone = await good(quiet, Promise.resolve());
await quiet.close();
for (const fault of faults) {
  await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(await seen(fault))}\n`));
}
