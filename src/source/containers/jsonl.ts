/**
 * `.jsonl` and `.ndjson`: one JSON object a line. A line that is no object refuses the file: programs write these files,
 * so a broken one was cut off or mixed up, and what its line said nobody knows. Read twice, as `.json` is.
 */

import { ColumnList } from './column-list.js';
import type { Container, ContainerInput } from './container.js';
import { refuseEncoding } from './json.js';
import { JsonGrammar } from './json/grammar.js';
import type { JsonHandler } from './json/grammar.js';
import { looksLikeLines } from './json/recognise.js';
import { RecordBuilder } from './json/record-builder.js';
import { unwrapNames } from './json/unwrap.js';
import { readTextLines, refuseText, ValueDecoder } from './text-lines.js';
import type { TextLine } from './text-lines.js';

export const JSON_LINES: Container = {
  format: 'jsonl',
  unit: 'line',
  header: 'own',
  recognises: (_, text, name) => /^\{\s*["}]/.test(text.trimStart().slice(0, 400)) && looksLikeLines(text, name),
  convert: async (input, sink) => {
    refuseEncoding(input);
    const columns = new ColumnList(input);
    for await (const records of readRecords(input))
      for (const { line, cells } of records) columns.add(cells.keys(), `line ${line}`);
    const keys = columns.names;
    await sink.writeHeader(unwrapNames(keys));
    for await (const records of readRecords(input)) {
      for (const { line, cells } of records)
        await sink.writeRow(
          line,
          keys.map((key) => cells.get(key) ?? ''),
        );
    }
    return { notes: [] };
  },
};

interface LineRecord {
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

async function* readRecords(input: ContainerInput): AsyncGenerator<readonly LineRecord[]> {
  const decoder = new ValueDecoder(input);
  for await (const lines of readTextLines(input)) {
    yield lines.filter(({ bytes }) => bytes.trim() !== '').map((line) => readRecord(input, line, decoder));
  }
}

function readRecord(input: ContainerInput, { line, bytes }: TextLine, decoder: ValueDecoder): LineRecord {
  const handler = new LineHandler(input, line);
  const grammar = new JsonGrammar(input, handler, line);
  grammar.write(Buffer.from(decoder.decode(bytes, line)));
  grammar.end();
  return { line, cells: handler.record!.cells };
}

class LineHandler implements JsonHandler {
  record: RecordBuilder | null = null;
  readonly #input: ContainerInput;
  readonly #line: number;

  constructor(input: ContainerInput, line: number) {
    this.#input = input;
    this.#line = line;
  }

  open(kind: 'object' | 'array'): void {
    if (this.record !== null) return this.record.open(kind);
    if (kind === 'array') throw this.#refuse();
    this.record = new RecordBuilder(this.#input, `line ${this.#line}`);
  }

  key(name: string): void {
    this.record?.key(name);
  }

  scalar(text: string | null): void {
    if (this.record === null) throw this.#refuse();
    this.record.scalar(text);
  }

  close(): void {
    this.record?.close();
  }

  #refuse(): Error {
    const hint = 'Write one object a line, or all of them as one array.';
    return refuseText(this.#input, `line ${this.#line} is no JSON object`, hint);
  }
}
