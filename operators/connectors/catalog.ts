/**
 * The formats that come with the engine.
 *
 * @module
 */
import { csv } from "./csv_format.ts";
import { lines, text } from "./lines_format.ts";
import { ndjson } from "./ndjson_format.ts";
import { table } from "./table_format.ts";

/** Formats by name. */
export const formats = { lines, ndjson, csv, table, text } as const;
