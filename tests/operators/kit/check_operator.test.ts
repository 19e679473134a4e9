import { describe, expect, it } from "vitest";
import { z } from "zod";
import { coreOperators } from "../../../operators/catalog.ts";
import {
  type AnyOperator,
  anyRecord,
  defineOperator,
  type Instance,
  type OperatorContext,
  type Ports,
} from "../../../operators/contract/definition.ts";
import { TimeMap } from "../../../operators/contract/time_map.ts";
import { checkOperator } from "../../../operators/kit/check_operator.ts";
import { subjects } from "../../conformance/subjects.ts";
import { Random } from "../../oracle/random.ts";

type Context = OperatorContext<unknown, Ports>;

/** An operator that sums numbers by time, with parts exchanged that are wrong. */
function sum(
  parts: Partial<AnyOperator>,
  create?: (context: Context, totals: TimeMap<number>, right: Instance<Ports>) => object,
): AnyOperator {
  return defineOperator<unknown, Ports, Ports>({
    name: "sum",
    version: "1.0.0",
    summary: "Sums",
    config: z.strictObject({}),
    inputs: { in: z.number() },
    outputs: { out: z.number() },
    interest: "notifications",
    state: { version: 1, schema: z.array(z.tuple([z.unknown(), z.number()])) },
    ...parts,
    create: (context) => {
      const totals = new TimeMap<number>();
      const right: Instance<Ports> = {
        receive: {
          in(batch) {
            if (!totals.has(batch.time)) context.notifyAt(batch.time);
            for (const n of batch) totals.update(batch.time, 0, (total) => total + (n as number));
          },
        },
        notify: (time) => context.out.out.send(time, [totals.take(time)!]),
        size: () => ({ records: totals.size, bytes: 8 * totals.size }),
        snapshot: () => [...totals],
        restore: (state) => totals.load(state as [number, number][]),
      };
      return { ...right, ...create?.(context, totals, right) } as Instance<Ports>;
    },
  });
}

describe("checkOperator", () => {
  it("has nothing to say of an operator that keeps the laws", () => {
    const { runs, notes } = checkOperator(sum({}));
    expect(runs).toBeGreaterThan(150);
    expect(notes).toEqual([]);
    expect(checkOperator(coreOperators.concat).notes).toEqual([
      "it has no state: snapshots were not checked",
    ]);
  });

  it("has nothing to say of the operators of the core that answer at once", () => {
    let checked = 0;
    for (const { name, operator, config, record, depths, isAsynchronous } of subjects) {
      if (isAsynchronous === true) continue;
      const random = new Random(1);
      const given = config(random);
      const { per } = operator.config.parse(given) as { readonly per?: unknown };
      const inputs = Object.fromEntries(
        Object.keys(operator.inputs).map((input) => [
          input,
          Array.from({ length: 8 }, () => record?.(random, input) ?? random.between(-4, 4)),
        ]),
      );
      const { runs, notes } = checkOperator(operator, {
        config: given,
        inputs,
        runs: 2,
        ...(depths === undefined ? {} : { depths }),
        keepsForever: per === "forever",
      });
      if (runs === 0) expect(notes.join(), name).toContain("later turns");
      else checked++;
    }
    expect(checked).toBeGreaterThan(subjects.length * 0.8);
  });

  it.each([
    [
      "forgets in its snapshot",
      sum({}, () => ({ snapshot: () => [] })),
      /from its snapshot after \d batches it (sends|fails)/,
    ],
    [
      "has a snapshot that does not fit",
      sum({ state: { version: 1, schema: z.array(z.string()) } }),
      /its snapshot does not fit its state's schema at \/0/,
    ],
    [
      "sends for each batch",
      sum(
        {},
        ({ out }) => ({
          receive: {
            in: (batch: { time: number; length: number }) =>
              out.out.send(batch.time, [batch.length]),
          },
        }),
      ),
      /in batches of one record it sends 1/,
    ],
    [
      "depends on the order of times",
      sum({ state: undefined as never }, ({ out }) => {
        let all = 0;
        return {
          receive: {
            in(batch: { time: number } & Iterable<number>) {
              for (const n of batch) out.out.send(batch.time, [all += n]);
            },
          },
        };
      }),
      /in another order it sends/,
    ],
    [
      "reads rows only",
      sum({}, ({ out }) => ({
        receive: {
          in: (batch: { time: number; data: unknown; length: number }) =>
            out.out.send(batch.time, Array.isArray(batch.data) ? [...batch.data] : []),
        },
      })),
      /in columns it sends/,
    ],
    [
      "keeps what is over",
      sum({}, (_context, totals) => ({ size: () => ({ records: totals.size + 1, bytes: 8 }) })),
      /it still keeps \{"records":1,"bytes":8\} when all times are complete/,
    ],
    [
      "keeps a right",
      sum({}, ({ retain }) => ({ receive: { in: () => void retain() } })),
      /as usual it fails: Operator "sum" still holds a capability at /,
    ],
    [
      "sends what does not fit",
      sum({ outputs: { out: z.int().max(3) } }),
      /it sends \d+ on "out", which does not fit: Too big/,
    ],
    [
      "never goes on where it gave way",
      sum(
        {},
        (context, _totals, right) => ({
          receive: (right as { receive: object }).receive,
          notify: (time: number) => {
            context.out.out.send(time, [1]);
            return true;
          },
        }),
      ),
      /needs a resume callback and has none/,
    ],
    [
      "is another one the second time",
      (() => {
        let calls = 0;
        return sum({}, ({ out }) => ({
          receive: { in: (batch: { time: number }) => out.out.send(batch.time, [calls++]) },
        }));
      })(),
      /as usual, a second time it sends/,
    ],
  ])("finds one that %s", (_what, operator, said) => {
    expect(() => checkOperator(operator)).toThrow(said);
    expect(() => checkOperator(operator)).toThrow(
      /^MEANDER_LAW {2}Operator "sum" breaks the laws\n {2}- seed \d+: /,
    );
  });

  it("leaves alone what its author says, and what answers later", () => {
    const ordered = sum({}, ({ out }) => {
      let all = 0;
      return {
        receive: {
          in(batch: { time: number } & Iterable<number>) {
            for (const n of batch) out.out.send(batch.time, [all += n]);
          },
        },
        snapshot: () => [[0, all]],
        restore: ([[, saved]]: [[number, number]]) => void (all = saved),
        size: () => ({ records: 1, bytes: 8 }),
      };
    });
    expect(() => checkOperator(ordered, { keepsForever: true })).toThrow("in another order");
    expect(() => checkOperator(ordered, { order: "given" })).toThrow("still keeps");
    expect(checkOperator(ordered, { order: "given", keepsForever: true }).runs).toBeGreaterThan(9);
    const late = sum({}, ({ later }) => ({ receive: { in: () => later(() => {}) } }));
    expect(checkOperator(late)).toEqual({
      runs: 0,
      notes: ["its results come in later turns (it uses later or after): write a test of its own"],
    });
    const wrong = { config: { a: 1 } } as never;
    expect(() => checkOperator(sum({ inputs: { in: anyRecord } }), wrong)).toThrow(
      /MEANDER_TEST.*Cannot make operator "sum"/,
    );
  });
});
