import { describe, expect, it } from "vitest";
import { vertexFault } from "../../actors/supervisor.ts";
import type { VertexActor } from "../../actors/vertex_actor.ts";
import { dataflow, Engine, ManualClock, MeanderError, type Running } from "../../mod.ts";
import { causeOf, install, policies } from "./engines.ts";

/** As much of an actor as an error looks at. */
function actorNamed(name: string, site: string | undefined, when: string): VertexActor {
  return { context: { name, site, when } } as unknown as VertexActor;
}

const actor = actorNamed("loop/down", "main.ts:7", " at time [1,2]");

describe("vertexFault", () => {
  it("names the vertex, the place and the time, and keeps what was thrown", () => {
    const cause = new TypeError("x is not a function");
    const fault = vertexFault(actor, cause);
    expect(fault).toBeInstanceOf(MeanderError);
    expect([fault.code, fault.where, fault.cause]).toEqual([
      "MEANDER_OPERATOR_FAILED",
      "loop/down",
      cause,
    ]);
    expect(fault.message).toBe(
      'MEANDER_OPERATOR_FAILED  A callback of "loop/down" (written at main.ts:7) threw at time ' +
        "[1,2]: TypeError: x is not a function. Its state counts as lost: mend the operator and " +
        "run again",
    );
  });

  it("shows whatever is thrown, errors or not", () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    for (
      const [thrown, text] of [["no", '"no"'], [undefined, "undefined"], [null, "null"], [
        { a: 1 },
        '{"a":1}',
      ], [loop, "[object Object]"]]
    ) {
      const fault = vertexFault(actor, thrown);
      expect(fault.message).toContain(`threw at time [1,2]: ${text}. `);
      expect(fault.cause).toBe(thrown);
    }
  });

  it("leaves out a place and a time that are not known", () => {
    const fault = vertexFault(actorNamed("map", undefined, ""), new Error("no"));
    expect(fault.message).toContain('A callback of "map" threw: Error: no');
  });

  it("passes on what the vertex itself has said, and wraps what another one has", () => {
    const own = new MeanderError("MEANDER_RIGHT", "Cannot send", { where: "loop/down" });
    expect(vertexFault(actor, own)).toBe(own);
    const other = new MeanderError("MEANDER_RIGHT", "Cannot send", { where: "up" });
    const fault = vertexFault(actor, other);
    expect([fault.code, fault.where, fault.cause]).toEqual([
      "MEANDER_OPERATOR_FAILED",
      "loop/down",
      other,
    ]);
  });

  it("keeps the code of the core's own errors about times and numbers", () => {
    const fault = vertexFault(
      actor,
      new RangeError("MEANDER_TIME  Cannot advance 5 by [a+1]: why"),
    );
    expect([fault.code, fault.where]).toEqual(["MEANDER_TIME", "loop/down"]);
    expect(fault.message).toBe(
      'MEANDER_TIME  Cannot advance 5 by [a+1]: why, in "loop/down" (written at main.ts:7) ' +
        "at time [1,2]",
    );
    expect(vertexFault(actor, new RangeError("Invalid array length")).code)
      .toBe("MEANDER_OPERATOR_FAILED");
  });
});

/** Fails on the record "bad", in one of the callbacks of a vertex in a loop. */
function failing(callback: string) {
  return dataflow("failing", (root) => {
    const words = root.input<string>("words");
    const result = root.loop("round", (loop) => {
      const again = loop.feedback<string>();
      const all = loop.enter(words).concat(again).unary<string>(
        "picky",
        { interest: "notifications" },
        ({ out, notifyAt, later }) => {
          const fail = (where: string) => {
            if (where === callback) throw new Error(`in ${where}`);
          };
          return {
            receive(batch) {
              if (!batch.rows().includes("bad")) return out.out.forward(batch);
              fail("receive");
              notifyAt(batch.time);
              later(() => fail("task"));
              return true;
            },
            resume: () => fail("resume"),
            notify: () => fail("notify"),
          };
        },
      );
      again.connect(all.filter((word) => word === "more").map(() => "bad"));
      return loop.leave(all);
    });
    return { words, result: result.output("result") };
  });
}

describe("a callback that throws", () => {
  for (const policy of policies.slice(0, 4)) {
    for (const callback of ["receive", "resume", "notify", "task"]) {
      it(`fails its dataflow from ${callback}, policy ${JSON.stringify(policy)}`, async () => {
        const { engine, run } = install(failing(callback), { policy });
        run.handles.words.advanceTo(4);
        run.handles.words.send(["more"]);
        run.handles.words.close();
        engine.run();
        expect([run.status, engine.running, engine.worker.isIdle]).toEqual(["failed", [], true]);
        const cause = await causeOf(run) as MeanderError;
        expect(cause).toBeInstanceOf(MeanderError);
        expect([cause.code, cause.where]).toEqual(["MEANDER_OPERATOR_FAILED", "round/picky"]);
        // A task has no time.
        const when = callback === "task" ? "" : " at time [4,1]";
        expect(cause.message).toMatch(/^MEANDER_OPERATOR_FAILED {2}A callback of "round\/picky"/);
        const { site } = run.actors.find(({ context }) => context.name === cause.where)!.context;
        expect(cause.message).toContain(
          `(written at ${site}) threw${when}: Error: in ${callback}. `,
        );
        await expect(run.handles.result.toArray()).rejects.toBe(cause);
      });
    }
  }

  it("leaves other dataflows of the engine alone, those on the same input included", async () => {
    const engine = new Engine({ clock: new ManualClock() });
    const words = engine.input<string>("words");
    const good = dataflow("good", (root) => ({
      upper: root.input<string>("words").map((word) => word.toUpperCase()).output("upper"),
    }));
    const runs = [
      engine.install(good, { inputs: { words } }),
      engine.install(failing("receive"), { inputs: { words } }) as unknown as Running,
      engine.install(good, { inputs: { words } }),
    ];
    words.send(["a", "bad"]);
    engine.run();
    expect(runs.map(({ status }) => status)).toEqual(["running", "failed", "running"]);
    words.send(["b"]);
    words.close();
    engine.run();
    expect(runs.map(({ status }) => status)).toEqual(["completed", "failed", "completed"]);
    const first = runs[0] as ReturnType<typeof engine.install<typeof good.ports>>;
    expect(await first.handles.upper.toArray()).toEqual(["A", "BAD", "B"]);
  });

  it("is the first only: what fails afterwards changes nothing", async () => {
    const program = dataflow("twice", (root) => {
      const words = root.input<string>("words");
      for (const name of ["one", "two"]) {
        words.map(() => {
          throw new Error(name);
        }, { name });
      }
      return { words };
    });
    const { engine, run } = install(program, { policy: "fifo" });
    run.handles.words.send(["x"]);
    engine.run();
    const cause = await causeOf(run) as MeanderError;
    expect([cause.where, run.status]).toEqual(["one", "failed"]);
    run.cancel();
    expect(run.status).toBe("failed");
  });
});

describe("times beyond the safe integers", () => {
  const endless = (by: number) =>
    dataflow("endless", (root) => {
      const words = root.input<string>("words");
      root.loop("round", (loop) => {
        const again = loop.feedback<string>({ by });
        const all = loop.enter(words).concat(again);
        again.connect(all);
        return all;
      });
      return { words };
    });

  for (const explain of [true, false]) {
    it(`are an error that names the vertex, not a silent drop, explain ${explain}`, async () => {
      const { engine, run } = install(endless(2 ** 52), { explain });
      run.handles.words.send(["x"]);
      run.handles.words.close();
      engine.run();
      expect(run.status).toBe("failed");
      const cause = await causeOf(run) as MeanderError;
      expect([cause.code, cause.where]).toEqual(["MEANDER_TIME", "round/feedback"]);
      expect(cause.message).toContain(`at time [0,${2 ** 52}]`);
      expect(run.dropped).toEqual([]);
    });
  }
});
