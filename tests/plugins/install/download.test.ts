import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkAllowed } from "../../../plugins/install/allowlist.ts";
import { downloadNpm, downloadUrl, type Fetch } from "../../../plugins/install/download.ts";
import { sha256Of } from "../../../plugins/store/content_file.ts";

const bytes = new TextEncoder().encode("an archive");
const sha256 = sha256Of(bytes);
const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
const { signal } = new AbortController();

/** Answers by address, and says what was asked. */
function web(
  answers: Readonly<Record<string, () => Response>>,
): { readonly fetch: Fetch; readonly asked: string[] } {
  const asked: string[] = [];
  const fetch: Fetch = (url) => {
    asked.push(url);
    const answer = answers[url];
    return Promise.resolve(answer === undefined ? new Response("", { status: 404 }) : answer());
  };
  return { fetch, asked };
}

const to = (location: string) => (): Response =>
  new Response(null, { status: 302, headers: { location } });
const archive = (): Response => new Response(bytes);

describe("a download by address", () => {
  const start = "https://a.example/p/x.tgz";
  const patterns = ["https://a.example/p/*", "https://cdn.example/p/*"];

  function get(answers: Readonly<Record<string, () => Response>>, hash = sha256) {
    const { fetch, asked } = web(answers);
    const check = (url: string): void => checkAllowed({ kind: "https", url }, patterns, "s");
    const done = downloadUrl(
      { kind: "https", url: start, sha256: hash },
      { fetch, signal, registry: "" },
      check,
    );
    return { done, asked };
  }

  it("has the hash that was told", async () => {
    expect(await get({ [start]: archive }).done).toEqual(bytes);
    await expect(get({ [start]: archive }, "0".repeat(64)).done).rejects.toThrow(
      `is ${sha256}, not`,
    );
    await expect(get({}).done).rejects.toThrow("it answers 404");
  });

  it("is sent on only to where it may come from, which is asked about before it is asked", async () => {
    const cdn = "https://cdn.example/p/y.tgz";
    expect(await get({ [start]: to(cdn), [cdn]: archive }).done).toEqual(bytes);
    expect(await get({ [start]: to("y.tgz"), "https://a.example/p/y.tgz": archive }).done)
      .toEqual(bytes);
    const bad: readonly (readonly [location: string, says: string])[] = [
      ["https://evil.example/x.tgz", "not on the list"],
      ["/q/x.tgz", "not on the list"],
      ["../x.tgz", "not on the list"],
      ["http://a.example/p/x.tgz", "sends on to"],
      ["file:///etc/passwd", "sends on to"],
      ["http://169.254.169.254/latest/meta-data", "sends on to"],
      ["//evil.example/p/x.tgz", "not on the list"],
      ["https://[::1", "sends on to"],
    ];
    for (const [location, says] of bad) {
      const { done, asked } = get({ [start]: to(location) });
      await expect(done, location).rejects.toThrow(says);
      expect(asked).toEqual([start]);
    }
    const { done, asked } = get({ [start]: to(start) });
    await expect(done).rejects.toThrow("more than 5 times");
    expect(asked).toHaveLength(6);
  });

  it("stops at 16 MiB, whatever is said of its length, and takes no more", async () => {
    let taken = 0;
    let isCancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        taken += 2 ** 20;
        controller.enqueue(new Uint8Array(2 ** 20));
      },
      cancel() {
        isCancelled = true;
      },
    });
    const { done } = get({
      [start]: () => new Response(endless, { headers: { "content-length": "10" } }),
    });
    await expect(done).rejects.toThrow("more than 16777216 bytes");
    expect(taken).toBeLessThan(20 * 2 ** 20);
    expect(isCancelled).toBe(true);
  });
});

describe("a package of npm", () => {
  const registry = "https://npm.example/r";
  const about = "https://npm.example/r/@s%2fx/1.2.3";
  const tarball = "https://npm.example/r/@s/x/-/x-1.2.3.tgz";
  const told = { name: "@s/x", version: "1.2.3", dist: { tarball, integrity } };
  const json = (value: unknown) => (): Response => Response.json(value);

  function get(answers: Readonly<Record<string, () => Response>>) {
    const { fetch, asked } = web(answers);
    const source = { kind: "npm", name: "@s/x", version: "1.2.3" } as const;
    return { done: downloadNpm(source, { fetch, registry, signal }), asked };
  }

  it("is what the registry of the house says of that version", async () => {
    expect(await get({ [about]: json(told), [tarball]: archive }).done).toEqual(bytes);
  });

  it("is refused when the registry says something else, or sends elsewhere", async () => {
    const bad: readonly (readonly [value: unknown, says: string])[] = [
      [null, "it is not about"],
      [[], "it is not about"],
      [{ ...told, name: "x" }, "it is not about"],
      [{ ...told, version: "1.2.4" }, "it is not about"],
      [{ ...told, dist: undefined }, "names no archive"],
      [{ ...told, dist: { tarball: "x", integrity } }, "names no archive"],
      [{ ...told, dist: { tarball } }, "no SHA-512"],
      [{ ...told, dist: { tarball, integrity: "sha1-abc" } }, "no SHA-512"],
      [{ ...told, dist: { tarball, integrity: integrity.replace(/-./, "-#") } }, "no SHA-512"],
      [{ ...told, dist: { tarball, integrity: `sha512-${"A".repeat(86)}==` } }, "its hash is"],
      [
        { ...told, dist: { tarball: "https://evil.example/x.tgz", integrity } },
        "not at the registry",
      ],
      [{ ...told, dist: { tarball: "file:///etc/passwd", integrity } }, "not at the registry"],
    ];
    for (const [value, says] of bad) {
      const { done, asked } = get({ [about]: json(value), [tarball]: archive });
      await expect(done, JSON.stringify(value)).rejects.toThrow(says);
      expect(asked.every((url) => url.startsWith("https://npm.example/"))).toBe(true);
    }
    const sent = get({ [about]: to("https://evil.example/x") });
    await expect(sent.done).rejects.toThrow("not at the registry");
    const text = get({ [about]: () => new Response("<html>") });
    await expect(text.done).rejects.toThrow("it is no JSON");
  });
});
