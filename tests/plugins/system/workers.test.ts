/** Isolated plugins on several workers: each thread has processes of its own, and none outlives what it is for. */
import { describe, expect, it } from "vitest";
import { openPlugins } from "../../../cli/open_plugins.ts";
import { buildForWorkers, makingOf, registry } from "../../../cli/program.ts";
import type { LoadedSpec } from "../../../cli/load.ts";
import { SpecRun } from "../../../specs/run.ts";
import { inFolder } from "../../cli/system/process.ts";
import { checkedSpec, lines, sorted, spec } from "../../specs/support.ts";
import { PatientIo } from "./guests.ts";
import { storeWith } from "./stores.ts";

const TEXT = spec(`inputs: { i: { format: ndjson, schema: integer, epochs: { every: 50 } } }
nodes:
  late: { use: counts/slowly, from: i }
  counts: { use: counts/tally, from: late }
  also: { use: counts/tally, from: i }
  both: { use: core/concat, from: [counts, also] }
outputs: { o: { from: both } }
`);

const records = Array.from({ length: 600 }, (_unused, i) => (i * i) % 23);

/** What comes out, in no order, on so many workers. */
async function run(store: string, workers: number): Promise<unknown[]> {
  const plugins = await openPlugins({
    base: registry,
    store,
    isFolder: () => Promise.resolve(true),
    heard: () => {},
  });
  try {
    const checked = checkedSpec(TEXT, { registry: plugins.registry });
    const opened = { checked, plugins, pluginLimits: {} } as
      & LoadedSpec
      & Parameters<typeof makingOf>[0];
    const built = buildForWorkers(checked, "test.yaml", TEXT, {}, makingOf(opened));
    const io = new PatientIo({ i: lines(records) });
    expect(await new SpecRun(built, io, { workers }).run()).toBe("completed");
    return sorted(io.sinks.get("o")!.records);
  } finally {
    await plugins.close();
  }
}

describe("A spec with isolated operators that keep something", () => {
  it("gives the same answers on one, two and three workers", async () => {
    await inFolder(async (folder) => {
      await storeWith(folder, "counts");
      const counts: unknown[] = [];
      for (let epoch = 0; epoch < records.length / 50; epoch++) {
        const here = new Map<number, number>();
        for (const n of records.slice(50 * epoch, 50 * epoch + 50)) {
          here.set(n, (here.get(n) ?? 0) + 1);
        }
        for (const [n, count] of here) counts.push({ n, count }, { n, count });
      }
      for (const workers of [1, 2, 3]) expect(await run(folder, workers)).toEqual(sorted(counts));
    });
  });
});

const STUCK = spec(`inputs: { i: { format: ndjson, schema: integer, file: "-" } }
nodes: { it: { use: counts/stuck, from: i } }
outputs: { o: { from: it } }
`);

/** `meander run`, of which one worker at least has a plugin that never comes back. */
class Stuck {
  readonly #engine: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #errors: ReadableStreamDefaultReader<string>;
  said = "";

  constructor(folder: string, run: string, workers: number, flags: readonly string[]) {
    Deno.writeTextFileSync(`${folder}/stuck.yaml`, STUCK);
    this.#engine = new Deno.Command("deno", {
      args: [
        ...["run", "--quiet", "--no-prompt", "--no-check", "--allow-read", "--allow-write=.test"],
        ...["--allow-env=LOG_TOKENS,LOG_STREAM,DENO_DIR,HOME", `--allow-run=${run}`, "cli.ts"],
        ...["run", `${folder}/stuck.yaml`, "--store", folder, "--workers", `${workers}`, ...flags],
      ],
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#input = this.#engine.stdin.getWriter();
    this.#errors = this.#engine.stderr.pipeThrough(new TextDecoderStream()).getReader();
    const given = lines(records.map((n) => -1 - n)).join("");
    this.#input.write(new TextEncoder().encode(given)).catch(() => {});
  }

  /** Reads until that was said so often. */
  async until(text: string, times = 1): Promise<void> {
    while (this.said.split(text).length <= times) {
      const { value, done } = await this.#errors.read();
      if (done) return;
      this.said += value;
    }
  }

  /** All processes that it has started and that are there. */
  async children(): Promise<string[]> {
    const args = ["--core=0", "pgrep", "-P", String(this.#engine.pid)];
    const { stdout } = await new Deno.Command("prlimit", { args }).output();
    return new TextDecoder().decode(stdout).split("\n").filter((pid) => pid !== "");
  }

  signal(signal: Deno.Signal): void {
    this.#engine.kill(signal);
  }

  async ended(): Promise<number> {
    await this.until("\0");
    const { code } = await this.#engine.status;
    await this.#input.close().catch(() => {});
    return code;
  }
}

/** Waits until a process is gone, or ten seconds. */
async function isGone(pid: string): Promise<boolean> {
  const args = ["timeout", "10", "tail", `--pid=${pid}`, "-s", "0.02", "-f", "deno.json"];
  const { code } = await new Deno.Command("prlimit", { args: ["--core=0", ...args] }).output();
  return code === 0;
}

describe("A plugin that never comes back", () => {
  // Processes end with the engine however that ends, because of setpriv.
  it.each([
    ["is interrupted twice", "deno,prlimit,setpriv", 2, [], 130],
    ["loses its engine", "deno,prlimit,setpriv", 2, [], 128 + 9],
  ])("leaves no process behind when it %s", async (_what, run, workers, flags, expected) => {
    await inFolder(async (folder) => {
      await storeWith(folder, "counts");
      const running = new Stuck(folder, run, workers, flags);
      const times = flags.length > 0 ? 1 : workers;
      await running.until("counts@1.0.0: stuck", times);
      const pids = await running.children();
      if (expected === 128 + 9) running.signal("SIGKILL");
      if (expected === 130) {
        running.signal("SIGINT");
        await running.until("Stopping:");
        running.signal("SIGINT");
        await running.until("Leaving the rest:");
      }
      expect([await running.ended(), running.said]).toEqual([expected, expect.anything()]);
      expect(pids.length, running.said).toBeGreaterThanOrEqual(times);
      expect(await Promise.all(pids.map(isGone))).toEqual(pids.map(() => true));
    });
  });
});

describe("Who interrupts the engine at a terminal", () => {
  it("interrupts what it has started as well, which finishes its work all the same", async () => {
    await inFolder(async (folder) => {
      await storeWith(folder, "counts");
      Deno.writeTextFileSync(`${folder}/plain.yaml`, STUCK);
      // A terminal signals all of a group: this one is a group of its own.
      const engine = new Deno.Command("prlimit", {
        args: [
          ...["--core=0", "setsid", Deno.execPath(), "run", "--quiet", "--no-prompt", "--no-check"],
          ...[
            "--allow-read",
            "--allow-write=.test",
            "--allow-env=LOG_TOKENS,LOG_STREAM,DENO_DIR,HOME",
          ],
          ...["--allow-run=deno,prlimit,setpriv", "cli.ts", "run", `${folder}/plain.yaml`],
          ...["--store", folder],
        ],
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const [input, output, errors] = [
        engine.stdin.getWriter(),
        engine.stdout.pipeThrough(new TextDecoderStream()).getReader(),
        engine.stderr.pipeThrough(new TextDecoderStream()).getReader(),
      ];
      const until = async (reader: typeof output, text: string) => {
        let said = "";
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          said += next.value;
          if (said.includes(text)) break;
        }
        return said;
      };
      const signal = async (name: string) => {
        const args = ["--core=0", "sh", "-c", `kill -s ${name} -- -${engine.pid}`];
        expect((await new Deno.Command("prlimit", { args }).output()).success).toBe(true);
      };
      await input.write(new TextEncoder().encode("1\n2\n"));
      expect(await until(output, "2\n")).toBe("1\n2\n");
      await signal("QUIT");
      expect(await until(errors, "i → it → o")).toContain("o is held at 0");
      await input.write(new TextEncoder().encode("3\n"));
      expect(await until(output, "3\n")).toBe("3\n");
      await signal("INT");
      expect(await until(errors, "\0")).toMatch(/^(?!.*MEANDER)[^]*Stopping/);
      expect([(await engine.status).code, await until(output, "\0")]).toEqual([8, ""]);
      await input.close().catch(() => {});
    });
  });
});
