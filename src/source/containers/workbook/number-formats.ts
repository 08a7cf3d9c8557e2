/** The number formats of an `.xlsx` workbook: its `styles.xml`, and what each format makes of a number. */

import { format, getFormatFromId, getFormatInfo } from 'numfmt';
import type { Parts } from './parts.js';
import { chooseText, dateText, hasLostDigits, percentText, plainNumber } from './number-text.js';
import type { DateKind } from './number-text.js';
import { readXml } from './xml.js';
import type { Attributes, XmlHandler } from './xml.js';

const GENERAL = 'General';
/** Ids from here on are the workbook's own. */
const OWN_FROM = 164;

/** The text of a number, given as it stands in the XML. */
type NumberFormat = (raw: string) => string;

export interface CellFormats {
  /** Is there such a style? A workbook without styles has every one. */
  has(style: number): boolean;
  /** By the style of the cell (its `s` attribute). */
  of(style: number): NumberFormat;
  /** Does the style show a time of day? */
  showsTime(style: number): boolean;
}

/** @param part of the styles; undefined: all numbers are shown plainly */
export async function readFormats(
  path: string,
  parts: Parts,
  part: string | undefined,
  system: 1900 | 1904,
): Promise<CellFormats> {
  const styles = new Styles();
  if (part !== undefined) for await (const _ of readXml(path, parts, part, styles, 'local')) continue;
  const compiled = new Map<string, NumberFormat>();
  const codeOf = (style: number): string => styles.codeOf(style);
  return {
    has: (style) => styles.has(style),
    of: (style) => {
      const code = codeOf(style);
      const known = compiled.get(code) ?? compileFormat(code, system);
      compiled.set(code, known);
      return known;
    },
    showsTime: (style) => dateKindOf(codeOf(style)) === 'datetime',
  };
}

class Styles implements XmlHandler {
  readonly #own = new Map<number, string>();
  /** The format of each style. */
  readonly #formats: number[] = [];
  #inCells = false;

  open(name: string, attributes: Attributes): void {
    if (name === 'numFmt') this.#own.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? GENERAL);
    else if (name === 'cellXfs') this.#inCells = true;
    else if (name === 'xf' && this.#inCells) this.#formats.push(Number(attributes['numFmtId'] ?? 0));
  }

  text(): void {}

  close(name: string): void {
    if (name === 'cellXfs') this.#inCells = false;
  }

  has(style: number): boolean {
    return this.#formats.length === 0 ? style >= 0 : this.#formats[style] !== undefined;
  }

  codeOf(style: number): string {
    const id = this.#formats[style] ?? 0;
    return this.#own.get(id) ?? (id < OWN_FROM ? (getFormatFromId(id) ?? GENERAL) : GENERAL);
  }
}

function compileFormat(code: string, system: 1900 | 1904): NumberFormat {
  const info = infoOf(code);
  const kind = dateKindOf(code);
  if (kind !== null) return (raw) => dateText(Number(raw), kind, system) ?? plainNumber(raw);
  if (info === null || code === GENERAL || info.isText || info.type === 'fraction' || info.type === 'scientific')
    return plainNumber;
  if (info.isPercent) return percentText;
  return (raw) => {
    const plain = plainNumber(raw);
    return hasLostDigits(plain) ? plain : chooseText(plain, display(code, raw));
  };
}

function dateKindOf(code: string): DateKind | null {
  const info = infoOf(code);
  if (info === null || !info.isDate) return null;
  if (/\[(?:h+|m+|s+)\]/i.test(code)) return 'elapsed';
  return info.type === 'time' || info.type === 'datetime' ? info.type : 'date';
}

/** Null for a pattern that no spreadsheet would take. */
function infoOf(code: string): ReturnType<typeof getFormatInfo> | null {
  try {
    return getFormatInfo(code);
  } catch {
    return null;
  }
}

function display(code: string, raw: string): string {
  try {
    return format(code, Number(raw));
  } catch {
    return '';
  }
}
