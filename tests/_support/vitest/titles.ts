import { format } from "node:util";

/**
 * The name of one row of `it.each`: `%s %d %i %f %j %o` take the row's values in order, `%#` is
 * its index, `%$` its number from 1, and `$key` or `$key.inner` a property of an object row.
 */
export function titleOfRow(title: string, row: readonly unknown[], index: number): string {
  const numbered = title
    .replaceAll(
      /%%|%#|%\$/g,
      (mark) => mark === "%%" ? "%%" : String(mark === "%#" ? index : index + 1),
    );
  const [first] = row;
  const named = typeof first === "object" && first !== null
    ? numbered.replaceAll(
      /\$([A-Za-z_][\w.]*)/g,
      (mark, path: string) => property(first, path) ?? mark,
    )
    : numbered;
  const places = named.match(/%[sdifjoO]/g)?.length ?? 0;
  return format(named, ...row.slice(0, places));
}

function property(row: object, path: string): string | undefined {
  let value: unknown = row;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !(key in value)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === "string" ? value : format("%o", value);
}
