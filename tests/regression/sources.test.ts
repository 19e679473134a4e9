/** Sources that have much to send. */
import { describe, expect, it } from "vitest";
import {
  anyRecord,
  type Capability,
  dataflow,
  defineOperator,
  Engine,
  execute,
  ManualClock,
  range,
  steps,
} from "../../mod.ts";
import { z } from "zod";

describe("a source that gives way", () => {
  it("does not keep back what is complete meanwhile", async () => {
    const EPOCHS = 5_000;
    let sent = 0;
    let most = 0;
    const source = defineOperator({
      name: "epochs",
      version: "1.0.0",
      summary: "One record in each of many epochs",
      config: z.strictObject({}),
      inputs: {},
      outputs: { out: anyRecord },
      create: ({ out, retain, later }) => {
        const right = retain();
        const run = (): boolean => {
          while (sent < EPOCHS) {
            if (out.out.isFull) return true;
            out.out.send(right.time, [sent]);
            right.downgrade(++sent);
          }
          right.drop();
          return false;
        };
        later(run);
        return { receive: {}, resume: run };
      },
    });
    const program = dataflow("epochs", (root) => {
      const { out } = root.vertex(source, { config: {}, inputs: {} });
      const counted = out.count().inspect((_count, time) => {
        most = Math.max(most, sent - (time as number));
      });
      return { counts: counted.output("counts") };
    });
    await using run = execute(program, { workers: 1 });
    expect((await run.handles.counts.toArray()).length).toBe(EPOCHS);
    // A slice of the source, and not all that it has.
    expect(most).toBeLessThanOrEqual(10);
  });
});

describe("a vertex that works by itself", () => {
  it("is resumed before more comes along its edges, which would have to wait in it", async () => {
    const RECORDS = 50_000;
    let sent = 0;
    let came = 0;
    let most = 0;
    const program = dataflow("backlog", (root) => {
      const numbers = root.input<number>("numbers");
      const many = numbers.flatMap((n) => range(0, n)).inspectBatch((_time, records) => {
        sent += records.length;
        most = Math.max(most, sent - came);
      });
      const answers = many.unary<number>("answers", {}, ({ out, later, retain }) => {
        let right: Capability | undefined;
        let left = RECORDS;
        const run = (): boolean => {
          for (; left > 0; left--) {
            if (out.out.isFull) return true;
            out.out.push(right!.time, left);
          }
          right!.drop();
          return false;
        };
        return {
          receive(batch) {
            came += batch.length;
            if (right !== undefined) return;
            right = retain();
            later(run);
          },
          resume: run,
        };
      });
      return { numbers, total: answers.count().output("total") };
    });
    await using run = execute(program, { workers: 1 });
    run.handles.numbers.send([1]);
    run.handles.numbers.send([RECORDS]);
    run.handles.numbers.close();
    expect(await run.handles.total.toArray()).toEqual([RECORDS]);
    // One batch, and not all that flatMap has.
    expect(most).toBeLessThanOrEqual(1024);
  });

  it("does not keep back what is complete by putting off one task after the other", async () => {
    const TASKS = 1_000;
    let tasks = 0;
    const program = dataflow("tasks", (root) => {
      const numbers = root.input<number>("numbers");
      numbers.unary<number>("busy", {}, ({ later }) => {
        const again = (): void => {
          if (++tasks < TASKS) later(again);
        };
        later(again);
        return { receive() {} };
      });
      const told = numbers.unaryNotify<number>("told", {}, ({ out, notifyAt }) => ({
        receive: ({ time }) => notifyAt(time),
        notify: (time) => out.out.send(time, [tasks]),
      }));
      return { numbers, told: told.output("told") };
    });
    await using run = execute(program, { workers: 1 });
    run.handles.numbers.send([1]);
    run.handles.numbers.close();
    const [at] = await run.handles.told.toArray();
    expect(at).toBeLessThan(10);
  });

  it("does not keep back what is complete as a paced source that may be far ahead", async () => {
    const EPOCHS = 1_000;
    let sent = 0;
    let most = 0;
    const program = dataflow("ahead", (root) => {
      const done = root.feedback<number>({ by: 0 });
      const epochs = root.source<number>(
        "epochs",
        { done, ahead: EPOCHS },
        ({ out, capability }) => () => {
          out.push(capability.time, sent++);
          if (sent === EPOCHS) return false;
          capability.downgrade(sent);
          return true;
        },
      );
      const counted = epochs.count().inspect((_count, time) => {
        most = Math.max(most, sent - (time as number));
      });
      done.connect(counted);
      return { counts: counted.output("counts") };
    });
    await using run = execute(program, { workers: 1 });
    expect((await run.handles.counts.toArray()).length).toBe(EPOCHS);
    expect(most).toBeLessThanOrEqual(10);
  });

  it("is named in the steps of an engine, each time that it goes on", () => {
    const program = dataflow("steps", (root) => ({ out: root.toStream([1, 2]).output("out") }));
    const engine = new Engine({ explain: true, capacity: 1, budget: 1, clock: new ManualClock() });
    const run = engine.install(program);
    run.handles.out.subscribe(() => {});
    const captions = Array.from(steps(engine, run), ({ caption }) => caption)
      .filter((caption) => caption.startsWith("toStream"));
    expect(captions).toEqual([
      "toStream does a task that it was given",
      "toStream does a task that it was given",
    ]);
  });
});
