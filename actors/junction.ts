/**
 * What a worker asks of the others, wherever they are.
 *
 * @module
 */

/** What joins a worker to the others of its engine. */
export interface Junction {
  /** Whether nothing was collected and nothing waits to be taken. */
  readonly isIdle: boolean;
  /** Takes what other workers sent; whether there was anything. */
  poll(): boolean;
  /** Sends what was collected for other workers, or for this one; whether there was anything. */
  flush(): boolean;
  /** Shows the others that this worker lives: a slice begins. */
  beat(): void;
  /** Nothing is to be done: looks for a moment whether something comes, which is quicker than to sleep. */
  linger(): boolean;
}

/** Workers that run on the same thread as the first of them, which lends them its turns. */
export interface Crew {
  /** Whether none of them has anything to do. */
  readonly isIdle: boolean;
  /** Before the first one's next entry: whether something else was done instead. */
  goesFirst(): boolean;
  /** The first one has nothing to do: whether another one did something, until the deadline at most. */
  work(deadline: number): boolean;
}
