/**
 * The plugin `stateful` at version 2.0.0: it keeps counts beside the sums, and takes over what version 1 has saved.
 *
 * @module
 */
import { definePlugin } from "meander/plugin";
import { migrateTotals, totals } from "./totals.ts";

export { migrateTotals, totals };

export default definePlugin({
  name: "stateful",
  version: "2.0.0",
  operators: [totals],
  migrate: { totals: migrateTotals },
});
