/**
 * How a value looks inside an error message.
 * @module
 */

const LIMIT = 80;

/**
 * Shows any value on one line, shortened to 80 characters. Never throws, whatever the value is:
 * an error message must not fail for the value it is about.
 */
export function show(value: unknown): string {
  let text: string;
  try {
    text = raw(value);
  } catch {
    text = typeof value;
  }
  return text.length <= LIMIT ? text : `${text.slice(0, LIMIT - 1)}…`;
}

function raw(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.slice(0, LIMIT));
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return `${value}n`;
    case "function":
      return `function ${value.name || "(anonymous)"}`;
    case "object":
      return value === null ? "null" : rawObject(value);
    default:
      return String(value);
  }
}

function rawObject(value: object): string {
  const json = JSON.stringify(value, (_name, part) => typeof part === "bigint" ? `${part}n` : part);
  const kind = value.constructor?.name;
  return kind === undefined || kind === "Object" || kind === "Array" ? json : `${kind} ${json}`;
}
