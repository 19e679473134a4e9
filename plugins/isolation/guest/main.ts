/**
 * The program of a plugin's process. It has no permissions, no environment and no files: the plugin's code comes
 * through standard input, and everything else does as well.
 *
 * @module
 */
import * as sdk from "../../../plugin.ts";
import { pluginOf } from "../../manifest/define_plugin.ts";
import { describePlugin } from "../../manifest/described.ts";
import { installSdk } from "../../sdk_key.ts";
import { show } from "../../../operators/contract/fault.ts";
import { encodeMessage, FAULT, LOADED, READY } from "../messages.ts";
import { GuestLoop } from "./guest_loop.ts";
import { StandardPipes } from "./pipes.ts";

/** What is said of the code that comes. */
interface LoadMeta {
  /** `name@version`, for stacks. */
  readonly of: string;
  /** Whether to say what is in it. */
  readonly describe: boolean;
}

const pipes = new StandardPipes();
speakOnStandardError();
outliveInterrupts();
installSdk(sdk);
pipes.write(encodeMessage(READY, 0, { deno: Deno.version.deno }));
const { meta, blobs } = pipes.wait();
// Not awaited: this is run as a script, which is read faster than a module and takes less memory.
void serve(meta as LoadMeta, new TextDecoder().decode(blobs[0]));

async function serve({ of, describe }: LoadMeta, code: string): Promise<void> {
  // Who cannot put anything off has no need of the event loop, which costs twice what a pipe does.
  const hasLoop = /\b(?:later|after|signal)\b/.test(code);
  let loop: GuestLoop;
  try {
    const plugin = pluginOf((await load(code, of)).default, of);
    const described = describe ? describePlugin(plugin) : null;
    pipes.write(encodeMessage(LOADED, 0, { described, hasLoop }));
    loop = new GuestLoop(plugin, pipes);
  } catch (error) {
    pipes.write(encodeMessage(FAULT, 0, { code: "", text: show(error, 4000) }));
    pipes.flush();
    return;
  }
  if (!hasLoop) { for (;;) loop.take(pipes.wait()); }
  await withEventLoop(loop);
}

/** Modules of this kind may import nothing of the machine, whatever is written in them. */
function load(code: string, of: string): Promise<{ default?: unknown }> {
  const text = `${code}\n//# sourceURL=plugin:${of}\n`;
  const url = URL.createObjectURL(new Blob([text], { type: "application/javascript" }));
  return import(url);
}

async function withEventLoop(loop: GuestLoop): Promise<void> {
  let isReading = false;
  const tasks = () => {
    while (loop.runTasks());
    pipes.flush();
  };
  loop.wake = () => {
    // Between two readings tasks have their turn anyway.
    if (isReading) queueMicrotask(tasks);
  };
  for (;;) {
    for (let message = pipes.next(); message !== null; message = pipes.next()) loop.take(message);
    while (loop.runTasks());
    isReading = true;
    await pipes.read();
    isReading = false;
  }
}

/**
 * Who interrupts the engine at a terminal, or asks it something, signals all that it has started. What is under way
 * is still wanted: the engine says when this process is to end.
 */
function outliveInterrupts(): void {
  for (const signal of ["SIGINT", "SIGQUIT", "SIGTERM"] as const) {
    try {
      Deno.addSignalListener(signal, () => {});
    } catch {
      // Not every platform has each of them.
    }
  }
}

/** Standard output is for messages alone. */
function speakOnStandardError(): void {
  const { stderr } = Deno;
  const encoder = new TextEncoder();
  const say = (...values: unknown[]) => {
    const text = values.map((value) => typeof value === "string" ? value : Deno.inspect(value));
    stderr.writeSync(encoder.encode(`${text.join(" ")}\n`.slice(0, 8192)));
  };
  for (const name of ["log", "info", "debug", "warn", "error", "trace", "table", "dir"] as const) {
    // deno-lint-ignore meander/quiet -- it is made quiet here
    console[name] = say;
  }
}
