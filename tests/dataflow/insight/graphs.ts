import { type Dataflow, dataflow, type Output } from "meander";

/** A loop in a loop, beside a region. */
export function nestedLoops(): Dataflow<{ readonly out: Output<number> }> {
  return dataflow("nested", (root) => {
    const numbers = root.input<number>("numbers");
    const out = root.loop("outer", (outer) => {
      const again = outer.feedback<number>({ by: 3 });
      const entered = outer.enter(numbers).concat(again);
      const inner = outer.loop("inner", (loop) => {
        const round = loop.feedback<number>({ name: "round" });
        const all = loop.enter(entered).concat(round);
        round.connect(all.filter((n) => n > 0, { name: "positive" }));
        return loop.leave(all);
      });
      again.connect(outer.region("box", (box) => box.within(inner).map((n) => n - 1)));
      return outer.leave(inner);
    });
    return { out: out.output("out") };
  });
}
