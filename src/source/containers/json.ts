/**
 * `.json`: an array of objects, or an object with one such array somewhere in it. Read twice as a stream: only at its end
 * is it known which columns there are, and which array is meant.
 */

import { SyncError } from '../../errors.js';
import { createUtf8Decoder, isWide, readBlocks } from '../bytes.js';
import { ColumnList } from './column-list.js';
import type { Container, ContainerFacts, ContainerInput, TableSink } from './container.js';
import { JsonGrammar } from './json/grammar.js';
import type { JsonHandler } from './json/grammar.js';
import { looksLikeLines } from './json/recognise.js';
import { describeElement, TableWalker } from './json/table-walker.js';
import type { FoundArray } from './json/table-walker.js';
import { unwrapNames } from './json/unwrap.js';
import { refuseText } from './text-lines.js';

const LIST_HINT = 'Export the records as a list (an array of objects), or as CSV.';
/** `{}` alone is the first line of an export of MYOB. */
const JSON_START = /^(?:\{\s*"|\[\s*[[{"\]\d])/;

export const JSON_FILE: Container = {
  format: 'json',
  unit: 'element',
  header: 'own',
  recognises: (_, text, name) =>
    (JSON_START.test(text.trimStart().slice(0, 400)) || text.trim() === '{}') && !looksLikeLines(text, name),
  convert,
};

async function convert(input: ContainerInput, sink: TableSink): Promise<ContainerFacts> {
  refuseEncoding(input);
  const { array, columns } = await survey(input);
  await sink.writeHeader(unwrapNames(columns.names));
  const keys = columns.names;
  let pending: { readonly line: number; readonly cells: readonly string[] }[] = [];
  const walker = new TableWalker(input, (found, cells) => {
    if (found.path === array.path)
      pending.push({ line: found.elements, cells: keys.map((key) => cells.get(key) ?? '') });
  });
  for await (const _ of readJson(input, walker)) {
    for (const { line, cells } of pending) await sink.writeRow(line, cells);
    pending = [];
  }
  if (array.path === '') return { notes: [] };
  const message = `The records are those of "${array.path}"; what stands beside it is left out.`;
  return { notes: [{ code: 'list-chosen', message }] };
}

/** @throws SyncError `file-encoding` */
export function refuseEncoding({ path, encoding, overrides }: ContainerInput): void {
  if (encoding === 'utf-8' || isWide(encoding) || overrides.encoding !== undefined) return;
  throw new SyncError('file-encoding', `${path}: is JSON, and not UTF-8 as JSON must be`, {
    hint: `Save it as UTF-8; or state its encoding, such as --encoding ${encoding}.`,
  });
}

async function survey(input: ContainerInput): Promise<{ readonly array: FoundArray; readonly columns: ColumnList }> {
  const columns = new Map<FoundArray, ColumnList>();
  const walker = new TableWalker(input, (array, cells) => {
    let list = columns.get(array);
    if (list === undefined) columns.set(array, (list = new ColumnList(input)));
    list.add(cells.keys(), describeElement(array));
  });
  for await (const _ of readJson(input, walker)) continue;
  const array = chooseArray(input, walker);
  return { array, columns: columns.get(array)! };
}

function chooseArray(input: ContainerInput, { arrays, root, rootKeys }: TableWalker): FoundArray {
  const tables = arrays.filter((array) => array.records > 0);
  const [table] = tables;
  if (tables.length > 1) {
    const list = tables.map(({ path, records }) => `"${path}" (${records})`).join(', ');
    throw refuseText(input, `holds several lists of records: ${list}`, 'Write each of them into a file of its own.');
  }
  if (table === undefined) throw refuseNoTable(input, arrays, root, rootKeys);
  if (table.otherAt > 0) {
    const where = describeElement({ path: table.path, elements: table.otherAt });
    throw refuseText(input, `${where} is not an object, as the others are`, LIST_HINT);
  }
  return table;
}

function refuseNoTable(
  input: ContainerInput,
  arrays: readonly FoundArray[],
  root: TableWalker['root'],
  rootKeys: readonly string[],
): SyncError {
  const [only] = arrays;
  if (arrays.length === 1 && only?.elements === 0) {
    const where = only.path === '' ? 'an empty JSON list' : `a JSON object whose list "${only.path}" is empty`;
    return new SyncError('file-empty', `${input.path}: is ${where}`, { hint: 'Check the export: it has no record.' });
  }
  if (root === 'array') return refuseText(input, 'is a JSON list, but not of objects', LIST_HINT);
  const keys = rootKeys.map((key) => `"${key.slice(0, 40)}"`).join(', ');
  const what =
    rootKeys.length === 0 ? 'an empty JSON object' : `a JSON object with ${keys}, and no list of records in it`;
  return refuseText(input, `is ${what}`, LIST_HINT);
}

/** Yields after each block, for the caller to take what the handler has gathered. */
async function* readJson(input: ContainerInput, handler: JsonHandler): AsyncGenerator<void> {
  const grammar = new JsonGrammar(input, handler);
  const toUtf8 = createUtf8Decoder(input.encoding);
  let bytesRead = 0;
  for await (const block of readBlocks(input.path, input.bytes)) {
    bytesRead += block.length;
    grammar.write(toUtf8(block, bytesRead >= input.bytes));
    yield;
  }
  grammar.end();
}
