import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Agenda } from "../../../operators/windows/agenda.ts";

describe("Agenda", () => {
  it("gives what is to be done in the order of times, each time once, up to the limit", () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(20)), { maxLength: 60, size: "max" });
    fc.assert(
      fc.property(steps, (list) => {
        const agenda = new Agenda<{ time: number; count: number }>((time) => ({ time, count: 0 }));
        const model = new Map<number, number>();
        for (const [isTaken, time] of list) {
          if (isTaken) {
            const first = Math.min(...model.keys());
            const expected = first <= time ? { time: first, count: model.get(first) } : undefined;
            expect(agenda.takeFirst(time)).toEqual(expected);
            if (first <= time) model.delete(first);
          } else {
            agenda.at(time).count++;
            model.set(time, (model.get(time) ?? 0) + 1);
          }
          expect(agenda.size).toBe(model.size);
          expect(agenda.has(time)).toBe(model.has(time));
          expect(Array.from(agenda, (each) => [each.time, each.count])).toEqual([...model]);
        }
      }),
    );
  });
});
