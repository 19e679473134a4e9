/**
 * The command line. `docs/specs.md` says how it is used and which permissions it needs.
 *
 * @module
 */
import process from "node:process";
import config from "./deno.json" with { type: "json" };
import { main } from "./cli/main.ts";
import { EXIT } from "./cli/exit.ts";
import { registry } from "./cli/program.ts";
import { systemWorld } from "./cli/system_world.ts";

if (import.meta.main) {
  const { stdout, stderr } = process;
  // Whoever reads may go away; what could not be said then is no fault.
  for (const stream of [stdout, stderr]) stream.on("error", () => {});
  const running = main(process.argv.slice(2), {
    world: systemWorld(Deno.noColor),
    registry,
    plugins: async () => (await import("./cli/plugin_surroundings.ts")).pluginSurroundings(),
    version: config.version,
    stdout: { write: (text) => void stdout.write(text) },
    stderr: { write: (text) => void stderr.write(text) },
  });
  // Not awaited here: a module that waits hides from the process that nothing can happen any more. And what
  // still waits for input, such as a terminal, must not keep a finished run alive.
  running.then((code) => process.exit(code));
  process.on("beforeExit", () => {
    // Whoever waits for just this moment has a second to say what it means.
    setTimeout(() => {
      stderr.write("Nothing can happen any more, and it is not done: a module waits for ever\n");
      process.exit(EXIT.failed);
    }, 1000);
  });
}
