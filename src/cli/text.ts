/** Pieces of text for a terminal: other people's words made harmless, lines and counts in words. */

import type { RowRef } from '../mapping/record.js';
import type { FileProfile } from '../source/profile.js';
import type { Io } from './io.js';
import { isNamed } from '../job/target-name.js';

const COLORS: Readonly<Record<string, number>> = { '+': 32, '~': 33, '^': 36, '@': 34, '!': 33, '-': 35, 'x': 31 };

/** @param sign what the line does: its colour is that of the sign */
export function paint(io: Io, sign: string, text: string): string {
  return io.color && COLORS[sign] !== undefined ? `\u001B[${COLORS[sign]}m${text}\u001B[0m` : text;
}

/** Texts of other people: one line, bounded, and no control character that a terminal would obey. */
export function showText(text: string): string {
  if (text === '') return '(blank)';
  return cutLine(text, 80);
}

/** The same for a sentence that quotes such texts. */
export function showSentence(text: string): string {
  return cutLine(text, 400);
}

function cutLine(text: string, lengthMax: number): string {
  const line = text.replaceAll(/\p{Cc}+/gu, '⏎');
  return line.length > lengthMax ? `${line.slice(0, lengthMax - 3)}…` : line;
}

export function quoteText(text: string): string {
  return text === '' ? showText(text) : `"${showText(text)}"`;
}

interface NamedFile {
  readonly name: string;
  /** What the numbers of its rows count; lines where nothing is said. */
  readonly unit?: FileProfile['unit'];
}

/** `line 12`, `rows 3, 4` of a sheet, `lines a.csv:1, b.csv:7`. */
export function describeRows(rows: readonly RowRef[], files: readonly NamedFile[]): string {
  const shown = rows
    .slice(0, 5)
    .map((row) => (files.length > 1 ? `${files[row.file]?.name ?? '?'}:${row.line}` : String(row.line)));
  const more = rows.length > shown.length ? ` and ${rows.length - shown.length} more` : '';
  const units = new Set(rows.map((row) => files[row.file]?.unit ?? 'line'));
  const [unit = 'line', ...others] = units;
  const word = others.length > 0 ? 'line' : unit;
  return `${rows.length === 1 ? word : `${word}s`} ${shown.join(', ')}${more}`;
}

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

export function showBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** `2025-03-04 05:06:07 UTC`, from ISO 8601 UTC. */
export function showTime(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

/** The job of a run, and its target where the name of the job does not say it. */
export function nameJob({ job, target }: { readonly job: string; readonly target: string }): string {
  return isNamed(target) && !job.endsWith(`@${target}`) ? `${job} → ${target}` : job;
}
