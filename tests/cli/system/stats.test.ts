import { describe, expect, it } from "vitest";
import { meander } from "./process.ts";

/** Records in and out by vertex. */
function movedIn(stderr: string): { [path: string]: readonly [number, number] } {
  const last = stderr.trimEnd().split("\n").at(-1)!;
  const { stats } = JSON.parse(last);
  return Object.fromEntries(
    stats.vertices.map((vertex: { path: string; received: number; sent: number }) => [
      vertex.path,
      [vertex.received, vertex.sent],
    ]),
  );
}

describe("meander run --stats", () => {
  it("counts the same records on two threads as on one", async () => {
    const args = ["run", "examples/airports.yaml", "--stats", "--progress", "json"];
    const alone = await meander(args);
    const shared = await meander([...args, "--workers", "2"]);
    expect([alone.code, shared.code]).toEqual([0, 0]);
    const moved = movedIn(alone.stderr);
    expect(moved["routes"]).toEqual([0, 5366]);
    expect(movedIn(shared.stderr)).toEqual(moved);
  });
});
