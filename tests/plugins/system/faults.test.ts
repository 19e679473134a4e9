/** Every way in which a plugin may go wrong, and what becomes of it (the table of plugin faults). */
import { afterEach, describe, expect, it } from "vitest";
import { execute } from "meander";
import type { IsolationLimits } from "../../../plugins/isolation/limits.ts";
import type { RunnablePlugins } from "../../../plugins/isolation/plugins_of.ts";
import { answers, feed, guests, through } from "./guests.ts";

const open: RunnablePlugins[] = [];

async function rogue(limits: IsolationLimits = {}) {
  const made = await guests("rogue", { restarts: 0, ...limits });
  open.push(made);
  return made;
}

afterEach(async () => {
  for (const plugins of open.splice(0)) {
    await plugins.close();
    expect(plugins.processes()).toEqual([]);
  }
});

const EPOCHS = [[1, 2], [3, -1, 4], [5]];

/** The message of the failure of a dataflow with that operator. */
async function failure(name: string, limits: IsolationLimits = {}): Promise<string> {
  const plugins = await rogue(limits);
  return await answers(through(plugins, name), EPOCHS).then(
    (all) => `no failure: ${JSON.stringify(all)}`,
    (error: Error) => error.message,
  );
}

describe("A plugin in a process of its own", () => {
  it.each([
    ["loop", /a callback took longer than 300 ms/],
    ["heap", /it took more memory than its 64 MiB/],
    ["buffers", /Array buffer allocation failed|more memory than its 64 MiB/],
    ["throws", /TypeError: three is no number/],
    ["throwsOddly", /cannot be shown|object Object/],
    ["crash", /its process is gone: it ended with code 7/],
    ["early", /Cannot send at 0 from "early" \(output "out"\): holds 1 or later/],
    ["lies", /refused: it would send at 0 on output "out" and holds (no right|1 or later)/],
    ["port", /it sent to output 4, which is not there/],
    ["gives", /it gives up a right at 0 that it does not hold/],
    ["noMessage", /Cannot read a message: it claims 4294967299 bytes|it claims \d+ bytes/],
    ["huge", /Cannot read a message: it claims 2147483652 bytes/],
    ["unasked", /nobody asked for a turn|more than it may/],
    ["pongs", /a callback took longer than 300 ms/],
    ["endless", /a callback goes on and on and sends nothing|nobody asked for a turn/],
    ["states", /it has more than 64 states|nobody asked/],
    ["rights", /rights, requests or states open at once|nobody asked|holds no right/],
    ["maps", /its values cannot be read/],
    ["kept", /it told counts that are none/],
    ["tasks", /it told a task's turn before its last was taken/],
    ["wrong", /it sent "no integer" on output "out": .*expected number, received string/],
  ])("fails its dataflow, and says why: %s", async (name, why) => {
    // Taking memory up to a limit takes its time.
    const callbackMs = ["heap", "buffers"].includes(name) ? 10_000 : 300;
    const said = await failure(name, { callbackMs, memoryMb: 64 });
    expect(said).toMatch(why);
    expect(said).toContain(`"${name}" (rogue/${name}@1.0.0, isolated`);
  });

  it("leaves another dataflow of the same engine and plugin as it is", async () => {
    const plugins = await rogue({ callbackMs: 300 });
    const alone = await answers(through(plugins, "crash"), [[1, 2], [3], [4]]);
    await using victim = execute(through(plugins, "crash"));
    const bad = ["loop", "crash", "lies"].map((name) =>
      answers(through(plugins, name), EPOCHS).then(() => "well", () => "failed")
    );
    const good = await feed(victim, [[1, 2], [3], [4]]);
    expect(good).toEqual(alone);
    expect(await Promise.all(bad)).toEqual(["failed", "failed", "failed"]);
  });

  it("is held by credits when it sends without end", async () => {
    const plugins = await rogue({ memoryMb: 64 });
    await using run = execute(through(plugins, "flood", { times: 3_000_000 }));
    const before = Deno.memoryUsage().rss;
    let most = 0;
    let count = 0;
    run.handles.out.subscribe((batch) => {
      count += batch.records.length;
      most = Math.max(most, Deno.memoryUsage().rss - before);
    });
    run.handles.n.send([7]);
    run.handles.n.close();
    await run.done;
    expect(count).toBe(3_000_000);
    expect(most).toBeLessThan(100e6);
  });

  it("says things that are shown, and never in full when they are many", async () => {
    const plugins = await rogue();
    expect(await answers(through(plugins, "says"), [[-1]])).toEqual([[0, [-1]]]);
    expect(plugins.said[0]).toBe("said\u001b]0;owned\u0007");
    expect(plugins.said.length).toBeLessThanOrEqual(201);
  });
});

describe("A plugin whose process dies", () => {
  const epochs = Array.from({ length: 8 }, (_unused, epoch) => [epoch, 2 * epoch, 3 * epoch + 1]);
  const expected = epochs.map((records, epoch) => [
    epoch,
    [...records, 1_000_000 + records.reduce((sum, n) => sum + n, 0)],
  ]);

  it.each([5, 1024])("goes on from its last snapshot, taken every %i callbacks", async (every) => {
    const plugins = await rogue({ restarts: 1000, backoffMs: 0, snapshotCalls: every });
    expect(await answers(through(plugins, "fragile"), epochs)).toEqual(expected);
  });

  it("is begun anew three times within a minute, and no more", async () => {
    expect(await failure("crash", { restarts: 3, backoffMs: 1 })).toMatch(
      /its process is gone for the 4th time within a minute: it ended with code 7/,
    );
  });

  it("is not begun anew when it kept what is in no snapshot", async () => {
    const plugins = await rogue({ restarts: 3, backoffMs: 1 });
    await using run = execute(through(plugins, "keeper"));
    const { n, out } = run.handles;
    const reader = out[Symbol.asyncIterator]();
    n.send([1]);
    // Something was taken from it, so that it cannot begin anew from nothing.
    await reader.next();
    n.send([-1]);
    await expect(reader.next()).rejects.toThrow(
      /with it what it kept, of which it makes no snapshots: it ended with code 7/,
    );
  });
});
