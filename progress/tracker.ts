/**
 * The incremental tracker: exact frontiers at every slot from changes to counts of pointstamps.
 *
 * @module
 */

import { Agenda, ChangeHeap } from "./agenda.ts";
import type { ChangeBatch } from "./change_batch.ts";
import type { Frontiers } from "./frontiers.ts";
import { GridCounts } from "./grid_counts.ts";
import { LineCounts } from "./line_counts.ts";
import type { PlanSlot, TrackerPlan } from "./plan.ts";
import type { Summary } from "./summary.ts";
import { compareTimes, formatTime, lessEqual, type Time } from "./time.ts";

const NOTHING: readonly Time[] = Object.freeze([]);

/** An edge with the slot it ends at; a null summary is the identity. */
interface EdgeState {
  readonly target: SlotState;
  readonly summary: Summary | null;
}

/**
 * Everything about one slot. One class for all, so that the tracker's loops see one shape.
 *
 * `line` or `grid`, by depth, are the counts of the slot's own pointstamps. `impliedLine` or
 * `impliedGrid`, where edges end here, count what the frontiers of the predecessors bring, and,
 * above depth 1 or on a cycle, the elements of the own frontier `lastOwn` as well; so only changes
 * of frontiers travel, never changes of counts.
 */
class SlotState {
  readonly line: LineCounts | null;
  readonly grid: GridCounts | null;
  readonly impliedLine: LineCounts | null;
  readonly impliedGrid: GridCounts | null;
  /** Depth 1: the frontier, Infinity when empty. Above: NaN, which no comparison accepts. */
  min: number;
  /** Above depth 1 and on cycles: the frontier. Else a cache for `min`. */
  front: readonly Time[] = NOTHING;
  lastOwn: readonly Time[] = NOTHING;
  /** On a cycle: whether it is in its component's list of touched or moved slots. */
  touched = false;
  moved = false;
  /** Edges that stay in the component, and those that leave it. */
  readonly inner: EdgeState[] = [];
  readonly outer: EdgeState[] = [];

  constructor(
    readonly index: number,
    readonly depth: number,
    readonly name: string,
    readonly watched: boolean,
    readonly key: readonly number[],
    readonly component: ComponentState,
    hasInputs: boolean,
  ) {
    const flat = depth === 1;
    this.line = flat ? new LineCounts() : null;
    this.grid = flat ? null : new GridCounts();
    this.impliedLine = flat && hasInputs ? new LineCounts() : null;
    this.impliedGrid = !flat && hasInputs ? new GridCounts() : null;
    this.min = flat ? Infinity : NaN;
  }
}

/** One slot without a cycle, or slots that settle together through a heap. */
class ComponentState {
  readonly slots: SlotState[] = [];
  /** Changes in the order of could-result-in; null where there is no cycle. */
  readonly heap: ChangeHeap<SlotState> | null;
  readonly touched: SlotState[] = [];
  readonly moved: SlotState[] = [];

  constructor(readonly index: number, cyclic: boolean) {
    this.heap = cyclic ? new ChangeHeap<SlotState>() : null;
  }
}

/**
 * Keeps for every slot the frontier: the minimal times that outstanding pointstamps could still
 * result in there. Changes are added with `apply` and take effect with the next `propagate`; in
 * between, answers are those of the last one.
 *
 * Counts may be negative, because a −1 can overtake the +1 it belongs to; only positive counts make
 * a frontier. Murray et al., "Naiad" (SOSP 2013), section 3.3, in the form of Timely Dataflow's
 * `progress/reachability.rs`: only changes of frontiers travel along edges, in an order in which
 * each time at each slot is settled once.
 */
export class Tracker implements Frontiers {
  readonly #slots: readonly SlotState[];
  readonly #components: readonly ComponentState[];
  readonly #agenda: Agenda;
  /** Watched slots whose frontier changed in this propagation. */
  readonly #changed: Int32Array;
  #changedCount = 0;
  /** How many slots have a frontier that is not empty. */
  #outstanding = 0;

  /** A tracker with no pointstamps. */
  constructor(plan: TrackerPlan) {
    this.#components = plan.components.map(({ cyclic }, index) =>
      new ComponentState(index, cyclic)
    );
    this.#slots = plan.slots.map((slot: PlanSlot, index) => {
      const component = this.#components[slot.component];
      const { depth, name, watched, key, hasInputs } = slot;
      return new SlotState(index, depth, name, watched, key, component, hasInputs);
    });
    plan.slots.forEach((slot, index) => {
      const state = this.#slots[index];
      state.component.slots.push(state);
      for (const edge of slot.edges) {
        const target = this.#slots[edge.to];
        const edges = target.component === state.component ? state.inner : state.outer;
        edges.push({ target, summary: edge.summary.isIdentity ? null : edge.summary });
      }
    });
    this.#agenda = new Agenda(this.#components.length);
    this.#changed = new Int32Array(this.#slots.length);
  }

  /**
   * Adds changes to the counts of pointstamps; the batch can be cleared and used again.
   *
   * @throws TypeError `MEANDER_TIME` when a time has another depth than its slot; earlier entries
   * of the batch are applied then.
   */
  apply(changes: ChangeBatch): void {
    const { slots, times, deltas, length } = changes;
    for (let i = 0; i < length; i++) {
      const delta = deltas[i];
      if (delta === 0) continue;
      const slot = this.#slots[slots[i]];
      const time = times[i];
      if (typeof time === "number") {
        const line = slot.line;
        if (line === null) throw wrongDepth(slot, time);
        if (line.update(time, delta)) this.#touch(slot);
      } else {
        const grid = slot.grid;
        if (grid === null || time.length !== slot.depth) throw wrongDepth(slot, time);
        if (grid.update(time, delta)) this.#touch(slot);
      }
    }
  }

  /**
   * Makes all frontiers exact, then calls back once for every watched slot whose frontier is
   * another one than before. The callback may ask and apply, but not propagate.
   */
  propagate(onChange?: (slot: number) => void): void {
    const agenda = this.#agenda;
    while (!agenda.isEmpty) {
      const component = this.#components[agenda.take()];
      if (component.heap !== null) this.#settleCycle(component, component.heap);
      else if (component.slots[0].line !== null) this.#settleLine(component.slots[0]);
      else this.#settleGrid(component.slots[0]);
    }
    const count = this.#changedCount;
    this.#changedCount = 0;
    if (onChange === undefined) return;
    for (let i = 0; i < count; i++) onChange(this.#changed[i]);
  }

  /**
   * Whether a time is complete at a slot: nothing outstanding could result in it or in an earlier
   * one. Trailing coordinates of the time may be Infinity and then mean "whatever they are".
   *
   * @throws TypeError `MEANDER_TIME` when the time has another depth than the slot.
   */
  isComplete(slot: number, time: Time): boolean {
    const state = this.#slots[slot];
    if (typeof time === "number") {
      if (state.min > time || state.min === Infinity) return true;
      if (state.min <= time) return false;
      throw wrongDepth(state, time);
    }
    if (time.length !== state.depth) throw wrongDepth(state, time);
    const front = state.front;
    for (let i = 0; i < front.length; i++) {
      if (lessEqual(front[i], time)) return false;
    }
    return true;
  }

  /**
   * An element of a slot's frontier that is at or before a time, or `null` when the time is complete.
   *
   * @throws TypeError `MEANDER_TIME` when the time has another depth than the slot.
   */
  blocker(slot: number, time: Time): Time | null {
    if (this.isComplete(slot, time)) return null;
    if (typeof time === "number") return this.#slots[slot].min;
    return this.#slots[slot].front.find((element) => lessEqual(element, time))!;
  }

  /** Whether a time is an element of a slot's frontier. */
  hasElement(slot: number, time: Time): boolean {
    const { min, front } = this.#slots[slot];
    if (typeof time === "number") return min === time;
    let low = 0;
    let high = front.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareTimes(front[middle], time) < 0) low = middle + 1;
      else high = middle;
    }
    return low < front.length && compareTimes(front[low], time) === 0;
  }

  /** The frontier of a slot in `compareTimes` order; the array never changes. */
  frontier(slot: number): readonly Time[] {
    const state = this.#slots[slot];
    if (state.line === null) return state.front;
    if (state.min === Infinity) return NOTHING;
    if (state.front.length === 0 || state.front[0] !== state.min) state.front = [state.min];
    return state.front;
  }

  /** Whether nothing outstanding could result in anything at a slot. */
  isEmpty(slot: number): boolean {
    const state = this.#slots[slot];
    return state.line === null ? state.front.length === 0 : state.min === Infinity;
  }

  /** Whether that holds at every slot, and so nothing is outstanding anywhere. */
  allEmpty(): boolean {
    return this.#outstanding === 0;
  }

  /** The times counted at a slot itself with their counts, negative ones too. For explanations. */
  pointstamps(slot: number): Iterable<[Time, number]> {
    const state = this.#slots[slot];
    return state.line === null ? state.grid!.entries() : state.line.entries();
  }

  /** The slot's own frontier has changed. */
  #touch(slot: SlotState): void {
    const component = slot.component;
    if (component.heap !== null && !slot.touched) {
      slot.touched = true;
      component.touched.push(slot);
    }
    this.#agenda.add(component.index);
  }

  /** A slot of depth 1 without a cycle: its frontier is the lesser of two numbers. */
  #settleLine(slot: SlotState): void {
    const last = slot.min;
    let next = slot.line!.min;
    const implied = slot.impliedLine;
    if (implied !== null && implied.min < next) next = implied.min;
    if (next === last) return;
    slot.min = next;
    this.#report(slot, last === Infinity, next === Infinity);
    const edges = slot.outer;
    for (let i = 0; i < edges.length; i++) {
      if (last !== Infinity) this.#contribute(edges[i], last, -1);
      if (next !== Infinity) this.#contribute(edges[i], next, 1);
    }
  }

  /** A slot above depth 1 without a cycle. */
  #settleGrid(slot: SlotState): void {
    const own = slot.grid!.frontier();
    const implied = slot.impliedGrid;
    if (implied === null) {
      this.#move(slot, own);
      return;
    }
    const last = slot.lastOwn;
    if (own !== last) {
      slot.lastOwn = own;
      for (let i = 0; i < own.length; i++) implied.update(own[i], 1);
      for (let i = 0; i < last.length; i++) implied.update(last[i], -1);
    }
    this.#move(slot, implied.frontier());
  }

  /**
   * The slots of a component with cycles. Changes are taken in the order of could-result-in, so
   * that each time at each slot is settled once. Only what remains at the end goes further: the
   * frontiers in between are nobody's business.
   */
  #settleCycle(component: ComponentState, heap: ChangeHeap<SlotState>): void {
    const { touched, moved } = component;
    for (let slot = touched.pop(); slot !== undefined; slot = touched.pop()) {
      slot.touched = false;
      const own = slot.line === null ? slot.grid!.frontier() : slot.line.frontier();
      const last = slot.lastOwn;
      slot.lastOwn = own;
      for (let i = 0; i < last.length; i++) heap.push(last[i], slot, -1);
      for (let i = 0; i < own.length; i++) heap.push(own[i], slot, 1);
    }
    while (!heap.isEmpty) {
      heap.take();
      if (heap.delta === 0) continue;
      const slot = heap.place!;
      const implied = slot.impliedLine ?? slot.impliedGrid!;
      const before = implied.frontier();
      if (!implied.update(heap.time, heap.delta)) continue;
      if (!slot.moved) {
        slot.moved = true;
        moved.push(slot);
      }
      this.#spread(slot.inner, before, implied.frontier());
    }
    for (let slot = moved.pop(); slot !== undefined; slot = moved.pop()) {
      slot.moved = false;
      const front = (slot.impliedLine ?? slot.impliedGrid!).frontier();
      if (slot.line !== null) slot.min = front.length === 0 ? Infinity : (front[0] as number);
      this.#move(slot, front);
    }
  }

  /** Gives a slot its frontier and tells the other components. */
  #move(slot: SlotState, front: readonly Time[]): void {
    const before = slot.front;
    if (front === before) return;
    slot.front = front;
    if (this.#spread(slot.outer, before, front)) {
      this.#report(slot, before.length === 0, front.length === 0);
    }
  }

  /** Sends the difference of two frontiers along edges. Returns whether there is any. */
  #spread(edges: EdgeState[], before: readonly Time[], after: readonly Time[]): boolean {
    let different = false;
    let i = 0;
    let j = 0;
    while (i < before.length || j < after.length) {
      // Both are sorted, so one walk finds what only one of them has.
      const order = i === before.length ? 1 : j === after.length ? -1 : compareTimes(
        before[i],
        after[j],
      );
      if (order === 0) {
        i++;
        j++;
        continue;
      }
      different = true;
      const time = order < 0 ? before[i++] : after[j++];
      const delta = order < 0 ? -1 : 1;
      for (let k = 0; k < edges.length; k++) this.#contribute(edges[k], time, delta);
    }
    return different;
  }

  /** An element has left or entered the frontier at the start of an edge. */
  #contribute(edge: EdgeState, time: Time, delta: number): void {
    // Where the result leaves the safe integers no legal time exists, so nothing is held back.
    const result = edge.summary === null ? time : edge.summary.tryApply(time);
    if (result === undefined) return;
    const target = edge.target;
    const heap = target.component.heap;
    if (heap !== null) heap.push(result, target, delta);
    else {
      const changed = typeof result === "number"
        ? target.impliedLine!.update(result, delta)
        : target.impliedGrid!.update(result, delta);
      if (!changed) return;
    }
    this.#agenda.add(target.component.index);
  }

  #report(slot: SlotState, wasEmpty: boolean, isEmpty: boolean): void {
    if (wasEmpty) this.#outstanding++;
    else if (isEmpty) this.#outstanding--;
    if (slot.watched) this.#changed[this.#changedCount++] = slot.index;
  }
}

function wrongDepth(slot: SlotState, time: Time): TypeError {
  return new TypeError(
    `MEANDER_TIME  Cannot use ${formatTime(time)} at "${slot.name}": times there have ` +
      `${slot.depth} coordinate${slot.depth === 1 ? "" : "s"}. Use a time of its scope`,
  );
}
