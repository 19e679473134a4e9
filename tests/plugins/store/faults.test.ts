import { describe, expect, it } from "vitest";
import { PluginStore } from "../../../plugins/store/store.ts";
import { contentFor, facts } from "./contents.ts";
import { MemoryFiles, PowerCut } from "./memory_files.ts";

const one = contentFor("a@1.0.0", "one");
const two = contentFor("a@2.0.0", "two");

function withOne(): MemoryFiles {
  const files = new MemoryFiles();
  const store = new PluginStore(files);
  store.install(one.bytes, facts);
  store.trust("a@1.0.0", one.sha256);
  return files;
}

function hashes(files: MemoryFiles): string[] {
  return new PluginStore(files).plugins().map(({ sha256 }) => sha256);
}

/** Runs a change with the machine stopping after each step of it, and once through; returns how often it stopped. */
function cutEverywhere(
  change: (store: PluginStore) => void,
  check: (files: MemoryFiles, isDone: boolean) => void,
): number {
  for (let steps = 0;; steps++) {
    const files = withOne();
    files.stepsLeft = steps;
    let isDone = true;
    try {
      change(new PluginStore(files));
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      isDone = false;
    }
    // Another process, after the machine has started again: it has the disk, and no memory.
    check(new MemoryFiles(files.disk), isDone);
    if (isDone) return steps;
  }
}

describe("a store on a machine that stops", () => {
  it("has the old state or the new one after an install, and goes on", () => {
    const cuts = cutEverywhere((store) => store.install(two.bytes, facts), (files, isDone) => {
      const { plugins, problems } = new PluginStore(files).look();
      expect(problems).toEqual([]);
      const found = plugins.map(({ sha256 }) => sha256);
      if (isDone) expect(found).toEqual([one.sha256, two.sha256]);
      else expect([[one.sha256], [one.sha256, two.sha256]]).toContainEqual(found);
      expect(plugins[0].isolation).toBe("trusted");
      new PluginStore(files).install(two.bytes, facts);
      expect(hashes(files)).toEqual([one.sha256, two.sha256]);
      new PluginStore(files).collect();
      expect(files.list("content")).toHaveLength(2);
    });
    // Content, lock and owner, four steps each.
    expect(cuts).toBe(12);
  });

  it("has the old state or the new one after any other change", () => {
    const store = (files: MemoryFiles): PluginStore => new PluginStore(files);
    cutEverywhere((each) => each.remove("a@1.0.0"), (files, isDone) => {
      expect(hashes(files).length).toBeLessThanOrEqual(isDone ? 0 : 1);
      expect(store(files).why("a")[0].sha256).toBe(one.sha256);
    });
    cutEverywhere((each) => each.untrust("a@1.0.0"), (files, isDone) => {
      const { isolation } = store(files).get("a@1.0.0");
      if (isDone) expect(isolation).toBe("isolated");
    });
    cutEverywhere((each) => each.collect(), (files) => expect(hashes(files)).toEqual([one.sha256]));
    cutEverywhere((each) => each.allow("npm:x"), (files, isDone) => {
      expect(store(files).allowed().length).toBeLessThanOrEqual(1);
      if (isDone) expect(store(files).allowed()).toEqual(["npm:x"]);
    });
  });

  it("repairs a content that is damaged when it is installed again", () => {
    const files = withOne();
    files.put(`content/${one.sha256}.plugin`, "damaged");
    expect(new PluginStore(files).look()).toMatchObject({
      plugins: [],
      problems: [expect.stringContaining("the bytes of")],
    });
    new PluginStore(files).install(one.bytes, facts);
    expect(hashes(files)).toEqual([one.sha256]);
  });

  it("has one writer at a time", () => {
    const files = withOne();
    files.exclusively(() => {
      expect(() => new PluginStore(files).install(two.bytes, facts)).toThrow("another does");
      expect(() => new PluginStore(files).remove("a@1.0.0")).toThrow("another does");
      expect(() => new PluginStore(files).collect()).toThrow("another does");
      expect(() => new PluginStore(files).allow("npm:x")).toThrow("another does");
      expect(hashes(files)).toEqual([one.sha256]);
    });
    new PluginStore(files).install(two.bytes, facts);
    expect(hashes(files)).toEqual([one.sha256, two.sha256]);
  });
});

/** What somebody does to the files of a store with `a@1.0.0`, `a@2.0.0` and `b@1.0.0`, and what of it still goes. */
interface Forgery {
  readonly what: string;
  readonly forge: (files: MemoryFiles) => void;
  readonly left: readonly string[];
  readonly says: string;
}

const b = contentFor("b@1.0.0", "b");
const edit = (path: string, from: string, to: string) => (files: MemoryFiles): void =>
  files.put(path, files.text(path).replaceAll(from, to));

const forgeries: readonly Forgery[] = [
  {
    what: "a version locked to the bytes of an older one",
    forge: edit("lock.json", two.sha256, one.sha256),
    left: ["a@1.0.0", "b@1.0.0"],
    says: "A version never changes",
  },
  {
    what: "a version that is the older one in lock and owner's file",
    forge: (files) => {
      for (const path of ["lock.json", "owner.json"]) edit(path, two.sha256, one.sha256)(files);
    },
    left: ["a@1.0.0", "b@1.0.0"],
    says: 'is "a@1.0.0"',
  },
  {
    what: "a line taken out of the lock",
    forge: edit("lock.json", `"a@2.0.0": "${two.sha256}",`, ""),
    left: ["a@1.0.0", "b@1.0.0"],
    says: "has no line for it any more",
  },
  {
    what: "changed code",
    forge: edit(`content/${two.sha256}.plugin`, "two", "too"),
    left: ["a@1.0.0", "b@1.0.0"],
    says: "were changed",
  },
  {
    what: "a content that is the file of another",
    forge: (files) =>
      void files.disk.set(
        `content/${two.sha256}.plugin`,
        files.disk.get(`content/${one.sha256}.plugin`)!,
      ),
    left: ["a@1.0.0", "b@1.0.0"],
    says: "were changed",
  },
  {
    what: "a content that is gone",
    forge: (files) => void files.disk.delete(`content/${b.sha256}.plugin`),
    left: ["a@1.0.0", "a@2.0.0"],
    says: "is not there",
  },
  {
    what: "a content of half its length",
    forge: (files) =>
      void files.disk.set(`content/${b.sha256}.plugin`, b.bytes.slice(0, b.bytes.length >> 1)),
    left: ["a@1.0.0", "a@2.0.0"],
    says: "were changed",
  },
  {
    what: "a hash that is a path",
    forge: edit("owner.json", b.sha256, "../../../../etc/passwd"),
    left: ["a@1.0.0", "a@2.0.0"],
    says: "owner.json has an entry that is none",
  },
  {
    what: "a grant that was not asked for",
    forge: edit("owner.json", `"granted": {}`, `"granted": {"net": ["evil.example"]}`),
    left: [],
    says: "what it does not ask for",
  },
  {
    what: "an entry of nobody",
    forge: edit("owner.json", `"b@1.0.0"`, `"__proto__"`),
    left: ["a@1.0.0", "a@2.0.0"],
    says: "owner.json has an entry that is none",
  },
  { what: "a torn lock", forge: (files) => files.put("lock.json", "{"), left: [], says: "damaged" },
  {
    what: "a torn owner's file",
    forge: (files) => files.put("owner.json", `{"meander":1`),
    left: [],
    says: "damaged",
  },
  {
    what: "a lock of another kind",
    forge: (files) => files.put("lock.json", `{"meander":2,"entries":{}}`),
    left: [],
    says: "damaged",
  },
];

describe("a store that was tampered with", () => {
  for (const { what, forge, left, says } of forgeries) {
    it(`names and refuses ${what}`, () => {
      const files = new MemoryFiles();
      const store = new PluginStore(files);
      for (const { bytes } of [one, two, b]) store.install(bytes, facts);
      const before = store.get("a@2.0.0");
      forge(files);
      const { plugins, problems } = store.look();
      expect(plugins.map(({ manifest: { name, version } }) => `${name}@${version}`)).toEqual(left);
      expect(problems.join("\n")).toContain(says);
      const isSame = new TextDecoder().decode(files.disk.get(`content/${two.sha256}.plugin`)) ===
        new TextDecoder().decode(two.bytes);
      if (isSame) expect(before.readCode()).toEqual(new TextEncoder().encode("two"));
      else expect(() => before.readCode()).toThrow("were changed");
    });
  }

  it("does not write over what is torn, nor collect by it", () => {
    for (const path of ["lock.json", "owner.json"]) {
      const files = withOne();
      files.put(path, "{");
      const store = new PluginStore(files);
      expect(() => store.install(two.bytes, facts)).toThrow("it is damaged");
      if (path === "owner.json") expect(() => store.collect()).toThrow("it is damaged");
      expect(files.text(path)).toBe("{");
      expect(files.list("content")).toContain(`${one.sha256}.plugin`);
    }
  });
});
