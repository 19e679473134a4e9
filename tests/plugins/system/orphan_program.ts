/** A program whose plugin never comes back: it says which process that is in, and waits. */
import { execute } from "../../../mod.ts";
import { guests, through } from "./guests.ts";

const patient = { callbackMs: 600_000, heartbeatMs: 600_000 };
const plugins = await guests("rogue", patient, async () => {
  const [{ pid }] = plugins.processes();
  const told = JSON.stringify({ pid, notEnforced: await plugins.notEnforced() });
  await Deno.stdout.write(new TextEncoder().encode(told));
});
const run = execute(through(plugins, "loop"));
run.handles.n.send([1]);
await run.handles.out[Symbol.asyncIterator]().next();
// The next one is taken, and never given back.
run.handles.n.send([-1]);
await run.done;
