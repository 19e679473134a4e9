/**
 * The command line. `docs/specs.md` says how it is used and which permissions it needs.
 *
 * @module
 */
import process from "node:process";
import config from "./deno.json" with { type: "json" };
import { main } from "./cli/main.ts";
import { registry } from "./cli/program.ts";
import { systemWorld } from "./cli/system_world.ts";

if (import.meta.main) {
  const { stdout, stderr } = process;
  // Whoever reads may go away; what could not be said then is no fault.
  for (const stream of [stdout, stderr]) stream.on("error", () => {});
  const code = await main(process.argv.slice(2), {
    world: systemWorld(Deno.noColor),
    registry,
    version: config.version,
    stdout: { write: (text) => void stdout.write(text) },
    stderr: { write: (text) => void stderr.write(text) },
  });
  // What still waits for input, such as a terminal, must not keep a finished run alive.
  process.exit(code);
}
