/**
 * The plugin `numeric`: operators on streams of numbers.
 *
 * @module
 */
import { definePlugin } from "meander/plugin";
import { clamp } from "./clamp.ts";
import { histogram } from "./histogram.ts";
import { scale } from "./scale.ts";
import { statistics } from "./statistics.ts";

export { clamp, histogram, scale, statistics };

export default definePlugin({
  name: "numeric",
  version: "1.0.0",
  operators: [scale, clamp, statistics, histogram],
});
