/**
 * What once told a chain from vertices that run by themselves.
 * @module
 */

import { expect, it } from "vitest";
import { z } from "zod";
import {
  anyRecord,
  type Capability,
  type Connection,
  dataflow,
  defineOperator,
  Summary,
  type Time,
} from "../../mod.ts";
import { buffersOut, install } from "../actors/engines.ts";

/** An operator in the short form, with what a test says of it. */
const transforming = (name: string, connects: readonly Connection[], transform: unknown) =>
  defineOperator({
    name,
    version: "1.0.0",
    summary: "For tests",
    config: z.strictObject({}),
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    connects,
    create: () => ({ transform: transform as never }),
  });

for (const chains of [false, true]) {
  it(`chains: a transform that moves times gets the same time either way, chains ${chains}`, () => {
    const times: Time[] = [];
    const later = transforming("later", [["in", "out", Summary.feedback(1, 5)]], {
      length: 0,
      faultIndex: -1,
      apply(
        this: { length: number },
        data: unknown,
        length: number,
        time: Time,
      ) {
        this.length = length;
        times.push(time);
        return data;
      },
    });
    const program = dataflow("moved", (root) => {
      const words = root.input<string>("words");
      words.apply(later, {}).inspect((_word, time) => void times.push(time));
      return { words };
    });
    const { engine, run } = install(program, { chains });
    run.handles.words.send(["a"]);
    engine.run();
    expect(times).toEqual([0, 5]);
  });
  it(`chains: a transform whose ports are not connected has no right to send, chains ${chains}`, () => {
    const times: Time[] = [];
    const cut = transforming("cut", [], {
      length: 1,
      faultIndex: -1,
      apply: (data: unknown) => data,
    });
    const program = dataflow("cut", (root) => {
      const words = root.input<string>("words");
      words.apply(cut, {}).inspect((_word, time) => void times.push(time));
      return { words };
    });
    expect(() => install(program, { chains })).toThrow(
      'no way from "in" to "out". Declare the connection, or write callbacks',
    );
    expect(times).toEqual([]);
  });
  it(`chains: a capability belongs to one vertex, chains ${chains}`, async () => {
    let capability: Capability;
    const program = dataflow("capabilities", (root) => {
      const words = root.input<string>("words");
      words.unary<string>("holder", {}, ({ out, retain }) => ({
        receive(batch) {
          capability = retain();
          out.out.forward(batch);
        },
      })).map(() => capability.drop(), { name: "thief" });
      return { words };
    });
    const { engine, run } = install(program, { chains });
    run.handles.words.send(["a"]);
    engine.run();
    expect(run.status).toBe("failed");
    await expect(run.done).rejects.toThrow('"thief"');
  });
  it(`chains: gives buffers back when a time cannot be moved, chains ${chains}`, () => {
    const later = transforming("later", [["in", "out", Summary.feedback(1, 5)]], {
      length: 1,
      faultIndex: -1,
      apply: (data: unknown) => data,
    });
    const program = dataflow("moved", (root) => {
      const words = root.input<number>("words");
      const mapped = words.map((n) => n + 1);
      mapped.apply(later, {}).inspect(() => {});
      // A port that is watched is not merged: the overflow happens within the row.
      return { words, probe: mapped.probe() };
    });
    const { engine, run } = install(program, { chains, explain: false });
    run.handles.words.sendAt(Number.MAX_SAFE_INTEGER, new Int32Array(100));
    engine.run();
    expect(run.status).toBe("failed");
    expect(buffersOut(engine)).toBe(0);
  });
}
