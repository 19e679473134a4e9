/**
 * The operators and formats that come with Meander, as a plugin like any other.
 *
 * @module
 */
import { coreOperators } from "../operators/catalog.ts";
import { formats } from "../operators/connectors/catalog.ts";
import type { Plugin } from "./registry.ts";

/** The plugin `core`. */
export const core: Plugin = {
  name: "core",
  version: "1.0.0",
  operators: Object.values(coreOperators),
  formats: Object.values(formats),
};
