/** Files that were read and cannot be used as a whole. */

import { SyncError } from '../errors.js';
import type { RoundedKeys } from '../mapping/column-watch.js';
import type { SourceFile } from './sources.js';

export function headerOnly({ profile }: SourceFile): SyncError {
  const shown = profile.columns.slice(0, 6).join(', ');
  const more = profile.columns.length > 6 ? ` and ${profile.columns.length - 6} more` : '';
  return new SyncError(
    'file-header-only',
    `${profile.name} has a header and no row (${profile.unit} ${profile.headerLine}: ${shown}${more}).`,
    {
      hint: 'Export it again; if the export really is empty there is nothing to do.',
    },
  );
}

export function keysRounded({ profile }: SourceFile, { column, count, example, line }: RoundedKeys): SyncError {
  return new SyncError(
    'keys-rounded',
    `${profile.name}: all ${count} long ids${column === null ? '' : ` in "${column}"`} end in zeros behind their 15th digit, such as ${example} on ${profile.unit} ${line}: a spreadsheet has rounded them.`,
    {
      hint: 'Take the original export, not one saved by Excel; or leave the ids out (`ignore: [id_number]`) and match by e-mail.',
    },
  );
}
