import { describe, expect, it } from "vitest";
import * as sdk from "../../plugin.ts";
import { z } from "zod";
import { MeanderError } from "../../operators/contract/fault.ts";
import { installSdk, SDK_KEY, sdkModule } from "../../plugins/sdk_key.ts";

const load = (text: string): Promise<Record<string, unknown>> =>
  import(`data:text/javascript,${encodeURIComponent(text)}`);

describe("what contents are given of Meander", () => {
  it("is refused by a content that is loaded without it, and by one that wants more", async () => {
    // One test, since it can be put there once only.
    await expect(load(sdkModule(["z", "nothing"]))).rejects.toThrow(
      "MEANDER_PLUGIN_SDK  Cannot load this plugin: it runs within Meander only",
    );
    installSdk(sdk);
    installSdk(sdk);
    await expect(load(`${sdkModule(["nothing"])}// again`)).rejects.toThrow(
      "MEANDER_PLUGIN_SDK  Cannot load this plugin: this Meander has no nothing",
    );
    await expect(load(`${sdkModule(["hasOwnProperty"])}`)).rejects.toThrow("has no hasOwnProperty");
    const module = await load(sdkModule(Object.keys(sdk)));
    expect({ ...module }).toEqual({ ...sdk });
    expect(module.z).toBe(z);
    expect(module.MeanderError).toBe(MeanderError);
    const there = (globalThis as Record<symbol, unknown>)[SDK_KEY] as Record<string, unknown>;
    expect(() => there.z = 1).toThrow(TypeError);
    expect(() => (globalThis as Record<symbol, unknown>)[SDK_KEY] = {}).toThrow(TypeError);
    expect(() => installSdk({ ...sdk, z: {} })).toThrow("there is another one under Symbol(");
    expect(() => installSdk({ z })).toThrow("MEANDER_PLUGIN_SDK");
  });

  it("exports only what can be exported", () => {
    for (const name of ["a b", "default", "sdk", "a;evil()", "1a", ""]) {
      expect(() => sdkModule([name])).toThrow("cannot be exported");
    }
  });
});
