import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Closing,
  closings,
  type Event,
  main,
  randomEvents,
} from "../../examples/unordered_input/main.ts";

/** What must be told, by looking through all events before each closing. */
function plainly(epochs: number, events: readonly Event[]): Closing[] {
  return events.flatMap((event, at): Closing[] => {
    if (event.kind !== "close") return [];
    const isOver = (epoch: number, until: number) =>
      Array.from({ length: epoch + 1 }, (_unused, earlier) => earlier).every((earlier) =>
        events.slice(0, until).some(({ kind, epoch }) => kind === "close" && epoch === earlier)
      );
    const counts = Array.from({ length: epochs }, (_unused, epoch) => epoch)
      .filter((epoch) => isOver(epoch, at + 1) && !isOver(epoch, at))
      .map((epoch) => ({
        epoch,
        count: events.filter((each) => each.kind === "record" && each.epoch === epoch).length,
      }));
    return [{ closed: event.epoch, counts: counts.filter(({ count }) => count > 0) }];
  });
}

async function run(
  epochs: number,
  events: readonly Event[],
  options?: Parameters<typeof closings>[2],
): Promise<Closing[]> {
  const found: Closing[] = [];
  for await (const closing of closings(epochs, events, options)) found.push(closing);
  return found;
}

/** Workers that take turns on one thread, in any order, with little room. */
const small = { workers: 3, threads: false, capacity: 2, budget: 1 } as const;

describe("epochs that are open at once", () => {
  it("are told of when all earlier ones are over too, in any order of closing and of work", () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.nat({ max: 30 }),
        fc.nat(),
        async (epochs, records, seed) => {
          const events = randomEvents({ epochs, records, seed });
          const known = plainly(epochs, events);
          expect(known).toHaveLength(epochs);
          expect(await run(epochs, events)).toEqual(known);
          expect(await run(epochs, events, { ...small, policy: { seed } })).toEqual(known);
        },
      ),
      { numRuns: 40 },
    ));

  it.each([1, 2, 3])("are told of alike on %d threads", async (workers) => {
    const events = randomEvents({ epochs: 12, records: 100, seed: 8 });
    expect(await run(12, events, { workers })).toEqual(plainly(12, events));
  });

  it("wait for the first one, and are all told of when it is closed", async () => {
    const records = [2, 0, 1, 2].map((epoch, value): Event => ({ kind: "record", epoch, value }));
    const closes = [2, 1, 0].map((epoch): Event => ({ kind: "close", epoch }));
    expect(await run(3, [...records, ...closes])).toEqual([
      { closed: 2, counts: [] },
      { closed: 1, counts: [] },
      { closed: 0, counts: [0, 1, 2].map((epoch) => ({ epoch, count: epoch === 2 ? 2 : 1 })) },
    ]);
  });

  it("are printed as they are closed", async () => {
    const lines: string[] = [];
    await main(["--epochs", "4", "--records", "9", "--seed", "3"], (line) => lines.push(line));
    const known = plainly(4, randomEvents({ epochs: 4, records: 9, seed: 3 }));
    expect(lines).toHaveLength(4);
    for (const [i, { closed, counts }] of known.entries()) {
      expect(lines[i]).toContain(`epoch ${closed} closed: `);
      for (const { epoch, count } of counts) {
        expect(lines[i]).toContain(`epoch ${epoch} is over with ${count}`);
      }
    }
    await expect(main(["--epochs=-1"], () => {})).rejects.toThrow("Cannot use --epochs -1");
  });
});
