/**
 * The central idea of timely dataflow, step by step: which times are still possible where.
 *
 * The graph is the one that explanations of Naiad draw: ingress A, vertices B and C, feedback D,
 * egress E. After each step a table shows every active pointstamp (a time at a port where a message
 * waits or a right to send is held) with two counts of Naiad: its occurrences, and its precursors,
 * that is, how many other active pointstamps could still result in it. Without precursors it is in
 * the frontier: nothing can come before it any more.
 *
 *     deno run --no-prompt examples/loop_graph/main.ts
 *
 * @module
 */
import {
  type Dataflow,
  dataflow,
  Engine,
  formatTable,
  formatTime,
  type Input,
  ManualClock,
  mermaid,
  type Output,
  type PointstampRow,
  pointstamps,
  steps,
  TimeMap,
} from "meander";

/** One line of the story with the state after it. */
export interface Scene {
  /** What happened. */
  readonly caption: string;
  /** What the vertices did, in their own words. */
  readonly remarks: readonly string[];
  /** What is outstanding now. */
  readonly rows: readonly PointstampRow[];
}

/** What the program offers to the outside. */
export type LoopPorts = {
  readonly numbers: Input<number>;
  readonly results: Output<number>;
};

/**
 * A number goes round until it has counted down to 0. B passes on what comes. C keeps the numbers of
 * a time until the time is complete, and then sends each of them less 1, both out and round again.
 */
export function loopProgram(remark: (text: string) => void): Dataflow<LoopPorts> {
  return dataflow("loop graph", (root): LoopPorts => {
    const numbers = root.input<number>("numbers");
    const results = root.loop("loop", (loop) => {
      const entered = loop.enter(numbers, { name: "A" });
      const again = loop.feedback<number>({ name: "D" });
      const all = entered.binary<number, number>(again, "B", {}, ({ out }) => ({
        // Two inputs, because Naiad counts what is under way on each edge by itself.
        receive: {
          left: (batch) => out.out.forward(batch),
          right: (batch) => out.out.forward(batch),
        },
      }));
      const lower = all.unary<number>("C", { interest: "notifications" }, ({ out, notifyAt }) => {
        const kept = new TimeMap<number[]>();
        return {
          receive(batch) {
            remark(
              `C keeps ${[...batch].join(", ")} and asks for a notification at ${
                formatTime(batch.time)
              }`,
            );
            kept.getOrInsert(batch.time, () => []).push(...batch);
            notifyAt(batch.time);
          },
          notify(time) {
            const sent = kept.take(time)!.map((n) => n - 1).filter((n) => n > 0);
            remark(
              sent.length > 0 ? `C sends ${sent.join(", ")} to D and E` : "C has nothing to send",
            );
            out.out.send(time, sent);
          },
        };
      });
      again.connect(lower);
      return loop.leave(lower, { name: "E" });
    });
    return { numbers, results: results.output("results") };
  });
}

/** Sends 2 in epoch 0 and 1 in epoch 1, ends the input, and tells every step that follows. */
export function story(): Scene[] {
  let remarks: string[] = [];
  const scenes: Scene[] = [];
  // A clock that stands still: nothing happens but by the steps below.
  const engine = new Engine({ explain: true, clock: new ManualClock() });
  const running = engine.install(loopProgram((text) => remarks.push(text)));
  const { numbers, results } = running.handles;
  results.subscribe(({ time, records }) =>
    remarks.push(`${records.join(", ")} came out in epoch ${formatTime(time)}`)
  );
  const tell = (caption: string, rows = pointstamps(running)) => {
    scenes.push({ caption, remarks, rows });
    remarks = [];
  };
  const tellSteps = () => {
    for (const { caption, rows } of steps(engine, running)) tell(caption, rows);
  };

  tell("The dataflow is installed: its input may send from epoch 0 on");
  numbers.send([2]);
  tell("The number 2 is sent in epoch 0, which stays open");
  tellSteps();
  // A later epoch may begin before an earlier one has ended.
  numbers.sendAt(1, [1]);
  tell("C has to wait for epoch 0. Meanwhile the number 1 is sent in epoch 1");
  tellSteps();
  numbers.close();
  tell("The input is closed, and with it both epochs");
  tellSteps();
  return scenes;
}

const worthNoticing = `Worth noticing:

 - While the input may still send in an epoch, C is not notified in that epoch,
   although nothing else is left to do.
 - Once the input is closed, both of C's notifications are due. At C's output
   the right at [0,0] precedes the one at [1,0]; but what C sends at [0,0] comes
   back to its input at [0,1], which is not before [1,0]. So nothing can arrive
   there at [1,0] any more: epoch 1 ends while epoch 0 is still going round.`;

/** Prints the graph, then every scene with its table. */
export function main(print: (text: string) => void): void {
  print("The graph, as Mermaid draws it:\n");
  print(mermaid(loopProgram(() => {})));
  story().forEach(({ caption, remarks, rows }, index) => {
    print(`${index}. ${caption}`);
    for (const text of remarks) print(`   ${text}`);
    print("");
    print(`${formatTable(rows).replace(/^/gm, "   ")}\n`);
  });
  print(worthNoticing);
}

if (import.meta.main) main(console.log);
