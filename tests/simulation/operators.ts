/**
 * Operators of random programs that pass everything on at its own time, each in a way that strains the
 * contract: held capabilities, work outside, requests of every form. `watch` also keeps an account. The
 * inputs of each may be spread over workers in any way.
 * @module
 */

import { z } from "zod";
import {
  type Batch,
  type Capability,
  type Data,
  defineOperator,
  type SourceBody,
  type Time,
  TimeMap,
} from "../../mod.ts";
import { anyRecord, type Stream } from "../../mod.ts";
import type { AnyOperator } from "../../operators/contract/definition.ts";
import type { Pact } from "../../operators/contract/pact.ts";
import { type Plain, unaryOperator } from "../../operators/generic.ts";
import { minimumTime } from "../../progress/time.ts";
import { Random } from "../oracle/random.ts";
import { Account } from "./account.ts";
import type { Per } from "./program.ts";
import { own } from "./spread.ts";
import type { Surroundings } from "./surroundings.ts";

/** Passes everything on. */
export function moved(name: string, pact: Pact, around: Surroundings): Plain<number, number> {
  return unaryOperator<number, number>(name, { pacts: { in: pact } }, ({ out, worker }) => ({
    receive(batch) {
      around.called();
      if (pact.kind !== "broadcast") return void out.out.forward(batch);
      out.out.send(batch.time, own(worker, pact, batch));
    },
  }));
}

/** Keeps batches for a while under retained capabilities; the rest goes when the time is complete. */
export function hold(name: string, pact: Pact, around: Surroundings): Plain<number, number> {
  const options = { interest: "notifications", pacts: { in: pact } } as const;
  return unaryOperator<number, number>(name, options, (context) => {
    const kept: { right: Capability; records: Data<number> }[] = [];
    let received = 0;
    let complete: Time = 0;
    const sendComplete = () => {
      for (let i = kept.findIndex(at(complete)); i >= 0; i = kept.findIndex(at(complete))) {
        if (context.out.out.isFull) return true;
        kept.unshift(...kept.splice(i, 1));
        sendFirst();
      }
      return false;
    };
    const sendFirst = () => {
      const { right, records } = kept.shift()!;
      context.out.out.send(right.time, records);
      right.drop();
    };
    return {
      receive(batch) {
        around.called();
        const right = context.retain();
        // A column, so that pooled buffers are met behind it.
        const records = Int32Array.from(own(context.worker, pact, batch));
        kept.push({ right, records: records as Data<number> });
        // It has a right of its own and asks without: the guarantee alone must be enough.
        context.notifyAt(batch.time, { capability: "none" });
        if (++received % 3 === 0) sendFirst();
      },
      notify(time) {
        around.called();
        complete = time;
        return sendComplete();
      },
      resume: sendComplete,
    };
  });
}

function at(time: Time): (kept: { right: Capability }) => boolean {
  return ({ right }) => String(right.time) === String(time);
}

/** Sends what it gets when somebody outside says so. */
export function outside(name: string, pact: Pact, around: Surroundings): Plain<number, number> {
  const options = { pacts: { in: pact } };
  return unaryOperator<number, number>(name, options, ({ out, retain, later, worker }) => ({
    receive(batch) {
      around.called();
      using first = retain();
      const right = first.delayed();
      const records = own(worker, pact, batch);
      around.work.push(() =>
        later(() => {
          out.out.send(right.time, records);
          right.drop();
        })
      );
    },
  }));
}

/**
 * Keeps records in a state and asks twice: on its first notification it asks once more for the time that
 * is complete already, and the state has to be there still when that comes.
 */
export function recall(
  name: string,
  per: Per,
  pact: Pact,
  around: Surroundings,
): Plain<number, number> {
  const options = { interest: "notifications", pacts: { in: pact } } as const;
  return unaryOperator<number, number>(name, options, (context) => {
    const states = context.state<TimeMap<{ records: number[]; asked: boolean }>>({
      per,
      create: () => new TimeMap(),
    });
    return {
      receive(batch) {
        around.called();
        const { time } = batch;
        const entry = () => ({ records: [] as number[], asked: false });
        const { records } = states.at(time).getOrInsert(time, entry);
        records.push(...own(context.worker, pact, batch));
        context.notifyAt(time);
      },
      notify(time) {
        around.called();
        const kept = states.at(time).get(time)!;
        if (!kept.asked) {
          kept.asked = true;
          return context.notifyAt(time);
        }
        const { records } = states.at(time).take(time)!;
        context.out.out.send(time, Float64Array.from(records) as Data<number>);
      },
    };
  });
}

/** Each side waits for its own input only. */
export function apart(
  left: Stream<number>,
  right: Stream<number>,
  name: string,
  pacts: { readonly left: Pact; readonly right: Pact },
): Stream<number> {
  const options = { interest: "notifications", pacts } as const;
  return left.binary<number, number>(right, name, options, (context) => {
    const kept = { left: new TimeMap<number[]>(), right: new TimeMap<number[]>() };
    const receive = (side: "left" | "right") => (batch: Batch<number>) => {
      kept[side].getOrInsert(batch.time, () => []).push(
        ...own(context.worker, pacts[side], batch),
      );
      context.notifyAt(batch.time, { inputs: [side] });
    };
    return {
      receive: { left: receive("left"), right: receive("right") },
      notify(time) {
        for (const side of ["left", "right"] as const) {
          if (!context.isComplete(side, time)) continue;
          context.out.out.send(time, kept[side].take(time) ?? []);
        }
      },
    };
  });
}

/** Passes batches on, asks for notifications at random, and holds the engine to its promises. */
export function watch(
  name: string,
  seed: number,
  pact: Pact,
  around: Surroundings,
  batches: readonly number[],
): Plain<number, number> {
  const options = { interest: "always", pacts: { in: pact } } as const;
  return unaryOperator<number, number>(name, options, (context) => {
    const { index } = context.worker;
    const account = new Account(
      index === 0 ? name : `${name} on worker ${index}`,
      around.violations,
      (time) => context.isComplete("in", time),
    );
    around.accounts.push(account);
    const random = new Random(seed + index);
    // The numbers of batches of the gates around it stay as they are.
    const raised = (time: Time) => raisedBut(batches, time, random);
    const ask = (from: Time) => {
      const time = raised(from);
      const held = random.below(3);
      const capability = held === 0 ? "none" : held === 1 ? raised(time) : time;
      context.notifyAt(time, held === 2 ? {} : { capability });
      account.asked(time, capability);
    };
    return {
      receive(batch) {
        around.called();
        account.received(batch.time);
        if (random.chance(0.4)) ask(batch.time);
        if (pact.kind !== "broadcast") return void context.out.out.forward(batch);
        context.out.out.send(batch.time, own(context.worker, pact, batch));
      },
      notify(time) {
        around.called();
        const { right } = context.out.out;
        account.notified(time, right ?? "none");
        if (right !== null && random.chance(0.3)) ask(raised(right));
      },
      frontier() {
        around.called();
        account.moved(context.frontier("in"));
      },
    };
  });
}

/** A source of which every worker has an instance; each sends what it is told to from outside. */
export function source(input: number, around: Surroundings): AnyOperator {
  return defineOperator({
    name: "source",
    version: "0.0.0",
    summary: "Sends what it is told to",
    source: "split",
    config: z.strictObject({}),
    inputs: {},
    outputs: { out: anyRecord },
    create: ({ out, retain, later }) => {
      const right = retain(minimumTime(out.out.depth));
      around.sources[input].push({
        send: (time, records) => later(() => out.out.send(time, records)),
        advanceTo: (time) => later(() => right.downgrade(time)),
        close: () => later(() => right.drop()),
      });
      return { receive: {} };
    },
  }) as AnyOperator;
}

/** The same as a source that is called as often as it may be, and so can be paced. */
export function driven(input: number, around: Surroundings): SourceBody<number> {
  return ({ out, capability, wake }) => {
    const acts: (() => boolean)[] = [];
    const act = (next: () => void, goesOn = true) => {
      acts.push(() => {
        around.called();
        next();
        return goesOn;
      });
      wake();
    };
    around.sources[input].push({
      send: (time, records) => act(() => out.send(time, records)),
      advanceTo: (time) => act(() => capability.downgrade(time)),
      close: () => act(() => {}, false),
    });
    return () => acts.shift()?.() ?? "wait";
  };
}

function raisedBut(fixed: readonly number[], time: Time, random: Random): Time {
  if (typeof time === "number") return time + random.below(3);
  return time.map((c, i) => fixed.includes(i) || random.chance(0.7) ? c : c + random.between(1, 2));
}
