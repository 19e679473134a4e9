import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fifo } from "../../../operators/async/fifo.ts";

describe("Fifo", () => {
  it("does what an array does, also when much was taken", () => {
    const runs = fc.array(fc.tuple(fc.nat(3000), fc.nat(3000)), { maxLength: 8 });
    fc.assert(fc.property(runs, (pairs) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      let next = 0;
      for (const [pushes, shifts] of pairs) {
        for (let i = 0; i < pushes; i++) {
          fifo.push(next);
          model.push(next++);
        }
        for (let i = 0; i < shifts; i++) {
          if (fifo.peek() !== model[0] || fifo.shift() !== model.shift()) {
            expect(i).toBe("in order");
          }
        }
        expect(fifo.length).toBe(model.length);
      }
    }));
  });
});
