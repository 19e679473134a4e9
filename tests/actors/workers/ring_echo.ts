/**
 * A thread that sends back every frame it reads, each byte one more, until its reader ends.
 * @module
 */

import { RingReader, RingWriter } from "../../../actors/workers/ring.ts";

type Order = { to: SharedArrayBuffer; from: SharedArrayBuffer };
// The types of a thread's global scope are not those of the main one.
const thread = self as unknown as { onmessage: (event: MessageEvent<Order>) => void };

thread.onmessage = ({ data }) => {
  const reader = new RingReader(data.to);
  const writer = new RingWriter(data.from);
  while (!reader.isEnded) {
    for (let frame = reader.take(); frame !== null; frame = reader.take()) {
      writer.send(frame.map((byte) => byte + 1));
    }
    // The other side takes without being asked to, so that room comes.
    while (!writer.flush());
    reader.wait(1000);
  }
  writer.close();
  self.close();
};
