import { describe, expect, it } from "vitest";
import * as fc from "fast-check";
import { z } from "zod";
import { anyRecord, defineOperator } from "../../operators/contract/definition.ts";
import type { Format } from "../../operators/connectors/format.ts";
import { core } from "../../plugins/core.ts";
import { parseReference } from "../../plugins/reference.ts";
import { type Plugin, Registry, type Resolved, type Unresolved } from "../../plugins/registry.ts";

function plugin(
  name: string,
  version: string,
  operators = ["run"],
  formats: string[] = [],
): Plugin {
  return { name, version, operators: operators.map(operator), formats: formats.map(format) };
}

function operator(name: string) {
  return defineOperator({
    name,
    version: "1.0.0",
    summary: "For tests",
    config: z.strictObject({}),
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    create: () => ({ receive: { in: () => {} } }),
  });
}

function format(name: string): Format<unknown> {
  return { name, summary: "for tests", config: z.strictObject({}), problems: () => [] };
}

/** `name@version` of what was found, or why nothing was. */
function outcome<T>(found: Resolved<T> | Unresolved): string {
  if ("problem" in found) return `${found.problem}. ${found.hint}`;
  return `${found.plugin.name}@${found.plugin.version}`;
}

const versions = ["1.0.0", "1.2.0", "1.10.0", "2.0.0", "3.0.0-beta.1"];
const several = new Registry([core, ...versions.map((version) => plugin("geo", version))]);
const find = (reference: string) => outcome(several.find(reference));

describe("A registry is a value", () => {
  const base = new Registry([core, plugin("geo", "1.0.0"), plugin("geo", "2.0.0")]);
  const names = ({ plugins }: Registry) => plugins.map(({ name, version }) => `${name}@${version}`);

  it("that adding, restricting and excluding leave as it was", () => {
    const before = names(base);
    expect(names(base.add(plugin("air", "1.0.0")))).toEqual(["air@1.0.0", ...before]);
    expect(names(base.with("geo"))).toEqual(["geo@2.0.0", "geo@1.0.0"]);
    expect(names(base.with("geo@1.0.0", "core"))).toEqual(["core@1.0.0", "geo@1.0.0"]);
    expect(names(base.without("geo@2.0.0"))).toEqual(["core@1.0.0", "geo@1.0.0"]);
    expect(names(base.without("geo", "core"))).toEqual([]);
    expect(names(base)).toEqual(before);
    expect(Object.isFrozen(base.plugins)).toBe(true);
  });

  it("that does not change with the list it was made of", () => {
    const list = [core];
    const registry = new Registry(list);
    list.push(plugin("geo", "1.0.0"));
    expect(names(registry)).toEqual(["core@1.0.0"]);
  });

  it("that knows no names but those that it was given", () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      expect(names(base.with(name))).toEqual([]);
      expect(names(base.without(name))).toEqual(names(base));
      expect(outcome(base.find(name))).toContain(`"${name}" names no operator`);
      expect(outcome(base.find(`core/${name}`))).toMatch(/has no operator|names no operator/);
      expect(outcome(base.findFormat(name))).toMatch(/has no format|names no format/);
    }
    expect(outcome(base.find("constructor/run"))).toContain('there is no plugin "constructor"');
    expect(names(new Registry([plugin("constructor", "1.0.0")]))).toEqual(["constructor@1.0.0"]);
  });
});

describe("A registry refuses", () => {
  it("a second plugin of the same name and version, and no other", () => {
    const registry = new Registry([core, plugin("geo", "1.0.0")]);
    expect(() => registry.add(plugin("geo", "1.0.0"))).toThrow(
      'MEANDER_REGISTRY  Cannot add plugin "geo@1.0.0": it is there already. ' +
        "Give changed code another version",
    );
    expect(registry.add(plugin("geo", "1.0.1")).plugins).toHaveLength(3);
  });

  it.each([
    "",
    "1",
    "1.0",
    "v1.0.0",
    "=1.0.0",
    " 1.0.0",
    "1.0.0.0",
    "01.0.0",
    "1.0.0+build",
    "latest",
  ])(
    "the version %j, of which there are several forms or none",
    (version) => {
      expect(() => new Registry([plugin("geo", version)])).toThrow(
        `Cannot add plugin "geo" at version ${JSON.stringify(version)}: a version is`,
      );
    },
  );

  it.each(["", "Geo", "a/b", "a b", "__proto__", "1a", "geo@1", "é"])(
    "the name %j, which no reference could say",
    (name) => {
      expect(() => new Registry([plugin(name, "1.0.0")])).toThrow(
        `Cannot add plugin ${JSON.stringify(name)}: a name has`,
      );
    },
  );
});

describe("A reference means", () => {
  it("the latest version in its range, compared by number", () => {
    expect(find("geo/run@^1")).toBe("geo@1.10.0");
    expect(find("geo/run@~1.2")).toBe("geo@1.2.0");
    expect(find("geo/run@>=1.2 <2")).toBe("geo@1.10.0");
    expect(find("geo/run@1.0.0")).toBe("geo@1.0.0");
    expect(find("geo/run@1.0.0 || ^2")).toBe("geo@2.0.0");
    expect(find("geo/run@*")).toBe("geo@2.0.0");
  });

  it("a prerelease only where its range names one", () => {
    expect(find("geo/run@>=2")).toBe("geo@2.0.0");
    expect(find("geo/run@3.0.0-beta.1")).toBe("geo@3.0.0-beta.1");
    expect(find("geo/run@^3.0.0-beta.0")).toBe("geo@3.0.0-beta.1");
    expect(find("geo/run@^3")).toContain("no installed version");
  });

  it("the latest release without a range, and a prerelease where there is none", () => {
    expect(find("geo/run")).toBe("geo@2.0.0");
    const early = new Registry([plugin("geo", "0.1.0-a"), plugin("geo", "0.1.0-b")]);
    expect(outcome(early.find("geo/run"))).toBe("geo@0.1.0-b");
  });

  it("one version for all operators: a range says which, and not what is asked of it", () => {
    const registry = new Registry([
      plugin("geo", "0.9.0", ["old"]),
      plugin("geo", "1.0.0", ["old", "run"]),
      plugin("geo", "1.1.0", ["run"]),
    ]);
    expect(outcome(registry.find("geo/run"))).toBe("geo@1.1.0");
    expect(outcome(registry.find("geo/old"))).toBe(
      'plugin "geo" has no operator "old" at version 1.1.0. ' +
        "1.0.0, 0.9.0 have it: write geo/old@1.0.0",
    );
    expect(outcome(registry.find("geo/run@^0.9"))).toBe(
      'plugin "geo" has no operator "run" at version 0.9.0. ' +
        "1.1.0, 1.0.0 have it: write geo/run@1.1.0",
    );
  });

  it("any version with *, as without a range", () => {
    const early = new Registry([plugin("geo", "0.1.0-a")]);
    expect(outcome(early.find("geo/run@*"))).toBe("geo@0.1.0-a");
    expect(outcome(early.find("geo/run@>=0"))).toContain("no installed version");
  });

  it("the one version that is pinned, when its range allows it", () => {
    const pinned = (reference: string, pin: string) => outcome(several.findPinned(reference, pin));
    expect(pinned("geo/run", "1.2.0")).toBe("geo@1.2.0");
    expect(pinned("geo/run@^1", "1.2.0")).toBe("geo@1.2.0");
    expect(pinned("geo/run", "3.0.0-beta.1")).toBe("geo@3.0.0-beta.1");
    expect(pinned("geo/run@^1", "2.0.0")).toBe(
      'version 2.0.0 does not satisfy "^1" of "geo/run@^1". Leave one of them out',
    );
    expect(pinned("geo/run", "^1")).toBe('"^1" is no version. Write one, such as 1.4.0');
    expect(pinned("geo/run", "9.0.0")).toContain('no installed version of plugin "geo"');
  });

  it("one version, in whatever order plugins were added", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(versions, { minLength: versions.length }), (order) => {
        const registry = new Registry(order.map((version) => plugin("geo", version)));
        expect(registry.plugins.map(({ version }) => version)).toEqual(versions.toReversed());
        expect(outcome(registry.find("geo/run@^1"))).toBe("geo@1.10.0");
      }),
    );
  });
});

describe("A reference that means nothing", () => {
  it("is answered with what is installed", () => {
    expect(find("geo/run@^4")).toBe(
      'no installed version of plugin "geo" satisfies "^4". ' +
        "Installed: 3.0.0-beta.1, 2.0.0, 1.10.0, 1.2.0, 1.0.0",
    );
    expect(find("geo/run@banana")).toBe('"banana" is no range of versions. Write it like ^1.2');
    // Each alternative costs whoever reads it, and nobody writes so many.
    const long = Array.from({ length: 1000 }, (_unused, i) => `^${i}`).join(" || ");
    expect(find(`geo/run@${long}`)).toContain("is no range of versions");
  });

  it("is answered with the nearest name", () => {
    expect(find("core/joyn")).toMatch(/^plugin "core" has no operator "joyn"\. .*"core\/join"\?$/);
    expect(find("kore/join")).toBe(
      'there is no plugin "kore". Installed: core 1.0.0; ' +
        'geo 3.0.0-beta.1, 2.0.0, 1.10.0, 1.2.0, 1.0.0. Did you mean "core/join"?',
    );
    // The plugin's name is not near, but another plugin has an operator of that name.
    expect(find("operators/join")).toContain('Did you mean "core/join"?');
    expect(outcome(new Registry().find("core/join"))).toBe(
      'there is no plugin "core". No plugin is installed',
    );
  });

  it.each(["join", "core/", "/join", "core/join@", "Core/join", "core\\join", "", "core/join/x"])(
    "%j is told how references are written",
    (reference) => {
      expect(find(reference)).toBe(
        `${JSON.stringify(reference)} names no operator. ` +
          "Write plugin/operator or plugin/operator@range, such as core/join@^1",
      );
    },
  );

  it("throws from `get` what `find` says", () => {
    expect(() => several.get("geo/run@^4")).toThrow(
      'MEANDER_REGISTRY  Cannot get operator: no installed version of plugin "geo" satisfies "^4"',
    );
    expect(several.get("core/join").found.name).toBe("join");
  });

  it("never throws from `find`, whatever it is", () => {
    const piece = fc.constantFrom(
      "core",
      "/",
      "@",
      "^",
      "1",
      "x",
      "-",
      "<",
      "||",
      " ",
      "__proto__",
    );
    const text = fc.oneof(
      fc.string({ maxLength: 40, size: "max" }),
      fc.array(piece, { maxLength: 12, size: "max" }).map((parts) => parts.join("")),
    );
    fc.assert(fc.property(text, (reference) => {
      expect(typeof outcome(several.find(reference))).toBe("string");
      expect(typeof outcome(several.findFormat(reference))).toBe("string");
      parseReference(reference);
    }));
  });
});

describe("Formats", () => {
  const registry = new Registry([core, plugin("geo", "1.1.0", [], ["gpx"])]);

  it("of core need no plugin's name, others do", () => {
    expect(outcome(registry.findFormat("csv"))).toBe("core@1.0.0");
    expect(outcome(registry.findFormat("core/csv@^1"))).toBe("core@1.0.0");
    expect(outcome(registry.findFormat("geo/gpx"))).toBe("geo@1.1.0");
    expect(outcome(registry.findFormat("gpx"))).toContain('plugin "core" has no format "gpx"');
    expect(outcome(registry.findFormat("cvs"))).toContain('Did you mean "core/csv"?');
  });

  it("are not operators", () => {
    expect(outcome(registry.find("core/csv"))).toContain('plugin "core" has no operator "csv"');
    expect(outcome(registry.findFormat("join"))).toContain('plugin "core" has no format "join"');
    expect(outcome(registry.find("geo/gpx"))).toBe(
      'plugin "geo" has no operator "gpx". It has none',
    );
  });
});
