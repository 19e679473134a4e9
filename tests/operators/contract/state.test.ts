import type { z } from "zod";
import { describe, expect, it } from "vitest";
import type { Per, State } from "../../../operators/contract/state.ts";
import { unaryOperator } from "../../../operators/generic.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import type { Time } from "../../../progress/time.ts";

interface Bench {
  readonly test: OperatorTest<
    Record<string, never>,
    { readonly in: z.ZodType<unknown> },
    { readonly out: z.ZodType<unknown> }
  >;
  readonly made: Time[];
  readonly state: () => State<unknown[]>;
}

/** An operator that keeps its batches in a state and answers on notification with what it finds. */
function keeping(per: Per, depth: number, rootDepth = 1): Bench {
  const made: Time[] = [];
  let kept!: State<unknown[]>;
  const operator = unaryOperator<unknown, unknown>(
    "keeping",
    { interest: "notifications" },
    ({ out, notifyAt, state }) => {
      kept = state<unknown[]>({
        per,
        create: (prefix) => {
          made.push(prefix);
          return [];
        },
      });
      return {
        receive(batch) {
          kept.at(batch.time).push(...batch);
          notifyAt(batch.time);
        },
        notify: (time) => out.out.send(time, [[...kept.peek(time) ?? ["lost"]]]),
      };
    },
  );
  return {
    test: new OperatorTest(operator, {}, { depth, rootDepth }),
    made,
    state: () => kept,
  };
}

const send = ({ test }: Bench, time: Time, record: string) => test.send("in", time, [record]);
const advance = ({ test }: Bench, ...frontier: Time[]) => test.advance("in", frontier);

describe("State (state over times: dropped when its prefix is complete)", () => {
  it("belongs to each time by default", () => {
    const bench = keeping("time", 2);
    send(bench, [0, 0], "a");
    send(bench, [0, 1], "b");
    expect(bench.state().size).toBe(2);
    advance(bench, [0, 1]);
    expect(bench.state().size).toBe(1);
    expect(bench.test.sent("out")).toEqual([["a"]]);
    bench.test.finish();
    expect(bench.state().size).toBe(0);
  });

  it("belongs to the epoch, however deep the loop, and goes after the last notification of it", () => {
    const bench = keeping("epoch", 3);
    send(bench, [0, 4, 1], "a");
    send(bench, [1, 0, 0], "b");
    expect(bench.made).toEqual([0, 1]);
    advance(bench, [0, 4, 2], [0, 5, 0], [1, 0, 0]);
    expect(bench.state().size).toBe(2);
    send(bench, [0, 7, 0], "c");
    advance(bench, [1, 0, 0]);
    expect(bench.test.sent("out")).toEqual([["a"], ["a", "c"]]);
    expect([...bench.state()].map(([prefix]) => prefix)).toEqual([1]);
  });

  it("counts all coordinates of a root with several as the epoch", () => {
    const bench = keeping("epoch", 3, 2);
    send(bench, [0, 1, 5], "a");
    send(bench, [0, 2, 5], "b");
    expect(bench.made).toEqual([[0, 1], [0, 2]]);
    advance(bench, [0, 2, 0], [1, 0, 0]);
    expect([...bench.state()].map(([prefix]) => prefix)).toEqual([[0, 2]]);
  });

  it("belongs to a prefix of so many coordinates", () => {
    const bench = keeping(2, 3);
    for (const time of [[0, 0, 0], [0, 0, 5], [0, 1, 0]]) send(bench, time, "x");
    expect(bench.made).toEqual([[0, 0], [0, 1]]);
    advance(bench, [0, 0, 6], [0, 1, 0]);
    expect(bench.state().size).toBe(2);
    advance(bench, [0, 1, 0]);
    expect([...bench.state()].map(([prefix]) => prefix)).toEqual([[0, 1]]);
  });

  it("takes a prefix longer than the time for the time itself", () => {
    const bench = keeping(5, 1);
    send(bench, 3, "a");
    advance(bench, 4);
    expect(bench.state().size).toBe(0);
    expect(bench.test.sent("out")).toEqual([["a"]]);
  });

  it("stays for ever when it is told to", () => {
    const bench = keeping("forever", 2);
    send(bench, [0, 1], "a");
    send(bench, [3, 0], "b");
    expect(bench.made).toEqual([0]);
    bench.test.finish();
    expect(bench.state().at([9, 9])).toEqual(["a", "b"]);
  });

  it("begins anew for a time of a prefix that was dropped", () => {
    const bench = keeping("epoch", 2);
    send(bench, [0, 0], "a");
    const before = bench.state().at([0, 0]);
    bench.state().drop([0, 3]);
    expect(bench.state().peek([0, 0])).toBe(undefined);
    send(bench, [0, 0], "b");
    expect(bench.state().at([0, 0])).toEqual(["b"]);
    expect(bench.made).toEqual([0, 0]);
    expect(before).toEqual(["a"]);
  });

  it("needs an interest in notifications, but for ever it needs none", () => {
    const never = (per: Per) =>
      unaryOperator("never", {}, ({ state }) => {
        state({ per, create: () => 0 });
        return { receive: () => {} };
      });
    for (const per of ["time", "epoch", 1] as const) {
      expect(() => new OperatorTest(never(per), {})).toThrow(`keep state per ${per} in "never"`);
    }
    expect(new OperatorTest(never("forever"), {}).rights).toEqual([]);
  });
});
