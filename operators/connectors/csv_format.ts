/**
 * Comma-separated values (RFC 4180), read and written.
 *
 * @module
 */
import { z } from "zod";
import { show } from "../contract/fault.ts";
import { formatType, type RecordType } from "../contract/record_type.ts";
import { nearest } from "../contract/nearest.ts";
import { schemaFields } from "./csv_columns.ts";
import { CsvDecoder } from "./csv_decoder.ts";
import { CsvEncoder } from "./csv_encoder.ts";
import { isCsvType } from "./csv_fields.ts";
import { type Format, type FormatProblem, maxLineBytes } from "./format.ts";

/** Configuration of `csv`. */
export interface CsvConfig {
  /** A tab, a blank or an ASCII sign. */
  readonly delimiter: string;
  /**
   * Whether the first line names the columns, or the names of the columns of a file without such a line.
   * Where records are written, whether to write that line, or the names to write.
   */
  readonly header: boolean | readonly string[];
  /** Only for writing: the fields to write, in this order. */
  readonly columns?: readonly string[] | undefined;
  readonly maxLineBytes: number;
}

const names = z.array(z.string()).min(1);

/** Comma-separated values. */
export const csv: Format<CsvConfig> = {
  name: "csv",
  summary: "comma-separated values with quotes (RFC 4180)",
  docs:
    "With a schema the columns are found by their names in the header, and others are not read. " +
    "Without one every column is a string. An empty field is the empty string, null where the " +
    'schema says optional (but "" in quotes is an empty string), and an error for other types. ' +
    "Blank lines are skipped, other blanks are content. A datetime without a zone is UTC.",
  config: z.strictObject({
    delimiter: z.string().regex(/^[\t !#-/:-@[-`{-~]$/, "must be a tab, a blank or an ASCII sign")
      .default(","),
    header: z.union([z.boolean(), names]).default(true),
    columns: names.optional(),
    maxLineBytes,
  }),
  problems: csvProblems,
  recordType: csvRecordType,
  decoder: (config, schema, sink) => new CsvDecoder(config, schema, sink),
  encoder: (config, type) => new CsvEncoder(config, type),
};

function csvProblems(
  { header, columns }: CsvConfig,
  schema: RecordType | undefined,
): FormatProblem[] {
  const problems = [...twice("header", header), ...twice("columns", columns)];
  if (schema === undefined || schema.kind === "any") return problems;
  const fields = schemaFields(schema);
  if (fields === undefined) {
    const message = `the schema is ${
      formatType(schema)
    }, but the records of the format csv are objects`;
    return [...problems, {
      path: ["schema"],
      message,
      hint: "Declare an object with one field for each column",
    }];
  }
  for (const [name, type] of fields) {
    if (!isCsvType(type)) {
      problems.push({
        path: ["schema", name],
        message: `the field ${show(name)} is ${
          formatType(type)
        }, which a column of csv cannot hold`,
        hint:
          "Declare it as string, integer, number, boolean or datetime, or use the format ndjson",
      });
    }
    if (!Array.isArray(header) || header.includes(name)) continue;
    const meant = nearest(name, header);
    problems.push({
      path: ["schema", name],
      message: `the header that is configured has no column ${show(name)}`,
      hint: meant === undefined ? "Add it to header" : `Did you mean ${show(meant)}?`,
    });
  }
  return problems;
}

function twice(
  place: "header" | "columns",
  names: boolean | readonly string[] | undefined,
): FormatProblem[] {
  if (!Array.isArray(names)) return [];
  const name = (names as string[]).find((name, at) => names.indexOf(name) !== at);
  if (name === undefined) return [];
  return [{
    path: ["config", place],
    message: `the name ${show(name)} stands there twice`,
    hint: "Name each column once",
  }];
}

function csvRecordType({ header }: CsvConfig, schema: RecordType | undefined): RecordType {
  const string: RecordType = { kind: "string" };
  if (schema !== undefined && schema.kind !== "any") return schema;
  if (Array.isArray(header)) {
    return {
      kind: "object",
      fields: new Map((header as string[]).map((name) => [name, string])),
    };
  }
  return header ? { kind: "map", of: string } : { kind: "list", of: string };
}
