/**
 * The table that is written out of a container: UTF-8, commas, quotes where needed, and lines that end with CR, so that
 * a line break inside a cell (always LF) never counts as a line: the n-th line is the n-th row, element or line of the file.
 *
 * Tables lie in a folder of this process, named by what they were made from, and go with the process. A long-lived one
 * drops those that nobody has asked for in a day.
 */

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { assert } from '../../errors.js';
import type { ContainerFacts, ContainerInput, TableSink, TableSource } from './container.js';

const KEPT_MS = 24 * 60 * 60 * 1000;
/** Written in pieces of this size. */
const PIECE_CHARACTERS = 64 * 1024;

let folder: string | null = null;
const made = new Map<string, Promise<Converted>>();

export interface TableFile {
  readonly path: string;
  readonly facts: ContainerFacts;
  /** Of the table, its header among them. */
  readonly lines: number;
}

type Converted = Omit<TableFile, 'path'>;

/** The folder of this process for what it takes out of containers and archives. Only this user may look into it. */
export function scratchFolder(): string {
  if (folder === null) {
    const own = mkdtempSync(path.join(os.tmpdir(), 'ninja-sync-'));
    process.once('exit', () => rmSync(own, { recursive: true, force: true }));
    folder = own;
  }
  return folder;
}

/**
 * Writes the table of a container, once for the same bytes and the same wishes.
 *
 * @param digest of the container's bytes
 */
export async function writeTable(container: TableSource, input: ContainerInput, digest: string): Promise<TableFile> {
  const wishes = JSON.stringify([container.format, input.encoding, input.overrides]);
  const name = `${createHash('sha256').update(`${digest} ${wishes}`).digest('hex').slice(0, 40)}.table`;
  const target = path.join(scratchFolder(), name);
  const known = made.get(name);
  if (known !== undefined && (await touch(target))) return { path: target, ...(await known) };
  await dropOld(scratchFolder());
  const making = convert(container, input, target);
  made.set(name, making);
  try {
    return { path: target, ...(await making) };
  } catch (error) {
    made.delete(name);
    throw error;
  }
}

async function convert(container: TableSource, input: ContainerInput, target: string): Promise<Converted> {
  const draft = `${target}.${process.hrtime.bigint()}.part`;
  const file = await open(draft, 'wx', 0o600);
  try {
    const sink = new TableWriter(file, container.header === 'own' ? 0 : 1);
    const facts = await container.convert(input, sink);
    await sink.flush();
    await file.close();
    await rename(draft, target);
    return { facts, lines: sink.lines };
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  }
}

/** False when the table is not there, or not there yet. */
async function touch(target: string): Promise<boolean> {
  const now = new Date();
  return await utimes(target, now, now).then(
    () => true,
    () => false,
  );
}

async function dropOld(where: string): Promise<void> {
  for (const name of await readdir(where)) {
    const old = path.join(where, name);
    const age = await stat(old).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > KEPT_MS) await rm(old, { recursive: true, force: true });
  }
}

class TableWriter implements TableSink {
  lines = 0;
  readonly #file: FileHandle;
  /** The number of the line that is written next. */
  #line: number;
  #pending = '';

  constructor(file: FileHandle, firstLine: number) {
    this.#file = file;
    this.#line = firstLine;
  }

  async writeHeader(columns: readonly string[]): Promise<void> {
    assert(this.#line === 0, 'a header is written once, before the rows');
    await this.#write(columns);
  }

  async writeRow(line: number, cells: readonly string[]): Promise<void> {
    assert(this.#line > 0 && line >= this.#line, `row ${line} comes behind row ${this.#line - 1}`);
    this.#pending += '\r'.repeat(line - this.#line);
    this.lines += line - this.#line;
    this.#line = line;
    await this.#write(cells);
  }

  async flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = '';
    if (text !== '') await this.#file.appendFile(text);
  }

  async #write(cells: readonly string[]): Promise<void> {
    let text = '';
    for (const [index, cell] of cells.entries()) text += (index === 0 ? '' : ',') + quote(cell);
    this.#pending += `${text}\r`;
    this.#line += 1;
    this.lines += 1;
    if (this.#pending.length >= PIECE_CHARACTERS) await this.flush();
  }
}

function quote(cell: string): string {
  if (!/[",\r\n]/.test(cell)) return cell;
  return `"${cell.replaceAll(/\r\n?/g, '\n').replaceAll('"', '""')}"`;
}
