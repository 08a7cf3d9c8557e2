/**
 * `.iif`, the lists of QuickBooks Desktop: several tables in one text with tabs, each row led by the keyword of its table.
 * The rows of `CUST` are customers; the other tables are left out, and counted.
 */

import type { FileNote } from '../profile.js';
import type { Container, ContainerFacts, ContainerInput, TableSink } from './container.js';
import { readTextLines, refuseText, ValueDecoder } from './text-lines.js';
import type { TextLine } from './text-lines.js';

const HEADER = '!CUST';
const ROW = 'CUST';
const KEYWORD = /^!?[A-Z][A-Z0-9_]*$/;
/** Rows about the file, not in it. */
const ABOUT = new Set(['HDR']);
const TABLES_SHOWN_MAX = 8;

export const IIF: Container = {
  format: 'iif',
  unit: 'line',
  header: 'own',
  encodings: 'mixed',
  recognises: (_, text) =>
    /^\s*"?!(?:HDR|CUST|VEND|EMP|OTHERNAME|ACCNT|INVITEM|CLASS|TERMS|TRNS|TIMERHDR|CUSTNAMEDICT)"?\t/.test(text),
  convert,
};

async function convert(input: ContainerInput, sink: TableSink): Promise<ContainerFacts> {
  const table = new CustomerTable(input);
  await table.survey();
  await sink.writeHeader(table.columns);
  for await (const rows of table.rows()) for (const { line, cells } of rows) await sink.writeRow(line, cells);
  return { notes: table.notes() };
}

class CustomerTable {
  columns: readonly string[] = [];
  readonly #input: ContainerInput;
  readonly #decoder: ValueDecoder;
  /** Keyword → rows. */
  readonly #others = new Map<string, number>();

  constructor(input: ContainerInput) {
    this.#input = input;
    this.#decoder = new ValueDecoder(input);
  }

  /** Finds the header, and what else there is. */
  async survey(): Promise<void> {
    for await (const lines of readTextLines(this.#input)) for (const line of lines) this.#surveyLine(line);
    if (this.columns.length > 0) return;
    throw refuseText(
      this.#input,
      `is a QuickBooks file without customers: it holds ${this.#nameOthers() || 'nothing'}`,
      'Export the customer list: File, Utilities, Export, Lists to IIF Files.',
    );
  }

  async *rows(): AsyncGenerator<readonly { readonly line: number; readonly cells: readonly string[] }[]> {
    const decoder = new ValueDecoder(this.#input);
    for await (const lines of readTextLines(this.#input)) {
      const rows = lines.filter(({ bytes }) => keywordOf(bytes) === ROW);
      yield rows.map(({ line, bytes }) => ({ line, cells: splitCells(decoder.decode(bytes, line)) }));
    }
  }

  notes(): readonly FileNote[] {
    const others = this.#nameOthers();
    const left: FileNote[] =
      others === ''
        ? []
        : [{ code: 'tables-left-out', message: `Rows that are no customers are left out: ${others}.` }];
    return [...left, ...this.#decoder.notes()];
  }

  #surveyLine({ line, bytes }: TextLine): void {
    if (bytes.trim() === '') return;
    const keyword = keywordOf(bytes);
    if (!KEYWORD.test(keyword))
      throw refuseText(
        this.#input,
        `line ${line} does not begin with the keyword of a table: "${this.#decoder.decode(bytes, line).slice(0, 40)}"`,
        'A cell with a line break? Export the list again, or mend that line.',
      );
    const text = this.#decoder.decode(bytes, line);
    if (keyword === HEADER) return this.#takeHeader(line, splitCells(text));
    if (keyword === ROW) {
      if (this.columns.length > 0) return;
      throw refuseText(
        this.#input,
        `line ${line} is a customer above the header "${HEADER}"`,
        'Export the list again.',
      );
    }
    if (keyword.startsWith('!') || keyword.startsWith('END') || ABOUT.has(keyword)) return;
    this.#others.set(keyword, (this.#others.get(keyword) ?? 0) + 1);
  }

  #takeHeader(line: number, cells: readonly string[]): void {
    const columns = cells.map((cell) => cell.trim());
    while (columns.at(-1) === '') columns.pop();
    if (this.columns.length > 0 && this.columns.join('\t') !== columns.join('\t'))
      throw refuseText(
        this.#input,
        `line ${line} is a second header of customers with other columns`,
        'Use the lists one by one, not put together.',
      );
    this.columns = columns;
  }

  #nameOthers(): string {
    const tables = [...this.#others].map(([keyword, rows]) => `${rows} of ${keyword}`);
    const more = tables.length > TABLES_SHOWN_MAX ? `, and ${tables.length - TABLES_SHOWN_MAX} more tables` : '';
    return tables.slice(0, TABLES_SHOWN_MAX).join(', ') + more;
  }
}

function keywordOf(bytes: string): string {
  const tab = bytes.indexOf('\t');
  return (tab === -1 ? bytes : bytes.slice(0, tab)).trim().replaceAll('"', '');
}

/** Quotes stand around cells with commas; any other quote is a character. */
function splitCells(text: string): readonly string[] {
  return text
    .split('\t')
    .map((cell) => (/^".*"$/s.test(cell) && cell.length > 1 ? cell.slice(1, -1).replaceAll('""', '"') : cell));
}
