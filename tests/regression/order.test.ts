/**
 * Orders that production once got wrong: entries of one edge, tasks, notifications.
 * @module
 */

import { expect, it } from "vitest";
import { type Capability, dataflow, range, type Time } from "../../mod.ts";
import { install } from "../actors/engines.ts";

it("order along an edge: holds for what a notification sends while older entries wait (forced tracker turn)", () => {
  const order: unknown[] = [];
  let calls = 0;
  const program = dataflow("order", (root) => {
    const words = root.input<string>("words");
    const sender = words.unary<string>("sender", {
      interest: "notifications",
    }, (context) => ({
      receive({ time }) {
        context.out.out.send(time, ["first"]);
        context.out.out.send(time, ["second"]);
        // Complete already: due in the tracker's next turn.
        context.notifyAt(0, { capability: time });
      },
      notify: () => context.out.out.send(1, ["third"]),
    }));
    const seen = sender.inspect((word) => void order.push(word));
    // The first word makes much work.
    seen.filter((word) => word === "first").flatMap(() => range(0, 6000))
      .inspect(() => void calls++);
    return { words };
  });
  const { engine, run } = install(program, {
    capacity: 1,
    budget: 1,
    chains: false,
  });
  run.handles.words.advanceTo(1);
  run.handles.words.send(["go"]);
  engine.run();
  expect(calls).toBe(6000);
  expect(order).toEqual(["first", "second", "third"]);
});

it("order along an edge: holds for what a task sends while older entries of its vertex wait", () => {
  const order: unknown[] = [];
  let finish = () => {};
  const program = dataflow("order", (root) => {
    const words = root.input<string>("words");
    words.unary<string>("sender", {}, ({ out, retain, later }) => ({
      receive({ time }) {
        const right: Capability = retain();
        finish = () =>
          later(() => {
            out.out.send(time, ["third"]);
            right.drop();
          });
        out.out.send(time, ["first"]);
        out.out.send(time, ["second"]);
      },
    })).inspect((word) => {
      order.push(word);
      if (word === "first") finish();
    });
    return { words };
  });
  const { engine, run } = install(program);
  run.handles.words.send(["go"]);
  engine.run();
  expect(order).toEqual(["first", "second", "third"]);
});

it("order along an edge: holds for a backlog that is delivered after the last slice", () => {
  const order: unknown[] = [];
  let finish = () => {};
  const program = dataflow("order", (root) => {
    const words = root.input<string>("words");
    words.unary<string>("sender", {}, ({ out, retain, later }) => {
      let time: Time = 0;
      return {
        receive(batch) {
          time = batch.time;
          const right: Capability = retain();
          finish = () =>
            later(() => {
              out.out.send(time, ["third"]);
              right.drop();
            });
          out.out.send(time, ["first"]);
          return true;
        },
        resume: () => out.out.send(time, ["second"]),
      };
    }).inspect((word) => {
      order.push(word);
      if (word === "first") finish();
    });
    return { words };
  });
  const { engine, run } = install(program);
  run.handles.words.send(["go"]);
  engine.run();
  expect(order).toEqual(["first", "second", "third"]);
});

it("order along an edge: holds for the tasks of a vertex themselves", () => {
  for (const policy of ["fifo", { seed: 1 }, "downstream"] as const) {
    const order: unknown[] = [];
    const program = dataflow("order", (root) => {
      const words = root.input<string>("words");
      words.unary<string>("sender", {}, ({ later }) => ({
        receive() {
          later(() => void order.push("first"));
          later(() => void order.push("second"));
        },
      }));
      return { words };
    });
    const { engine, run } = install(program, { policy });
    run.handles.words.send(["go"]);
    engine.run();
    expect(order).toEqual(["first", "second"]);
  }
});

it("notifications: earlier ones go first, among all that are due", () => {
  const times: Time[] = [];
  const program = dataflow("notifications", (root) => {
    const words = root.input<string>("words");
    words.unary<string>(
      "busy",
      { interest: "notifications" },
      ({ out, notifyAt }) => ({
        receive: ({ time }) => notifyAt(time),
        notify(time) {
          times.push(time);
          if (time === 0) out.out.send(time, ["go"]);
        },
      }),
    ).flatMap(() => range(0, 6000)).inspect((n) => {
      if (n === 0) words_.advanceTo(9);
    });
    return { words };
  });
  const { engine, run } = install(program, {
    capacity: 1,
    budget: 1,
    chains: false,
  });
  const words_ = run.handles.words;
  for (const time of [0, 1, 5]) words_.sendAt(time, ["a"]);
  engine.run();
  words_.advanceTo(3);
  engine.run();
  expect(times).toEqual([0, 1, 5]);
});
