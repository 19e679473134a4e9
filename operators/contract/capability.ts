/**
 * Retained capabilities.
 *
 * @module
 */
import { checkTime, formatTime, lessEqual, lessThan, type Time } from "../../progress/time.ts";
import type { Capability } from "./definition.ts";
import type { VertexContext } from "./context.ts";
import { MeanderError } from "./fault.ts";
import type { OutputPort } from "./output_port.ts";

/** A capability as the vertex's account keeps it; operators see the interface only. */
export class HeldCapability implements Capability {
  readonly ports: readonly OutputPort[];
  readonly #account: VertexContext;
  #time: Time;
  #dropped = false;

  /** Counts from now on. The account has checked the right to it. */
  constructor(account: VertexContext, ports: readonly OutputPort[], time: Time) {
    this.#account = account;
    this.ports = ports;
    this.#time = time;
    this.#change(() => {
      account.held.add(this);
      this.#count(time, 1);
    });
  }

  get time(): Time {
    return this.#time;
  }

  get isDropped(): boolean {
    return this.#dropped;
  }

  /** Whether it allows sending at `time` on `port`. */
  covers(port: OutputPort, time: Time): boolean {
    return !this.#dropped && this.ports.includes(port) && port.allows(this.#time, time);
  }

  delayed(time: Time = this.#time): Capability {
    this.#requireLive("delay");
    return new HeldCapability(this.#account, this.ports, this.#requireLater(time, "delay"));
  }

  downgrade(time: Time): void {
    this.#requireLive("downgrade");
    const later = this.#requireLater(time, "downgrade");
    if (!lessThan(this.#time, later)) return;
    this.#change(() => {
      this.#count(later, 1);
      this.#count(this.#time, -1);
      this.#time = later;
    });
  }

  drop(): void {
    if (this.#dropped) return;
    this.#change(() => {
      this.#dropped = true;
      this.#account.held.delete(this);
      this.#count(this.#time, -1);
    });
  }

  [Symbol.dispose](): void {
    this.drop();
  }

  #count(time: Time, delta: number): void {
    if (this.#account.isOver) return;
    for (const port of this.ports) this.#account.turn.hold(port, time, delta);
  }

  /** Within a callback of its vertex the change is part of the turn; outside it is a turn of its own. */
  #change(stage: () => void): void {
    const { turn, host } = this.#account;
    // Counts of a dataflow that ended mean nothing any more.
    if (this.#account.isOver) return stage();
    if (turn.owner === this.#account) return stage();
    if (turn.owner !== null) {
      throw new MeanderError(
        "MEANDER_CAPABILITY",
        `Cannot change a capability of ` +
          `"${this.#account.name}" in a callback of "${turn.owner.name}": it belongs to one vertex`,
        {
          where: this.#account.name,
        },
      );
    }
    stage();
    host.commitOutside();
  }

  #requireLive(what: string): void {
    if (!this.#dropped) return;
    throw new MeanderError(
      "MEANDER_CAPABILITY",
      `Cannot ${what} a capability of ` +
        `"${this.#account.name}" at ${formatTime(this.#time)}: it was dropped`,
      {
        where: this.#account.name,
      },
    );
  }

  #requireLater(time: Time, what: string): Time {
    const checked = checkTime(time, this.ports[0]?.depth ?? 1);
    if (!lessEqual(this.#time, checked)) {
      throw this.#refused(what, checked, "a time never goes back");
    }
    if (this.ports.every((port) => port.allows(this.#time, checked))) return checked;
    throw this.#refused(what, checked, this.ports[0].whyFixed.slice(2));
  }

  #refused(what: string, checked: Time, why: string): MeanderError {
    return new MeanderError(
      "MEANDER_CAPABILITY",
      `Cannot ${what} a capability of ` +
        `"${this.#account.name}" from ${formatTime(this.#time)} to ${formatTime(checked)}: ${why}`,
      { where: this.#account.name },
    );
  }
}
