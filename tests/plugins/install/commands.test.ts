import { buildApplication, buildRouteMap, run, text_en } from "@stricli/core";
import { describe, expect, it } from "vitest";
import { exitCodeOf, formatError } from "../../../cli/exit.ts";
import { storeRoutes } from "../../../cli/plugin_store.ts";
import type { PluginContext, PluginWorld } from "../../../cli/plugin_world.ts";
import type { AddTools } from "../../../plugins/install/add.ts";
import { unpack } from "../../../plugins/install/archive.ts";
import { sha256Of } from "../../../plugins/store/content_file.ts";
import { PluginStore } from "../../../plugins/store/store.ts";
import { contentFor, facts, manifestFor } from "../store/contents.ts";
import { MemoryFiles } from "../store/memory_files.ts";
import { memorySources } from "./memory_sources.ts";

/** `meander plugin` on a store in memory. */
class Desk {
  readonly files = new MemoryFiles();
  readonly store = new PluginStore(this.files);
  readonly written = new Map<string, Uint8Array>();
  readonly #plugins: PluginWorld;

  constructor(disk: Parameters<typeof memorySources>[0] = {}) {
    const files = memorySources(disk);
    this.#plugins = {
      store: () => this.store,
      files,
      addTools: () =>
        ({ files, fetch: () => Promise.reject(new Error("no network")) }) as unknown as AddTools,
      write: (path, bytes) => void this.written.set(path, bytes),
      now: () => facts.when,
      notEnforced: () => Promise.resolve(["memory \x1b[2J"]),
    };
  }

  /** Runs one command line; gives its exit code and all that it said. */
  async run(...args: string[]): Promise<{ readonly code: number; readonly said: string }> {
    let said = "";
    let chosen: number | undefined = undefined;
    const write = (text: string): void => void (said += text);
    const sink = { write, finish: () => {} };
    const process = { stdout: { write }, stderr: { write }, exitCode: undefined as unknown };
    const context = {
      process,
      plugins: this.#plugins,
      world: { stdout: () => sink },
      exit: (code: number) => void (chosen = code),
    };
    const root = buildRouteMap({ routes: storeRoutes, docs: { brief: "Plugins" } });
    const text = {
      ...text_en,
      exceptionWhileRunningCommand: (error: unknown) => formatError(error),
    };
    const app = buildApplication<PluginContext>(root, {
      name: "plugin",
      scanner: { caseStyle: "allow-kebab-for-camel" },
      determineExitCode: exitCodeOf,
      localization: { text },
    });
    await run(app, args, context as never);
    return { code: chosen ?? Number(process.exitCode ?? 0), said };
  }
}

const one = contentFor("a@1.0.0", "one", { net: ["x.example"] });
const two = contentFor("a@2.0.0", "two");

function withTwo(disk?: Parameters<typeof memorySources>[0]): Desk {
  const desk = new Desk(disk);
  desk.store.install(one.bytes, { ...facts, granted: { net: ["x.example:80"] } });
  desk.store.install(two.bytes, { ...facts, source: "npm:a\x1b[2J@2.0.0" });
  desk.store.trust("a@2.0.0", two.sha256);
  desk.store.recordUse("/specs/s.yaml", [`a@2.0.0 ${two.sha256}`]);
  return desk;
}

describe("meander plugin", () => {
  it("allows nothing at first, and says what would allow it", async () => {
    const desk = new Desk({ "/work/p/plugin.json": "{}" });
    expect(await desk.run("allow")).toMatchObject({
      code: 0,
      said: expect.stringContaining("Nothing"),
    });
    for (const source of ["p", "npm:a@1.0.0", `https://a.example/x.tgz#sha256-${"0".repeat(64)}`]) {
      const { code, said } = await desk.run("add", source, "--store", "s");
      expect([code, said]).toEqual([
        5,
        expect.stringMatching(/To allow it: meander plugin allow \S+ --store store/),
      ]);
      const pattern = /allow (\S+) --store/.exec(said)![1];
      expect((await desk.run("allow", pattern)).said).toBe(`Allowed ${pattern}\n`);
      expect((await desk.run("add", source)).said).not.toContain("To allow it");
    }
    const patterns = ["folder:/work/p", "https://a.example/x.tgz", "npm:a"];
    expect((await desk.run("allow")).said.trim().split("\n").toSorted()).toEqual(patterns);
    expect(JSON.parse((await desk.run("list", "--allowed", "--json")).said).toSorted()).toEqual(
      patterns,
    );
    expect(await desk.run("allow", "npm:*")).toMatchObject({ code: 5 });
    expect(desk.store.plugins()).toEqual([]);
  });

  it("lists versions side by side, with who uses what", async () => {
    const desk = withTwo();
    const { code, said } = await desk.run("list");
    expect(code).toBe(0);
    const rows = said.trim().split("\n").map((line) => line.split(/ {2,}/));
    expect(rows).toEqual([
      ["PLUGIN", "SHA-256", "ISOLATION", "GRANTED", "SOURCE", "USED BY"],
      ["a@1.0.0", one.sha256.slice(0, 12), "isolated", "net=x.example:80", facts.source, "-"],
      [
        "a@2.0.0",
        two.sha256.slice(0, 12),
        "trusted",
        "nothing",
        "npm:a\\u001b[2J@2.0.0",
        "/specs/s.yaml",
      ],
      ["not enforced here: memory \\u001b[2J"],
    ]);
    const json = JSON.parse((await desk.run("list", "--json")).said);
    expect(json).toMatchObject({
      problems: [],
      plugins: [
        {
          name: "a",
          version: "1.0.0",
          sha256: one.sha256,
          asked: { net: ["x.example"] },
          usedBy: [],
        },
        { version: "2.0.0", isolation: "trusted", operators: ["same"], usedBy: ["/specs/s.yaml"] },
      ],
    });
    desk.files.put(`content/${one.sha256}.plugin`, "forged");
    const damaged = await desk.run("list");
    expect(damaged.code).toBe(5);
    desk.files.put("uses.json", "{");
    expect((await desk.run("list")).said).toContain('damaged: Cannot read "uses.json"');
    expect(damaged.said).toMatch(/a@2\.0\.0[^]*damaged: Cannot use plugin "a@1\.0\.0"/);
  });

  it("removes what no spec uses, and collects it", async () => {
    const desk = withTwo();
    expect(await desk.run("remove", "a@2.0.0")).toMatchObject({
      code: 5,
      said: expect.stringContaining("- /specs/s.yaml"),
    });
    expect((await desk.run("gc")).said).toBe("Nothing to delete\n");
    expect((await desk.run("remove", "a@1.0.0")).code).toBe(0);
    expect((await desk.run("remove", "a@2.0.0", "--force")).code).toBe(0);
    expect((await desk.run("list")).said).toBe("No plugin is installed\n");
    // What a spec was locked to is kept, whoever was forced to go.
    expect((await desk.run("gc")).said).toBe(`Deleted content/${one.sha256}.plugin\n`);
    expect((await desk.run("why", "a")).said).toContain("removed; the lock keeps its hash");
    expect(await desk.run("remove", "a@1.0.0")).toMatchObject({ code: 5 });
  });

  it("says where a plugin came from", async () => {
    const desk = withTwo();
    expect((await desk.run("why", "a@1.0.0")).said).toBe(
      `a@1.0.0\n  sha256     ${one.sha256}\n  from       ${facts.source}\n  installed  ${facts.when}\n` +
        "  isolation  isolated\n  granted    net=x.example:80\n  used by    no spec was locked to it\n",
    );
    expect((await desk.run("why", "a")).said).toContain("  used by    /specs/s.yaml\n");
    expect(await desk.run("why", "b")).toMatchObject({
      code: 5,
      said: expect.stringContaining("never was in the store"),
    });
  });

  it("trusts by the hash alone, and says what that means", async () => {
    const desk = withTwo();
    const bare = await desk.run("trust", "a@1.0.0");
    expect(bare).toEqual({ code: 2, said: expect.stringContaining(one.sha256) });
    expect((await desk.run("trust", "a@1.0.0", "--sha256", two.sha256)).code).toBe(5);
    expect(desk.store.get("a@1.0.0").isolation).toBe("isolated");
    const { code, said } = await desk.run("trust", "a@1.0.0", "--sha256", one.sha256.toUpperCase());
    expect([code, said]).toEqual([0, expect.stringContaining("in the engine's own process")]);
    expect(desk.store.get("a@1.0.0").isolation).toBe("trusted");
    expect((await desk.run("trust", "a@1.0.0", "--revoke")).code).toBe(0);
    expect(desk.store.get("a@1.0.0").isolation).toBe("isolated");
  });

  it("packs what belongs to a plugin, and refuses links", async () => {
    const own = {
      "plugin.json": JSON.stringify(manifestFor("a@1.0.0")),
      "mod.ts": "1",
      "src/b.ts": "2",
    };
    const other = {
      "README.md": "r",
      LICENSE: "l",
      "deno.json": "{}",
      "src/b.test.ts": "t",
      ".env": "SECRET",
      ".git/config": "c",
      "node_modules/x/index.js": "x",
      "photo.png": "p",
      "deno.lock": "{}",
      "src/notes.md": "n",
    };
    const disk = Object.fromEntries(
      Object.entries({ ...own, ...other }).map(([path, text]) => [`/work/p/${path}`, text]),
    );
    const desk = new Desk(disk);
    const { code, said } = await desk.run("pack", "p");
    const packed = desk.written.get("a-1.0.0.tgz")!;
    expect([code, said]).toEqual([0, expect.stringContaining(`sha256 ${sha256Of(packed)}\n`)]);
    expect([...unpack(packed, "x").keys()]).toEqual(
      [...Object.keys(own), "README.md", "LICENSE", "deno.json"].toSorted(),
    );
    for (const bad of [null, undefined]) {
      const hostile = new Desk({ ...disk, "/work/p/src/l.ts": bad });
      expect(await hostile.run("pack", "p")).toMatchObject({ code: 5 });
      expect(hostile.written.size).toBe(0);
    }
  });
});
