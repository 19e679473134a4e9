/** Sources that have much to send. */
import { describe, expect, it } from "vitest";
import { anyRecord, dataflow, defineOperator, execute } from "../../mod.ts";
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
