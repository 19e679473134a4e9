/**
 * The process that is looked at: runs a program that makes much of little and sends it round a loop, with a gate or
 * without, and tells its memory every few milliseconds, a line `milliseconds bytes` for each look.
 *
 *     deno run --allow-read=. _tools/plot_run.ts with|without
 */
import { dataflow, execute, faucet, range, type Scope, type Stream } from "../mod.ts";

/** Numbers that are sent, each expanded to as many records. */
const NUMBERS = 4_000;

interface Item {
  readonly from: number;
  readonly index: number;
  readonly left: number;
}

/** Every number becomes as many records, each of which goes once round a loop. */
function expand(some: Stream<number>, scope: Scope): Stream<Item> {
  const items = some.flatMap((from) => range(0, from)).map((index): Item => ({
    from: index,
    index,
    left: 1,
  }));
  return scope.loop("once", (loop) => {
    const again = loop.feedback<Item>();
    const all = loop.enter(items).concat(again);
    again.connect(all.filter(({ left }) => left > 0).map((item) => ({ ...item, left: 0 })));
    return loop.leave(all.filter(({ left }) => left === 0));
  });
}

const isGated = Deno.args[0] === "with";
const program = dataflow("expansion", (root) => {
  const numbers = root.input<number>("numbers");
  const made = isGated
    ? faucet(root, numbers, { batch: 10, inFlight: 2 }, expand)
    : expand(numbers, root);
  return { numbers, records: made.count().output("records") };
});

const started = performance.now();
let last = "";
function look(): void {
  const ms = Math.round(performance.now() - started);
  last = `${ms} ${Deno.memoryUsage().rss}`;
  console.log(last);
}
const timer = setInterval(look, 10);
await using run = execute(program);
run.handles.numbers.send([...range(0, NUMBERS)]);
run.handles.numbers.close();
const [records] = await run.handles.records.toArray();
clearInterval(timer);
look();
const expected = NUMBERS * (NUMBERS - 1) / 2;
if (records !== expected) throw new Error(`made ${records} records instead of ${expected}`);
