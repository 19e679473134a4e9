/**
 * `meander run`: runs a spec on files and pipes.
 *
 * @module
 */
import { partialPath } from "../../operators/connectors/file_sink.ts";
import type { CheckedSpec } from "../../specs/check.ts";
import { type Ending, SpecRun } from "../../specs/run.ts";
import { requireApart } from "../apart.ts";
import type { Context } from "../context.ts";
import { EXIT, exitCodeOf, formatError, printable, UsageError } from "../exit.ts";
import { besideSpec } from "../../specs/beside.ts";
import { inputFile, pairsFrom, paramsFrom } from "../load.ts";
import { type LimitFlags, limitsFor, limitsLine } from "../limits.ts";
import { buildForWorkers, makingOf, threadModule } from "../program.ts";
import { ProgressDisplay, type ProgressMode } from "../progress.ts";
import { reportLosses, summary } from "../summary.ts";
import { settleLock } from "../spec_lock.ts";
import { type OpenedSpec, type PluginFlags, withSpec } from "../with_spec.ts";
import type { ParamValues } from "../../specs/params.ts";
import { atMost } from "../world.ts";
import { RunIo, type Wiring } from "../run_io.ts";

/** Flags of `meander run`. */
export interface RunFlags extends LimitFlags, PluginFlags {
  readonly input?: readonly string[];
  readonly output?: readonly string[];
  readonly set?: readonly string[];
  readonly workers?: number;
  readonly stats: boolean;
  readonly watch: boolean;
  readonly progress?: ProgressMode;
  readonly debug: boolean;
}

/** How long one waits, after a second interrupt, for what is being written. */
const LEAVING_MS = 1_000;

/** Runs it, or again and again with `--watch`. */
export async function runCommand(this: Context, flags: RunFlags, path: string): Promise<void> {
  if (!flags.watch) return this.exit(await runOnce(this, flags, path));
  const { world } = this;
  const ended = new AbortController();
  const off = world.onSignal("SIGINT", () => ended.abort());
  try {
    while (!ended.signal.aborted) {
      let files = [path];
      let change: Promise<void> | undefined = undefined;
      // From before the first byte is read on: what changes during a run counts.
      const watch = (all: readonly string[]) => {
        files = [...new Set([path, ...all])];
        change = world.changed(files, ended.signal);
        change.catch(() => {});
      };
      const code = await runOnce(this, flags, path, watch).catch((error) => {
        this.process.stderr.write(`${formatError(error, flags.debug)}\n`);
        return EXIT.failed;
      });
      if (code === EXIT.cancelled || code === EXIT.drained) break;
      this.process.stderr.write(`Waiting for a change of ${printable(files.join(", "))}\n`);
      await (change ?? world.changed(files, ended.signal));
    }
  } finally {
    off();
  }
}

type Watch = (files: readonly string[]) => void;

async function runOnce(
  context: Context,
  flags: RunFlags,
  path: string,
  watch?: Watch,
): Promise<number> {
  const params = paramsFrom(flags.set ?? []);
  return await withSpec(context, flags, path, params, async (opened) => {
    const { world, process } = context;
    const { checked, plugins, before } = opened;
    requireParams(checked);
    const wiring = wiringOf(checked, path, flags);
    await requireApart(checked, wiring, world);
    const say = (line: string) => void process.stderr.write(`${printable(line)}\n`);
    await settleLock(path, checked, before, plugins, world, say);
    const used = new Set([...checked.lock.values()].map(({ sha256 }) => sha256));
    for (const line of await plugins.status(used)) say(`Plugins: ${line}`);
    return await runOpened(context, flags, opened, params, wiring, watch);
  });
}

async function runOpened(
  { world, process }: Context,
  flags: RunFlags,
  opened: OpenedSpec,
  params: ParamValues,
  wiring: Wiring,
  watch?: Watch,
): Promise<number> {
  const { checked, text, path } = opened;
  const limits = limitsFor(checked.spec, flags);
  watch?.([...wiring.inputs.values()].flatMap(({ file }) => file === "-" ? [] : [file]));
  const screen: { display?: ProgressDisplay } = {};
  const making = makingOf(opened, flags.paceEpochs);
  const built = buildForWorkers(checked, path, text, params, making);
  const workers = flags.workers ?? 1;
  const recording = flags.stats ? await import("../stats.ts") : undefined;
  const started = world.now();
  const io = new RunIo(world, wiring, () => screen.display?.clear());
  const run = new SpecRun(built, io, { ...limits, workers, threadModule });
  const recorder = recording && new recording.StatsRecorder(run.running.engine);
  const display = new ProgressDisplay(run, process.stderr, world, flags.progress ?? "auto");
  screen.display = display;
  const interrupts = new Interrupts(run, world, (line) => display.say(line));
  let ending: Ending | "cancelled";
  try {
    ending = await finished(run, interrupts);
  } catch (error) {
    display.end();
    recorder?.end();
    process.stderr.write(`${formatError(error, flags.debug)}\n`);
    reportPartial(wiring, (line) => process.stderr.write(`${line}\n`));
    return exitCodeOf(error);
  } finally {
    display.end();
    // A reader that takes nothing must not keep it from ending.
    if (interrupts.count >= 2) {
      await atMost(interrupts.cancelling, LEAVING_MS, world);
    }
    interrupts.off();
  }
  reportLosses(run.progress, (line) => process.stderr.write(`${printable(line)}\n`));
  if (recorder !== undefined) {
    const stats = await recorder.finish();
    const memory = { process: world.memory(), run: recording!.memoryOf(run.running) };
    process.stderr.write(`${summary(run.progress, world.now() - started, memory)}\n`);
    const format = flags.progress === "json" ? recording!.statsJson : recording!.statsTable;
    process.stderr.write(`${printable(format(stats))}\n${limitsLine(limits, opened.pluginLimits)}`);
  }
  if (ending === "stalled") {
    process.stderr.write(`It stalls:\n${await whyNot(run)}\n`);
    await run.cancel();
    return EXIT.failed;
  }
  if (ending === "cancelled") reportPartial(wiring, (line) => process.stderr.write(`${line}\n`));
  return ending === "cancelled" ? EXIT.cancelled : ending === "drained" ? EXIT.drained : EXIT.done;
}

async function finished(
  run: SpecRun,
  interrupts: Interrupts,
): Promise<Ending | "cancelled"> {
  try {
    return await run.run();
  } catch (error) {
    if (interrupts.count >= 2) return "cancelled";
    throw error;
  }
}

/** Ctrl-C once: drain; twice: cancel; three times: at once. Ctrl-\ asks why. */
class Interrupts {
  count = 0;
  /** Resolves when what was being written was written. */
  cancelling: Promise<void> = Promise.resolve();
  readonly #offs: (() => void)[];

  constructor(run: SpecRun, world: Context["world"], say: (line: string) => void) {
    const interrupt = () => {
      this.count++;
      if (this.count === 1) {
        say("Stopping: what was read is worked on; interrupt again to leave it");
        run.stop();
      } else if (this.count === 2) {
        say("Leaving the rest: what was written is not all");
        this.cancelling = run.cancel();
      } else world.exit(EXIT.cancelled);
    };
    this.#offs = [
      world.onSignal("SIGINT", interrupt),
      world.onSignal("SIGTERM", interrupt),
      world.onSignal("SIGQUIT", () => {
        void whyNot(run).then(say).catch(() => {});
      }),
    ];
  }

  off(): void {
    for (const off of this.#offs) off();
  }
}

/** What was written is worth something, and must not be taken for all. */
function reportPartial({ outputs }: Wiring, say: (line: string) => void): void {
  for (const [name, file] of outputs) {
    if (file !== "-") say(`output ${name}: what was written so far is in ${partialPath(file)}`);
  }
}

/** Loaded when somebody asks, since most never do. */
async function whyNot(run: SpecRun): Promise<string> {
  const [{ formatWhy }, { why }] = await Promise.all([
    import("../../dataflow/insight/format_why.ts"),
    import("../../dataflow/insight/why.ts"),
  ]);
  return formatWhy(why(run.running));
}

function requireParams({ missingParams }: CheckedSpec): void {
  if (missingParams.length === 0) return;
  const names = missingParams.map((name) => `--set ${name}=VALUE`).join(" ");
  throw new UsageError(`Cannot run it: parameters have no value. Give ${names}`);
}

/** Where inputs are read and outputs written, by the spec and the flags. */
export function wiringOf(
  checked: CheckedSpec,
  path: string,
  { input = [], output = [] }: Pick<RunFlags, "input" | "output">,
): Wiring {
  const inputs = pairsFrom(input, "--input");
  const outputs = pairsFrom(output, "--output");
  requireKnown("input", inputs, checked.inputs.map(({ name }) => name));
  requireKnown("output", outputs, checked.outputs.map(({ name }) => name));
  const wiring: Wiring = { inputs: new Map(), outputs: new Map(), spec: path };
  const missing: string[] = [];
  for (const { name, spec } of checked.inputs) {
    const file = inputs.get(name) ?? inputFile(spec, path);
    if (file === undefined) missing.push(name);
    else wiring.inputs.set(name, { file, follow: spec.follow === true });
  }
  if (missing.length > 0) {
    const flags = missing.map((name) => `--input ${name}=FILE`).join(" ");
    throw new UsageError(
      `Cannot run it: ${missing.length === 1 ? "an input has" : "inputs have"} no file. ` +
        `Give ${flags} (- is standard input)`,
    );
  }
  const piped = [...wiring.inputs].filter(([, { file }]) => file === "-").map(([name]) => name);
  if (piped.length > 1) {
    throw new UsageError(
      `Cannot read standard input for ${piped.join(" and ")}: one input can have it`,
    );
  }
  for (const { name, spec } of checked.outputs) {
    const given = outputs.get(name);
    const file = given ?? (spec.file === undefined ? "-" : besideSpec(path, spec.file));
    wiring.outputs.set(name, file);
  }
  return wiring;
}

/** Refuses names of flags that the spec does not have. */
export function requireKnown(
  kind: string,
  given: ReadonlyMap<string, string>,
  names: readonly string[],
) {
  for (const name of given.keys()) {
    if (names.includes(name)) continue;
    throw new UsageError(
      `Cannot use --${kind} ${name}: the spec has no ${kind} "${name}". It has ${
        names.join(", ") || "none"
      }`,
    );
  }
}
