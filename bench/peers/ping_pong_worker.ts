/** The other thread of ping_pong: answers every odd number by the next even one. */

interface Scope {
  onmessage: (event: MessageEvent<{ shared: Int32Array; rounds: number }>) => void;
  postMessage(message: unknown): void;
}

const scope = globalThis as unknown as Scope;

scope.onmessage = ({ data: { shared, rounds } }) => {
  scope.postMessage("ready");
  for (let turn = 0; turn < rounds; turn++) {
    while (Atomics.load(shared, 0) !== 2 * turn + 1);
    Atomics.store(shared, 0, 2 * turn + 2);
  }
};
