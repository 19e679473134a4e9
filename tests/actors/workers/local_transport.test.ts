import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LocalNetwork } from "../../../actors/workers/local_transport.ts";
import { bytesIn, bytesOf, echo, frameOf } from "./frames.ts";
import { describeEcho, describeEnds } from "./transport_laws.ts";

const endsOf = (network: LocalNetwork) =>
  Array.from({ length: network.workers }, (_unused, i) => network.end(i));

describeEnds("a local network", (workers) => endsOf(new LocalNetwork(workers)));

for (const delayed of [false, true]) {
  describeEcho(delayed ? "a delayed local network" : "a local network", () => {
    const network = new LocalNetwork(2, { delayed });
    const [near, far] = endsOf(network);
    const arrive = () => network.underWay().forEach(([from, to]) => network.deliver(from, to));
    return {
      near,
      receive: () => {
        for (let round = 0; !near.receive(); round++) {
          if (round > 10) throw new Error("Nothing comes back");
          arrive();
          echo(far);
        }
      },
      stop: () => {
        near.close();
        expect(far.isClosed(0)).toBe(true);
        far.close();
      },
    };
  });
}

const workers = fc.nat(2);
const operations = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constant("send" as const), workers, workers) },
    { weight: 3, arbitrary: fc.tuple(fc.constant("deliver" as const), fc.nat(), fc.constant(0)) },
    { weight: 3, arbitrary: fc.tuple(fc.constant("receive" as const), workers, fc.constant(0)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant("lose" as const), workers, fc.constant(0)) },
  ),
  { maxLength: 100, size: "max" },
);

/** What a delayed network says of itself, held against lists. */
class Model {
  readonly network = new LocalNetwork(3, { delayed: true });
  readonly news: number[] = [];
  readonly #ends = endsOf(this.network);
  readonly #underWay: number[][][] = this.#ends.map(() => this.#ends.map(() => []));
  readonly #arrived: number[][][] = this.#ends.map(() => this.#ends.map(() => []));
  readonly #lost = new Set<number>();
  #sent = 0;

  constructor() {
    this.network.onArrival = (to) => this.news.push(to);
  }

  send(from: number, to: number): void {
    const seed = this.#sent++;
    this.#ends[from].send(to, frameOf(bytesOf(10, seed)));
    if (!this.#lost.has(from) && !this.#lost.has(to)) this.#underWay[from][to].push(seed);
    expect(this.news).toEqual([]);
  }

  deliver(which: number): void {
    const pairs = this.network.underWay();
    if (pairs.length === 0) return;
    const [from, to] = pairs[which % pairs.length];
    this.network.deliver(from, to);
    this.#arrived[from][to].push(this.#underWay[from][to].shift()!);
    expect(this.news.splice(0)).toEqual([to]);
  }

  receive(at: number): void {
    const end = this.#ends[at];
    const waits = this.#arrived.some((to) => to[at].length > 0);
    expect(end.receive()).toBe(waits);
    if (!waits) return;
    expect(bytesIn(end.frame)).toEqual(bytesOf(10, this.#arrived[end.from][at].shift()!));
  }

  lose(worker: number): void {
    this.network.lose(worker);
    this.#lost.add(worker);
    for (const frames of [this.#underWay, this.#arrived]) {
      for (const other of this.#ends.keys()) frames[worker][other] = frames[other][worker] = [];
    }
    expect(this.news).toEqual([]);
  }

  check(): void {
    const pairs = this.#ends.flatMap((_unused, from) =>
      this.#ends.flatMap((_end, to) => this.#underWay[from][to].length > 0 ? [[from, to]] : [])
    );
    expect(this.network.underWay()).toEqual(pairs);
    expect(this.network.size).toBe([...this.#underWay, ...this.#arrived].flat(2).length);
  }
}

describe("a delayed local network", () => {
  it("lets frames arrive when it is told to, in the order of their pair", () => {
    fc.assert(fc.property(operations, (steps) => {
      const model = new Model();
      for (const [step, at, to] of steps) {
        if (step === "deliver") model.deliver(at);
        else if (step === "receive") model.receive(at);
        else if (step === "lose") model.lose(at);
        else if (at !== to) model.send(at, to);
        model.check();
      }
    }));
  });

  it("refuses to deliver what is not under way", () => {
    const network = new LocalNetwork(2, { delayed: true });
    network.end(0).send(1, frameOf(bytesOf(4, 1)));
    network.deliver(0, 1);
    for (const [from, to] of [[0, 1], [1, 0], [5, 5]]) {
      expect(() => network.deliver(from, to)).toThrow(
        `MEANDER_TRANSPORT  Cannot deliver a frame from worker ${from} to ${to}: none is under way`,
      );
    }
  });

  it("ends a worker when its last frame was received, not when it arrived", () => {
    const network = new LocalNetwork(2, { delayed: true });
    const [a, b] = endsOf(network);
    a.send(1, frameOf(bytesOf(4, 1)));
    a.close();
    expect(b.isClosed(0)).toBe(false);
    network.deliver(0, 1);
    expect(b.isClosed(0)).toBe(false);
    expect([b.receive(), b.isClosed(0)]).toEqual([true, true]);
  });
});

describe("a local network", () => {
  it("tells at once who can receive, and who may see an end", () => {
    const network = new LocalNetwork(3);
    const news: number[] = [];
    network.onArrival = (to) => news.push(to);
    network.end(0).send(2, frameOf(bytesOf(4, 1)));
    expect([news.splice(0), network.size, network.underWay()]).toEqual([[2], 1, []]);
    network.end(1).close();
    expect(news).toEqual([0, 2]);
  });

  it("does not let a lost worker pass for one that has ended", () => {
    const network = new LocalNetwork(3);
    const [a, b, c] = endsOf(network);
    a.send(1, frameOf(bytesOf(4, 1)));
    a.close();
    expect([b.isClosed(0), c.isClosed(0)]).toEqual([false, true]);
    network.lose(0);
    // The one has not seen everything, the other one has.
    expect([b.isClosed(0), c.isClosed(0)]).toEqual([false, true]);
    network.lose(1);
    b.close();
    expect(c.isClosed(1)).toBe(false);
    const news: number[] = [];
    network.onArrival = (to) => news.push(to);
    c.close();
    expect(news).toEqual([]);
  });
});
