import { describe, expect, it } from "vitest";
import { dataflow, execute } from "../../../mod.ts";
import type { Capability, Progressed } from "../../../operators/contract/definition.ts";
import { unaryOperator } from "../../../operators/generic.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";

/** Work outside, in the test's hands: whoever started it is told when the test says so. */
class Outside {
  readonly #waiting: { key: string; answer: (result: string) => void }[] = [];
  signal: AbortSignal | undefined;

  start(key: string, answer: (result: string) => void): void {
    this.#waiting.push({ key, answer });
  }

  get waiting(): string[] {
    return this.#waiting.map(({ key }) => key);
  }

  finish(key: string): void {
    const at = this.#waiting.findIndex((work) => work.key === key);
    const [{ answer }] = this.#waiting.splice(at, 1);
    answer(key.toUpperCase());
  }
}

/** Looks every record up outside, and sends the answer at the record's own time. */
const lookup = (outside: Outside, broken = "") =>
  unaryOperator<string, string>("lookup", {}, ({ out, retain, later, signal }) => ({
    receive(batch) {
      outside.signal = signal;
      for (const key of batch) {
        const right: Capability = retain();
        outside.start(key, (result) =>
          later((): Progressed => {
            if (key === broken) throw new Error(`no answer for ${key}`);
            out.out.send(right.time, [result]);
            right.drop();
          }));
      }
    },
  }));

describe("later (asynchronous work in the test kit)", () => {
  it("sends the result at the time whose right was retained, whenever it comes", () => {
    const outside = new Outside();
    const test = new OperatorTest(lookup(outside), {});
    test.send("in", 0, ["a", "b"]);
    test.send("in", 1, ["c"]);
    test.advance("in", []);
    expect(test.rights).toEqual([0, 0, 1]);
    for (const key of ["c", "a", "b"]) outside.finish(key);
    expect(test.batches("out")).toEqual([
      { time: 1, records: ["C"] },
      { time: 0, records: ["A"] },
      { time: 0, records: ["B"] },
    ]);
    expect(test.rights).toEqual([]);
    expect(outside.signal!.aborted).toBe(false);
    test.finish();
    expect(outside.signal!.aborted).toBe(true);
  });

  it("runs a task in a turn of its own, after the callback that asked", () => {
    const order: string[] = [];
    const operator = unaryOperator<string, string>("order", {}, ({ later }) => ({
      receive() {
        later(() => void order.push("task"));
        order.push("receive");
      },
    }));
    new OperatorTest(operator, {}).send("in", 0, ["x"]);
    expect(order).toEqual(["receive", "task"]);
  });

  it("gives a task no right of its own", () => {
    const operator = unaryOperator<string, string>("greedy", {}, ({ out, later }) => ({
      receive: () => later(() => out.out.send(0, ["x"])),
    }));
    const test = new OperatorTest(operator, {});
    expect(() => test.send("in", 0, ["x"])).toThrow(/Cannot send at 0.*holds no right/);
  });
});

const program = (outside: Outside, broken?: string) =>
  dataflow("lookups", (root) => {
    const keys = root.input<string>("keys");
    const answers = keys.apply(lookup(outside, broken), {});
    return { keys, answers: answers.output("answers"), probe: answers.probe() };
  });

describe("later (asynchronous work in a dataflow)", () => {
  it("keeps a time open until its last answer was sent", async () => {
    const outside = new Outside();
    await using run = execute(program(outside));
    const { keys, answers, probe } = run.handles;
    keys.send(["a", "b"]);
    keys.advanceTo(1);
    keys.send(["c"]);
    keys.close();
    await run.idle();
    outside.finish("c");
    outside.finish("b");
    await run.idle();
    expect(probe.frontier).toEqual([0]);
    expect(run.status).toBe("running");
    outside.finish("a");
    expect((await answers.toArray()).sort()).toEqual(["A", "B", "C"]);
    await run.done;
    expect(outside.signal!.aborted).toBe(true);
  });

  it("fails the dataflow with the vertex's name when a task throws", async () => {
    const outside = new Outside();
    await using run = execute(program(outside, "b"));
    run.handles.keys.send(["a", "b"]);
    await run.idle();
    outside.finish("b");
    await expect(run.done).rejects.toThrow(/A callback of "lookup".* threw: .*no answer for b/);
    outside.finish("a");
    expect(run.status).toBe("failed");
  });

  it("aborts the signal when cancelled, after every vertex was stopped, and ignores late tasks", async () => {
    const outside = new Outside();
    await using run = execute(program(outside));
    run.handles.keys.send(["a"]);
    await run.idle();
    let status = "";
    outside.signal!.addEventListener("abort", () => {
      status = run.status;
      outside.finish("a");
    });
    run.cancel();
    expect(status).toBe("cancelled");
    expect(outside.waiting).toEqual([]);
    await expect(run.handles.answers.toArray()).rejects.toThrow("MEANDER_ABORTED");
  });

  it("does not end while a task waits in the mailbox, capability or not", async () => {
    let ran = false;
    const operator = unaryOperator<string, string>("tidying", {}, ({ later }) => ({
      receive: () => later(() => void (ran = true)),
    }));
    const tidying = dataflow("tidying", (root) => {
      const words = root.input<string>("words");
      return { words, out: words.apply(operator, {}).output("out") };
    });
    await using run = execute(tidying);
    run.handles.words.send(["x"]);
    run.handles.words.close();
    await run.done;
    expect(ran).toBe(true);
  });
});
