/** JSON lines beside one JSON text: both begin with a brace. */

const LINES_NAME = /\.(?:jsonl|ndjson|jsonlines)$/i;

/** One object a line: the first line is a whole one, and the next begins another. In doubt the name decides. */
export function looksLikeLines(text: string, name: string): boolean {
  const [first = '', ...others] = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  if (!first.trimStart().startsWith('{')) return false;
  if (others.length === 0) return LINES_NAME.test(name);
  if (!isObject(first)) return LINES_NAME.test(name);
  return others[0]!.trimStart().startsWith('{') || LINES_NAME.test(name);
}

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
