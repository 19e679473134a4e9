/** What `meander plugin check` says of the plugins in packages/, without a process for each. */
import { describe, expect, it } from "vitest";
import config from "../../deno.json" with { type: "json" };
import { lawsOf } from "../../cli/plugin_laws.ts";
import { describePlugin } from "../../plugins/manifest/described.ts";
import { differences } from "../../plugins/manifest/difference.ts";
import { engineProblem } from "../../plugins/manifest/runs_on.ts";
import { manifestIn, plugins } from "./plugins.ts";

describe.each(Object.keys(plugins))("packages/%s", (folder) => {
  const plugin = plugins[folder];

  it("says in its manifest what its code has, and runs on this Meander", () => {
    const manifest = manifestIn(folder);
    expect(differences(manifest, describePlugin(plugin))).toEqual([]);
    expect(engineProblem(manifest, config.version)).toBeUndefined();
    // Nothing that any of them does needs to be let.
    expect(manifest.permissions).toBeUndefined();
  });

  it("keeps the laws, and its examples give what they say", async () => {
    const { problems, notes } = await lawsOf(plugin, describePlugin(plugin));
    expect(problems).toEqual([]);
    for (const { name, summary, docs } of plugin.operators) {
      expect(notes).toContain(`${name}: its example gives what it says`);
      expect(summary).toMatch(/^[A-Z].*[^.]$/);
      expect(docs).toMatch(/^[A-Z`].+[.)]$/s);
    }
  });
});
