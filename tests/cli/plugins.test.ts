/** Commands with a store of plugins: what they lock, refuse, show and record. */
import { describe, expect, it } from "vitest";
import type { OpenStore, PluginUse } from "../../cli/open_plugins.ts";
import type { Plugin } from "../../plugins/registry.ts";
import type { PluginLimits } from "../../specs/plugin_limits.ts";
import { hashOf, stored } from "../specs/plugins_support.ts";
import { MemoryWorld } from "./support.ts";

const SPEC = `meander: 1
name: tags
plugins: { text: ^1 }
inputs: { words: { format: lines, file: words.txt } }
nodes:
  early: { use: text/tag, from: words }
  late: { use: text/tag@*, from: early }
outputs: { o: { from: late } }
tests:
  - name: it
    inputs: { words: [a] }
    outputs: { o: ["text-2.0.0(text-1.0.0(a))"] }
`;
const LOCK = "tags.yaml.lock.json";
const TEXT = [stored("text", "1.0.0", hashOf(1)), stored("text", "2.0.0", hashOf(2))];
const NEWER = [...TEXT, stored("text", "1.4.0", hashOf(4)), stored("text", "3.0.0", hashOf(3))];
const LOCKED = `{
  "meander": 1,
  "plugins": {
    "text@*": {"version":"2.0.0","sha256":"${hashOf(2)}"},
    "text@^1": {"version":"1.0.0","sha256":"${hashOf(1)}"}
  }
}
`;

/** A world with a store in which these plugins are, and what became of it. */
class StoreWorld extends MemoryWorld {
  plugins: readonly Plugin[];
  readonly recorded: [spec: string, uses: readonly PluginUse[]][] = [];
  readonly limits: PluginLimits[] = [];
  problems: string[] = [];
  open = 0;

  constructor(plugins: readonly Plugin[], files: Readonly<Record<string, string>> = {}) {
    super({ "tags.yaml": SPEC, "words.txt": "a\nb\n", "store/lock.json": "{}", ...files });
    this.plugins = plugins;
    this.openStore = (folder) => {
      expect(folder).toBe("store");
      this.open++;
      return Promise.resolve(this.#store());
    };
  }

  /** One command with the store; nothing of it may be left open. */
  async meander(...args: string[]) {
    const finished = await this.run([...args, "--store", "store"]);
    expect(this.open).toBe(0);
    return finished;
  }

  #store(): OpenStore {
    return {
      plugins: this.plugins,
      problems: this.problems,
      notEnforced: () => Promise.resolve(["memory outside of the heap"]),
      settled: () => Promise.resolve(false),
      limit: (limits) => void this.limits.push(limits),
      recordUse: (spec, uses) => void this.recorded.push([spec, uses]),
      uses: () => new Map(this.recorded),
      close: () => {
        this.open--;
        return Promise.resolve();
      },
    };
  }
}

describe("meander run with plugins", () => {
  it("locks what it chose beside the spec, and tells the store", async () => {
    const world = new StoreWorld(TEXT);
    const { code, stdout, stderr } = await world.meander("run", "tags.yaml");
    expect([code, stderr]).toEqual([
      0,
      "Plugins: not enforced here: memory outside of the heap\n",
    ]);
    expect(stdout).toBe('"text-2.0.0(text-1.0.0(a))"\n"text-2.0.0(text-1.0.0(b))"\n');
    expect(world.disk.get(LOCK)).toBe(LOCKED);
    expect(world.recorded.map(([spec, uses]) => [spec.endsWith("/tags.yaml"), uses])).toEqual([[
      true,
      [
        { name: "text", version: "1.0.0", sha256: hashOf(1) },
        { name: "text", version: "2.0.0", sha256: hashOf(2) },
      ],
    ]]);
  });

  it("gives processes their limits before any of them starts: those of flags before the spec's", async () => {
    const limited = SPEC.replace(
      "inputs:",
      "limits: { plugins: { memory: 64MiB, restarts: 1 } }\ninputs:",
    );
    const world = new StoreWorld(TEXT, { "tags.yaml": limited });
    await world.meander("run", "tags.yaml");
    const flags = ["--plugin-memory", "32MiB", "--plugin-timeout", "2s", "--stats"];
    const { stderr } = await world.meander("run", "tags.yaml", ...flags);
    expect(stderr).toContain(
      "limits: plugin memory 32 MiB, plugin timeout 2 s, plugin restarts 1\n",
    );
    await world.meander("test", "tags.yaml");
    expect(world.limits).toEqual([
      { memoryMb: 64, restarts: 1 },
      { memoryMb: 32, callbackMs: 2000, restarts: 1 },
      { memoryMb: 64, restarts: 1 },
    ]);
    const small = await world.run(["run", "tags.yaml", "--plugin-memory", "1MB"]);
    expect([small.code, small.stderr]).toEqual([
      2,
      expect.stringContaining("expected 16MB or more"),
    ]);
  });

  it("keeps what is locked, until it is asked to choose anew", async () => {
    const world = new StoreWorld(NEWER, { [LOCK]: LOCKED });
    expect((await world.meander("run", "tags.yaml")).stdout).toContain("2.0.0(text-1.0.0(a))");
    expect((await world.meander("run", "tags.yaml", "--frozen")).code).toBe(0);
    expect(world.disk.get(LOCK)).toBe(LOCKED);
    expect((await world.meander("run", "tags.yaml", "--update-lock")).stdout).toContain(
      "3.0.0(text-1.4.0(a))",
    );
    expect(world.disk.get(LOCK)).toContain(`"text@^1": {"version":"1.4.0","sha256":"${hashOf(4)}"`);
    // A broken lock is put in order by the same flag.
    world.write(LOCK, "broken");
    expect((await world.meander("run", "tags.yaml")).code).toBe(5);
    expect((await world.meander("run", "tags.yaml", "--update-lock")).code).toBe(0);
    expect((await world.meander("run", "tags.yaml", "--frozen")).code).toBe(0);
  });

  it("neither makes nor changes a frozen lock, and shows the difference", async () => {
    const world = new StoreWorld(TEXT);
    for (const command of ["run", "validate", "test"]) {
      const { code, stdout, stderr } = await world.meander(command, "tags.yaml", "--frozen");
      expect([code, stdout]).toEqual([5, ""]);
      expect(stderr).toContain(
        `MEANDER_PLUGIN_LOCK  Cannot make lock "${LOCK}": it is frozen. Run it without --frozen`,
      );
      expect(stderr).toContain(`\n  - + text@^1: 1.0.0 ${hashOf(1)}\n`);
    }
    world.write(LOCK, LOCKED.replace('"text@*"', '"text@>1"'));
    const { code, stderr } = await world.meander("run", "tags.yaml", "--frozen");
    expect([code, stderr.split("\n").slice(1)]).toEqual([5, [
      `  - + text@*: 2.0.0 ${hashOf(2)}`,
      `  - - text@>1: 2.0.0 ${hashOf(2)}`,
      "",
    ]]);
    expect([world.recorded, world.disk.has("o.ndjson")]).toEqual([[], false]);
  });

  it("refuses other bytes and what is gone, each at its node, with the code of plugins", async () => {
    const forged = [stored("text", "1.0.0", hashOf(9)), stored("text", "2.1.0", hashOf(2))];
    const world = new StoreWorld(forged, { [LOCK]: LOCKED });
    const { code, stdout, stderr } = await world.meander("run", "tags.yaml");
    expect([code, stdout]).toEqual([5, ""]);
    expect(stderr).toBe(
      `tags.yaml:3:18 /plugins/text: "text@^1" is locked at version 1.0.0 with SHA-256 ${
        hashOf(1)
      }, and that version is installed with ${hashOf(9)}. ` +
        "It is not what was locked: find out why before you choose anew with --update-lock\n" +
        'tags.yaml:7:16 /nodes/late/use: "text@*" is locked at version 2.0.0, which is not installed. ' +
        "Add it with `meander plugin add`, or choose anew with --update-lock. Installed: 2.1.0, 1.0.0\n" +
        "2 problems\n",
    );
    const json = await world.meander("validate", "tags.yaml", "--json");
    expect([json.code, JSON.parse(json.stdout).problems.map(({ code }: { code: string }) => code)])
      .toEqual([5, ["MEANDER_PLUGIN_LOCK", "MEANDER_PLUGIN_LOCK"]]);
  });

  it("goes on where the lock may not be written, and says so in a line", async () => {
    const world = new StoreWorld(TEXT);
    const file = world.file.bind(world);
    world.file = (path) =>
      path === LOCK ? Promise.reject(new Error("no right\nto write")) : file(path);
    const { code, stdout, stderr } = await world.meander("run", "tags.yaml");
    expect([code, stdout.split("\n").length]).toEqual([0, 3]);
    expect(stderr.split("\n")[0]).toBe(
      `The lock ${LOCK} is not written, so that the next run may choose otherwise: no right`,
    );
  });

  it("writes nothing for a spec without them, and never over the lock", async () => {
    const plain = SPEC.replace(/plugins: .*\n/, "").replaceAll(/text\/tag(@\*)?/g, "core/count");
    const world = new StoreWorld(TEXT, { "tags.yaml": plain });
    const { code, stderr } = await world.meander("run", "tags.yaml");
    expect([code, stderr, world.disk.has(LOCK), world.recorded]).toEqual([0, "", false, []]);
    const over = await new StoreWorld(TEXT).meander("run", "tags.yaml", "--output", `o=${LOCK}`);
    expect([over.code, over.stderr]).toEqual([
      2,
      `Cannot use ${LOCK} for output o: it is used for the lock of the spec. Name another file\n`,
    ]);
  });

  it("says in its figures which version ran", async () => {
    const { stderr } = await new StoreWorld(TEXT).meander("run", "tags.yaml", "--stats");
    expect(stderr).toMatch(/^early +text\/tag@1\.0\.0 +2 +2 /m);
    expect(stderr).toMatch(/^late +text\/tag@2\.0\.0 +2 +2 /m);
  });
});

describe("A store", () => {
  it("is not looked into when there is none", async () => {
    const world = new StoreWorld(TEXT);
    const { code, stderr } = await world.run(["validate", "tags.yaml"]);
    expect([code, stderr.split("\n")[0]]).toEqual([
      3,
      'tags.yaml:3:12 /plugins/text: there is no plugin "text". Installed: core 1.0.0',
    ]);
    const missing = await world.run(["run", "tags.yaml", "--store", "nowhere"]);
    expect([missing.code, missing.stderr]).toEqual([
      2,
      "Cannot use --store nowhere: there is no such folder\n",
    ]);
    const both = await world.meander("run", "tags.yaml", "--frozen", "--update-lock");
    expect([both.code, both.stderr]).toEqual([
      2,
      "Cannot use --frozen with --update-lock: one keeps what the other changes\n",
    ]);
  });

  it("cannot put something in the place of core", async () => {
    const world = new StoreWorld([stored("core", "9.0.0")]);
    const { code, stderr } = await world.meander("run", "tags.yaml");
    expect([code, stderr]).toEqual([
      5,
      'MEANDER_PLUGIN_STORE  Cannot use plugin "core@9.0.0" of the store at "store": ' +
      '"core" is a part of Meander. Remove it: meander plugin remove core@9.0.0\n',
    ]);
  });

  it("that is damaged is named where a plugin is missed", async () => {
    const world = new StoreWorld([]);
    world.problems = ['Cannot use plugin "text@1.0.0": its bytes \u001b[2J were changed'];
    const { code, stderr } = await world.meander("run", "tags.yaml");
    expect(code).toBe(3);
    expect(stderr).toContain(
      'Store: Cannot use plugin "text@1.0.0": its bytes \\u001b[2J were changed\n',
    );
    expect(stderr).toContain('there is no plugin "text"');
  });
});

describe("Other commands", () => {
  it("validate shows which bytes each node would run, and changes nothing unless asked", async () => {
    const world = new StoreWorld(TEXT);
    const { code, stdout } = await world.meander("validate", "tags.yaml", "--json");
    expect([code, JSON.parse(stdout)]).toEqual([0, {
      problems: [],
      plan: [
        {
          ...{ node: "early", use: "text/tag", plugin: "text", version: "1.0.0", operator: "tag" },
          ...{ sha256: hashOf(1), isolation: "isolated" },
        },
        {
          ...{ node: "late", use: "text/tag@*", plugin: "text", version: "2.0.0", operator: "tag" },
          ...{ sha256: hashOf(2), isolation: "isolated" },
        },
      ],
    }]);
    expect((await world.meander("validate", "tags.yaml")).stdout).toBe(
      "tags.yaml: well (1 input, 2 nodes, 1 output)\n" +
        "  text@1.0.0  111111111111  isolated\n  text@2.0.0  222222222222  isolated\n",
    );
    expect(world.disk.has(LOCK)).toBe(false);
    await world.meander("validate", "tags.yaml", "--update-lock");
    expect([world.disk.get(LOCK), world.recorded.length]).toEqual([LOCKED, 1]);
  });

  it("test, explain, graph and why choose as the lock says", async () => {
    const world = new StoreWorld(NEWER, { [LOCK]: LOCKED });
    expect((await world.meander("test", "tags.yaml")).stdout).toContain("1 passed, 0 failed");
    expect((await world.meander("explain", "tags.yaml")).stdout).toContain(
      '["text-2.0.0(text-1.0.0(a))"]',
    );
    expect((await world.meander("graph", "tags.yaml")).stdout).toContain("text/tag@1.0.0");
    const json = JSON.parse(
      (await world.meander("graph", "tags.yaml", "--format", "json")).stdout,
    );
    expect(json.vertices.map(({ origin }: { origin?: { version: string } }) => origin?.version))
      .toEqual([undefined, "1.0.0", "2.0.0", undefined]);
    expect((await world.meander("why", "tags.yaml")).stdout).toBe("o is complete\n");
    expect(world.recorded).toEqual([]);
  });

  it("operators lists versions, bytes, isolation, rights and users", async () => {
    const world = new StoreWorld(TEXT);
    await world.meander("run", "tags.yaml");
    const { stdout } = await world.meander("operators");
    const heads = stdout.split("\n").filter((line) => /^\w/.test(line));
    expect(heads).toEqual([
      "core 1.0.0",
      expect.stringMatching(
        /^text 2\.0\.0 {2}2{12} {2}isolated {2}granted: nothing {2}used by: .*\/tags\.yaml$/,
      ),
      expect.stringMatching(/^text 1\.0\.0 {2}1{12} {2}isolated/),
      "not enforced here: memory outside of the heap",
    ]);
    const one = await world.meander("operators", "text/tag@^1");
    expect(one.stdout).toContain("text/tag 1.0.0\n");
    expect(one.stdout).toMatch(
      new RegExp(
        `plugin text 1\\.0\\.0:\n  sha256     ${
          hashOf(1)
        }\n  isolation  isolated\n  granted    nothing\n` +
          "  source     a test\n  used by    .*/tags\\.yaml\n  others     2\\.0\\.0\n",
      ),
    );
    expect((await world.meander("operators", "core/count")).stdout).not.toContain("plugin core");
  });

  it("operators shows what would move a terminal, and does not send it", async () => {
    const plain = stored("text", "1.0.0");
    const [tag] = plain.operators;
    const sly = { ...tag, summary: "Clears \u001b[2J", docs: "\u009b2J\r" };
    const granted = { read: ["/tmp/\u001b[1m"] };
    const provenance = { ...plain.provenance!, granted, source: "\u202e" };
    const world = new StoreWorld([{ ...plain, operators: [sly], provenance }]);
    for (const args of [["operators"], ["operators", "text/tag"]]) {
      const { stdout } = await world.meander(...args);
      expect(stdout).toContain("Clears \\u001b[2J");
      // deno-lint-ignore no-control-regex
      expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    }
  });
});
