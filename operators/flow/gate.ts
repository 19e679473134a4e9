import { z } from "zod";
import { Summary } from "../../progress/summary.ts";
import type { Time } from "../../progress/time.ts";
import type { Batch } from "../contract/batch.ts";
import {
  anyRecord,
  type Capability,
  defineOperator,
  expression,
  type OperatorContext,
  type OperatorDefinition,
} from "../contract/definition.ts";
import type { Data } from "../../batches/data.ts";
import { MeanderError, show } from "../contract/fault.ts";
import type { OutputPort } from "../contract/output_port.ts";
import { TimeMap } from "../contract/time_map.ts";
import { cover } from "./covered.ts";
import type { Kept } from "../contract/kept.ts";
import { spillOption, type SpillOptions } from "../spill/spill_options.ts";
import { type Piece, Stash, type Weigh } from "./stash.ts";
import { type Ask, type Grant, leastCounter, under } from "./gate_messages.ts";

/** What a gate is configured with. */
export interface GateConfig {
  /** How many coordinates times have in the gate's scope. */
  readonly depth: number;
  /** What the records of one batch may weigh together. */
  readonly batch: number;
  /** What a record weighs; 1 when left out. */
  readonly weight?: ((record: unknown) => number) | undefined;
  /** How many batches may be open; how many a shard asks for at once. */
  readonly inFlight: number;
  /** So many records wait before the gate at most, as far as those that send to it can be stopped. */
  readonly stash?: number | undefined;
  /** Where what waits goes when there is no room for it in memory. */
  readonly spill?: SpillOptions | undefined;
}

type Inputs = Readonly<Record<"in" | "granted" | "done", z.ZodType<unknown>>>;
type Outputs = Readonly<Record<"out" | "ask" | "open" | "closed", z.ZodType<unknown>>>;
type Context = OperatorContext<GateConfig, Outputs>;

/**
 * Lets records into a fragment in batches, of which so many are open at most. It lies with the fragment in a scope
 * of its own, whose counter is the number of a batch (Lattuada, McSherry and Chothia, "Faucet", BeyondMR 2016).
 *
 * What comes in at `in`, at counter 0, waits in a stash. With a grant from the keeper it goes out at `open` under
 * the grant's counter; what the fragment makes of it comes back at `done` and leaves at `out`, at counter 0 again.
 * That what is in the fragment will leave at `out` the tracker is not told by a connection, because then the right
 * to open further batches would count as something that may leave, and in a loop around the gate would go round
 * for ever. Instead the shard that opens a batch holds a capability at `out` for each of its times until the batch
 * is closed, on behalf of all shards at which its results may arrive (`covered`).
 */
export const gate: OperatorDefinition<GateConfig, Inputs, Outputs> = defineOperator({
  name: "gate",
  version: "1.0.0",
  summary: "Lets records into a fragment in batches, of which so many are open at most",
  config: z.strictObject({
    depth: z.int().min(2),
    batch: z.number().positive(),
    weight: expression<(record: unknown) => number>("record").optional(),
    inFlight: z.int().min(1),
    stash: z.int().min(1).optional(),
    spill: spillOption,
  }),
  inputs: { in: anyRecord, granted: anyRecord, done: anyRecord },
  outputs: { out: anyRecord, ask: anyRecord, open: anyRecord, closed: anyRecord },
  connects: [["in", "out"], ["in", "ask"], ["granted", "open"], ["done", "closed"]],
  comesBack: ["done"],
  // A batch is let in when what was let in before has gone as far as it can.
  deferred: ["granted"],
  holdsBack: true,
  interest: "always",
  pacts: () => ({ granted: { kind: "route", to: (grant: Grant) => grant.worker } }),
  create: (context) => {
    const shard = new GateShard(context);
    return {
      receive: {
        in: (batch) => shard.stash(batch),
        granted: (batch) => shard.granted(batch as Batch<Grant>),
        done: (batch) => context.out.out.forward(batch, under(batch.time as number[], 0)),
      },
      frontier: (input) => input === "done" ? shard.closeUpTo(context.frontier("done")) : undefined,
      size: () => shard.kept(),
      close: () => shard.close(),
    };
  },
});

cover(gate, (config) => [["done", "out", leaving((config as GateConfig).depth)]]);

/** From a batch's counter back to 0, at which everything is that comes in or leaves. */
function leaving(depth: number): Summary {
  return new Summary(depth, new Array<number>(depth - 1).fill(0), [0]);
}

/** What a shard has of one time. */
interface Hold {
  /** The right to send what the fragment makes of it. */
  readonly out: Capability;
  /** Tells the keeper that some of it may still ask for a batch; `null` when nothing of it waits. */
  ask: Capability | null;
  /** In how many batches that are open it has records. */
  open: number;
}

/** One worker's part of a gate. */
class GateShard {
  readonly #context: Context;
  readonly #stash: Stash;
  readonly #holds = new TimeMap<Hold>();
  /** What is in each batch that this shard has opened and that is not closed, by counter, lowest first. */
  readonly #open = new Map<number, { readonly holds: readonly Hold[]; readonly records: number }>();
  /** How many records it has let in that are in open batches. */
  #inFlight = 0;
  // Tickets for batches that were asked for and not granted yet.
  #full = 0;
  #hasPartial = false;
  // The parts of a grant, until all have come.
  #parts: Capability[] = [];

  constructor(context: Context) {
    this.#context = context;
    const { name, config: { weight, spill } } = context;
    this.#stash = new Stash(name, weight === undefined ? null : this.#weigher(weight), spill);
  }

  stash(batch: Batch<unknown>): void {
    const { retain } = this.#context;
    const { time } = batch;
    const isFirst = this.#stash.push(batch);
    const hold = this.#holds.getOrInsert(
      time,
      () => ({ out: retain(time, ["out"]), ask: null, open: 0 }),
    );
    if (isFirst) hold.ask = retain(time, ["ask"]);
    this.#ask();
    this.#holdBack();
  }

  granted(batch: Batch<Grant>): void {
    // The keeper sends them one at a time, and no two under one counter.
    const [{ parts, isPartial }] = batch.rows();
    if (parts > 1) this.#parts.push(this.#context.retain(batch.time, ["open"]));
    if (this.#parts.length < parts && parts > 1) return;
    // One that has become full while it was granted is a partial one to the keeper, and a full one here.
    if (isPartial && this.#hasPartial) this.#hasPartial = false;
    else this.#full--;
    this.#release((batch.time as readonly number[]).at(-1)!);
    for (const part of this.#parts) part.drop();
    this.#parts = [];
    this.#ask();
    this.#holdBack();
    // It never moves when nothing that is let in can come to an end that leads back here.
    this.closeUpTo(this.#context.frontier("done"));
  }

  /** All batches are closed whose counters can come no more. */
  closeUpTo(frontier: readonly Time[]): void {
    const least = leastCounter(frontier);
    for (const [counter, { holds, records }] of this.#open) {
      if (counter >= least) return;
      this.#open.delete(counter);
      this.#inFlight -= records;
      for (const hold of holds) {
        hold.open--;
        this.#letGo(hold);
      }
    }
  }

  /** What waits, and what this shard has let in that is open still. */
  kept(): Kept {
    return { ...this.#stash.kept(), inFlight: this.#inFlight };
  }

  close(): void {
    this.#stash[Symbol.dispose]();
  }

  /**
   * Lets a batch in. All of it at once, whatever the output budget: it has been in memory before, and a gate that
   * gave way could not pass on what the fragment makes meanwhile.
   */
  #release(counter: number): void {
    const { config, out } = this.#context;
    const opened = new Set<Hold>();
    const before = this.#stash.records;
    const pieces = this.#stash.take(config.batch, (time) => {
      const hold = this.#holds.get(time)!;
      hold.ask!.drop();
      hold.ask = null;
    });
    for (const piece of pieces) {
      opened.add(this.#holds.get(piece.time)!);
      sendPiece(out.open, piece, counter);
    }
    for (const hold of opened) hold.open++;
    const records = before - this.#stash.records;
    this.#inFlight += records;
    this.#open.set(counter, { holds: [...opened], records });
  }

  /** Asks for as many batches as wait, full ones as far as there are any. */
  #ask(): void {
    const { config: { batch, inFlight }, out } = this.#context;
    const { time, weight, records } = this.#stash;
    // Every batch has a record at least, however heavy.
    const wanted = Math.min(inFlight, records, Math.floor(weight / batch));
    const asks: Ask["kind"][] = [];
    for (; this.#full < wanted; this.#full++) {
      asks.push(this.#hasPartial ? "filled" : "full");
      this.#hasPartial = false;
    }
    if (records > 0 && this.#full === 0 && !this.#hasPartial) {
      this.#hasPartial = true;
      asks.push("partial");
    }
    if (asks.length === 0) return;
    const worker = this.#context.worker.index;
    out.ask.send(time!, asks.map((kind): Ask => ({ worker, kind })));
  }

  #holdBack(): void {
    const { config: { stash }, holdBack } = this.#context;
    if (stash !== undefined) holdBack(this.#stash.records >= stash);
  }

  /** Nothing of a time is here any more. */
  #letGo({ out, ask, open }: Hold): void {
    if (ask !== null || open > 0) return;
    this.#holds.delete(out.time);
    out.drop();
  }

  #weigher(weight: (record: unknown) => number): Weigh {
    return (record) => {
      let weighs: unknown;
      try {
        weighs = weight(record);
      } catch (error) {
        throw this.#context.blame(error, record);
      }
      if (typeof weighs === "number" && weighs >= 0 && weighs < Infinity) return weighs;
      throw new MeanderError(
        "MEANDER_WEIGHT",
        `Cannot weigh record ${show(record)} at "${this.#context.name}": its weight is ` +
          `${show(weighs)}, and takes a number from 0 on`,
        { where: this.#context.name },
      );
    };
  }
}

/** Sends a part of a batch at its own time under a counter, whole batches without copying them. */
function sendPiece(port: OutputPort<unknown>, piece: Piece, counter: number): void {
  const { batch, from, to } = piece;
  const time = under(batch.time as readonly number[], counter);
  if (from === 0 && to === batch.length) port.forward(batch, time);
  else port.send(time, part(batch, from, to));
  batch.release();
}

/** A copy of some records: what they lie in belongs to the whole batch. */
function part(batch: Batch<unknown>, from: number, to: number): Data<unknown> {
  const values = batch.values();
  if (values instanceof Int32Array || values instanceof Float64Array) {
    return values.slice(from, to) as Data<unknown>;
  }
  return Array.from({ length: to - from }, (_unused, i) => values[from + i]);
}
