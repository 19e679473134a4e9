import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MeanderError } from "../../../operators/contract/fault.ts";
import { PluginStore } from "../../../plugins/store/store.ts";
import { contentFor, facts } from "./contents.ts";
import { MemoryFiles } from "./memory_files.ts";

const identities = ["a@1.0.0", "a@1.1.0", "b@1.0.0"];
const contents = identities.flatMap((identity) =>
  ["x", "y"].map((code) => ({ identity, ...contentFor(identity, code) }))
);

type Step =
  | { readonly kind: "install" | "keep"; readonly which: number }
  | { readonly kind: "remove" | "trust" | "untrust"; readonly which: number }
  | { readonly kind: "collect" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("install", "install", "remove", "trust", "untrust", "keep"),
    which: fc.nat({ max: contents.length - 1 }),
  }),
  fc.constant({ kind: "collect" as const }),
);

/** What a store is, in the plainest way. */
class Model {
  readonly locked = new Map<string, string>();
  readonly installed = new Map<string, boolean>();
  readonly kept = new Set<string>();
  bytes = new Set<string>();

  /** Whether the step goes through. */
  take(each: Step): boolean {
    if (each.kind === "collect") {
      const needed = new Set([
        ...this.kept,
        ...[...this.installed.keys()].map((key) => this.locked.get(key)!),
      ]);
      this.bytes = this.bytes.intersection(needed);
      return true;
    }
    const { identity, sha256 } = contents[each.which];
    if (each.kind === "keep") return Boolean(this.kept.add(sha256));
    if (each.kind === "install") {
      if ((this.locked.get(identity) ?? sha256) !== sha256) return false;
      this.locked.set(identity, sha256);
      this.installed.set(identity, this.installed.get(identity) ?? false);
      this.bytes.add(sha256);
      return true;
    }
    if (!this.installed.has(identity)) return false;
    if (each.kind === "remove") return this.installed.delete(identity);
    if (each.kind === "trust" && this.locked.get(identity) !== sha256) return false;
    this.installed.set(identity, each.kind === "trust");
    return true;
  }
}

function apply(store: PluginStore, each: Step, kept: ReadonlySet<string>): boolean {
  try {
    if (each.kind === "collect") store.collect(kept);
    else {
      const { identity, bytes, sha256 } = contents[each.which];
      if (each.kind === "install") store.install(bytes, facts);
      else if (each.kind === "remove") store.remove(identity);
      else if (each.kind === "trust") store.trust(identity, sha256);
      else if (each.kind === "untrust") store.untrust(identity);
    }
    return true;
  } catch (error) {
    if (MeanderError.is(error)) return false;
    throw error;
  }
}

describe("a store", () => {
  it("does what a map would, whatever is done in whichever order", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const [files, model] = [new MemoryFiles(), new Model()];
        const store = new PluginStore(files);
        for (const each of steps) {
          const isTaken = model.take(each);
          expect(apply(store, each, model.kept)).toBe(isTaken);
          const { plugins, problems } = store.look();
          expect(problems).toEqual([]);
          expect(
            new Map(
              plugins.map((
                { manifest: { name, version }, isolation },
              ) => [`${name}@${version}`, isolation === "trusted"]),
            ),
          ).toEqual(model.installed);
          expect(new Set(files.list("content"))).toEqual(
            new Set([...model.bytes].map((sha256) => `${sha256}.plugin`)),
          );
          for (const [identity, sha256] of model.locked) {
            expect(store.why(identity)[0].sha256).toBe(sha256);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
