/**
 * `meander why`: runs a spec as far as it goes, and says what holds its outputs back.
 *
 * @module
 */
import { Engine } from "../../dataflow/engine.ts";
import { formatWhy } from "../../dataflow/insight/format_why.ts";
import { why } from "../../dataflow/insight/why.ts";
import type { SpecInput } from "../../specs/check.ts";
import { buildSpec } from "../../specs/build.ts";
import { runLimits } from "../../specs/limits.ts";
import type { TextSink } from "../../specs/io.ts";
import { requireKnown } from "./run.ts";
import { atMost } from "../world.ts";
import { openFeed } from "../../specs/feed.ts";
import { InputReader } from "../../specs/reader.ts";
import type { Context } from "../context.ts";
import { inputFile, pairsFrom, paramsFrom } from "../load.ts";
import { type OpenedSpec, type StoreFlags, withSpec } from "../with_spec.ts";

/** Flags of `meander why`. */
export interface WhyFlags extends StoreFlags {
  readonly input?: readonly string[];
  readonly set?: readonly string[];
  readonly seconds?: number;
}

/** Inputs without a file, and those that are followed, stay open: that is mostly the answer. */
export async function whyCommand(this: Context, flags: WhyFlags, path: string): Promise<void> {
  const params = paramsFrom(flags.set ?? []);
  await withSpec(this, flags, path, params, (opened) => asked(this, flags, opened));
}

async function asked(
  { world }: Context,
  flags: WhyFlags,
  { checked, path, plugins }: OpenedSpec,
): Promise<void> {
  const given = pairsFrom(flags.input ?? [], "--input");
  const { program } = buildSpec(checked, { file: path });
  const { memory, ...limits } = runLimits(checked.spec);
  const running = new Engine(limits).install(program, { memory });
  for (const { name } of checked.outputs) running.output(name).subscribe(() => {});
  const { signal } = new AbortController();
  const read = async (input: SpecInput) => {
    const { name, spec } = input;
    const file = given.get(name) ?? inputFile(spec, path);
    if (file === undefined) return;
    const reader = new InputReader(input, NOWHERE, () => running.idle());
    const feed = openFeed(running, input, reader);
    const close = spec.follow === true ? () => {} : () => feed.close();
    const open = { send: feed.send.bind(feed), tick: () => {}, intervalMs: undefined, close };
    const sources = file === "-" ? one(world.stdin(signal)) : world.files(file, signal, false);
    await reader.read(sources, open, signal);
  };
  requireKnown("input", given, checked.inputs.map(({ name }) => name));
  // A vertex in a process of its own may not have answered when the worker is idle.
  const idle = async () => {
    do await running.idle(); while (await plugins.settled());
  };
  const worked = Promise.all(checked.inputs.map(read)).then(idle);
  // A loop without an end is never idle, and just then somebody wants to know.
  await atMost(worked, (flags.seconds ?? 5) * 1000, world);
  const sink = world.stdout();
  await sink.write(`${formatWhy(why(running))}\n`);
  await sink.finish();
  running.cancel("it was asked about");
}

const NOWHERE: TextSink = {
  name: "nowhere",
  write: () => undefined,
  finish: () => Promise.resolve(),
  abandon: () => Promise.resolve(),
};

async function* one<T>(item: T): AsyncGenerator<T> {
  await Promise.resolve();
  yield item;
}
