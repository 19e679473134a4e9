/**
 * Loops whose records meet by key on all workers.
 *
 * @module
 */
import { type Dataflow, dataflow, type Input, type Output, type Stream } from "../../../mod.ts";

/** An edge of a graph, from and to. */
export type Edge = readonly [number, number];

/** Pairs of a node and a node that can be reached from it, each pair once in each epoch. */
export const reachability: Dataflow<{ edges: Input<Edge>; pairs: Output<Edge> }> = dataflow(
  "reachability",
  (root) => {
    const edges = root.input<Edge>("edges", { source: "split" });
    const pairs = root.loop("reach", (loop) => {
      const entered = loop.enter(edges);
      const again = loop.feedback<Edge>();
      const known = entered.concat(again).distinct({ per: "epoch" });
      again.connect(known.join(entered, {
        leftKey: ([, to]) => to,
        rightKey: ([from]) => from,
        value: ([from], [, to]): Edge => [from, to],
        per: "epoch",
      }));
      return loop.leave(known);
    });
    return { edges, pairs: pairs.output("pairs") };
  },
);

/** A node and the least node of its component. */
export const components: Dataflow<{ edges: Input<Edge>; labels: Output<Edge> }> = dataflow(
  "components",
  (root) => {
    const edges = root.input<Edge>("edges");
    const both = edges.flatMap(([a, b]): Edge[] => [[a, b], [b, a]]);
    const labels = root.loop("spread", (loop) => {
      const entered = loop.enter(both);
      const own = entered.map(([a]): Edge => [a, a]);
      const again = loop.feedback<Edge>();
      const better = leastOf(own.concat(again));
      again.connect(better.join(entered, {
        leftKey: ([node]) => node,
        rightKey: ([from]) => from,
        value: ([, label], [, to]): Edge => [to, label],
        per: "epoch",
      }));
      return loop.leave(better);
    });
    const least = labels.aggregate({
      key: ([node]) => node,
      initial: () => Infinity,
      fold: (least, [, label]) => Math.min(least, label),
      emit: (node, label): Edge => [node, label],
    });
    return { edges, labels: least.output("labels") };
  },
);

/** Labels that are less than every one that its node had before. */
function leastOf(labels: Stream<Edge>): Stream<Edge> {
  const pacts = { in: { kind: "exchange", key: ([node]: Edge) => node } } as const;
  return labels.unary<Edge>("least", { pacts }, ({ out }) => {
    const least = new Map<number, number>();
    return {
      receive(batch) {
        for (const [node, label] of batch) {
          if (label >= (least.get(node) ?? Infinity)) continue;
          least.set(node, label);
          out.out.push(batch.time, [node, label]);
        }
      },
    };
  });
}

/** A number, the rounds of the outer loop and of the inner one that it took, and the worker. */
export interface Rounds {
  readonly start: number;
  readonly now: number;
  readonly outer: number;
  readonly inner: number;
}

/** Collatz: the inner loop halves while it can, the outer one multiplies; each step on another worker. */
export const collatz: Dataflow<{ numbers: Input<number>; ends: Output<Rounds> }> = dataflow(
  "collatz",
  (root) => {
    const numbers = root.input<number>("numbers");
    const starts = numbers.map((n): Rounds => ({ start: n, now: n, outer: 0, inner: 0 }));
    const ends = root.loop("outer", (outer) => {
      const multiplied = outer.feedback<Rounds>();
      const odd = outer.loop("inner", (inner) => {
        const halved = inner.feedback<Rounds>();
        const all = inner.enter(outer.enter(starts).concat(multiplied)).concat(halved)
          .exchange(({ now }) => now);
        halved.connect(
          all.filter(({ now }) => now % 2 === 0)
            .map((r) => ({ ...r, now: r.now / 2, inner: r.inner + 1 })),
        );
        return inner.leave(all.filter(({ now }) => now % 2 === 1));
      });
      multiplied.connect(
        odd.filter(({ now }) => now > 1)
          .map((r) => ({ ...r, now: 3 * r.now + 1, outer: r.outer + 1 })),
      );
      return outer.leave(odd.filter(({ now }) => now === 1));
    });
    return { numbers, ends: ends.output("ends") };
  },
);

/** Numbers that go down by one in each round, but no more than ten times. */
export const limited: Dataflow<{ numbers: Input<number>; all: Output<number> }> = dataflow(
  "limited",
  (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    const all = root.loop("down", (loop) => {
      const again = loop.feedback<number>({ name: "again", maxIterations: 10 });
      const all = loop.enter(numbers).concat(again).exchange((n) => n);
      again.connect(all.filter((n) => n > 0).map((n) => n - 1));
      return loop.leave(all);
    });
    return { numbers, all: all.output("all") };
  },
);
