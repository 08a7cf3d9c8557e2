/** The parts of an `.xlsx` package: which there are, and what the workbook says about its sheets. */

import path from 'node:path';
import { DOWNLOAD_AGAIN, refuse } from './parts.js';
import type { Parts } from './parts.js';
import { readXml } from './xml.js';
import type { Attributes, XmlHandler } from './xml.js';

const ROOT_RELATIONS = '_rels/.rels';
const USUAL_WORKBOOK = 'xl/workbook.xml';

export interface XlsxSheet {
  readonly name: string;
  /** Hidden, or very hidden: not even offered by the menu. */
  readonly hidden: boolean;
  /** Of the sheet's cells; undefined for charts and dialogs, which have none. */
  readonly part: string | undefined;
}

export interface XlsxParts {
  readonly sheets: readonly XlsxSheet[];
  readonly system: 1900 | 1904;
  readonly sharedStrings: string | undefined;
  readonly styles: string | undefined;
}

interface Relation {
  readonly id: string;
  /** The last word of its type: `worksheet`, `sharedStrings`. The rest differs between the two variants of the format. */
  readonly kind: string;
  /** Name of a part. */
  readonly target: string;
}

/** @throws SyncError `file-binary` for a package that is no workbook, or lacks what it names */
export async function readXlsxParts(file: string, parts: Parts): Promise<XlsxParts> {
  const roots = await readRelations(file, parts, ROOT_RELATIONS, '');
  const workbook = parts.find(roots.find(({ kind }) => kind === 'officeDocument')?.target ?? USUAL_WORKBOOK);
  refuseOthers(file, parts, workbook);
  const list = new WorkbookList();
  for await (const _ of readXml(file, parts, workbook!, list, 'local')) continue;
  const folder = path.posix.dirname(workbook!);
  const own = `${folder}/_rels/${path.posix.basename(workbook!)}.rels`;
  const relations = await readRelations(file, parts, own, folder);
  const partOf = (kind: string, usual: string): string | undefined =>
    parts.find(relations.find((relation) => relation.kind === kind)?.target ?? path.posix.join(folder, usual));
  return {
    sheets: list.sheets.map(({ name, hidden, id }, index) => {
      const relation = relations.find((known) => known.id === id);
      if (relation !== undefined && relation.kind !== 'worksheet') return { name, hidden, part: undefined };
      // A package without a list of relations has its sheets in their usual places.
      if (relation === undefined && id !== '' && relations.length > 0)
        throw refuse(file, `is damaged: it does not say where sheet "${name}" lies`, DOWNLOAD_AGAIN);
      const target = relation?.target ?? path.posix.join(folder, `worksheets/sheet${index + 1}.xml`);
      const part = parts.find(target);
      if (part === undefined)
        throw refuse(file, `is damaged: sheet "${name}" has no "${target}" in it`, DOWNLOAD_AGAIN);
      return { name, hidden, part };
    }),
    system: list.system,
    sharedStrings: partOf('sharedStrings', 'sharedStrings.xml'),
    styles: partOf('styles', 'styles.xml'),
  };
}

/** Other documents of Office are packed alike. */
function refuseOthers(file: string, parts: Parts, workbook: string | undefined): void {
  const has = (ending: string): boolean => parts.names.some((name) => name.toLowerCase().endsWith(ending));
  if (has('xl/workbook.bin')) throw refuse(file, 'is a binary Excel workbook (.xlsb), which is not read');
  if (has('word/document.xml'))
    throw refuse(file, 'is a Word document, not a table', 'Export the data as CSV or .xlsx.');
  if (has('ppt/presentation.xml'))
    throw refuse(file, 'is a PowerPoint presentation, not a table', 'Export the data as CSV or .xlsx.');
  if (workbook === undefined) throw refuse(file, 'is packed like a workbook but holds none', DOWNLOAD_AGAIN);
}

/** None when the package has no such list. */
async function readRelations(file: string, parts: Parts, part: string, folder: string): Promise<readonly Relation[]> {
  const found = parts.find(part);
  if (found === undefined) return [];
  const relations: Relation[] = [];
  const handler: XmlHandler = {
    open: (name, { Id: id = '', Type: type = '', Target: target = '' }) => {
      if (name !== 'Relationship') return;
      relations.push({ id, kind: type.slice(type.lastIndexOf('/') + 1), target: resolveTarget(folder, target) });
    },
    text: () => undefined,
    close: () => undefined,
  };
  for await (const _ of readXml(file, parts, found, handler, 'local')) continue;
  return relations;
}

/** `/xl/worksheets/sheet1.xml` counts from the root of the package, everything else from the folder. */
function resolveTarget(folder: string, target: string): string {
  const slashes = target.replaceAll('\\', '/');
  return path.posix.normalize(slashes.startsWith('/') ? slashes.slice(1) : path.posix.join(folder, slashes));
}

class WorkbookList implements XmlHandler {
  readonly sheets: { readonly name: string; readonly hidden: boolean; readonly id: string }[] = [];
  system: 1900 | 1904 = 1900;

  open(name: string, attributes: Attributes): void {
    if (name === 'workbookPr') {
      if (attributes['date1904'] === '1' || attributes['date1904'] === 'true') this.system = 1904;
    } else if (name === 'sheet') {
      const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '';
      const state = attributes['state'] ?? 'visible';
      this.sheets.push({ name: attributes['name'] ?? '', hidden: state !== 'visible', id });
    }
  }

  text(): void {}

  close(): void {}
}
