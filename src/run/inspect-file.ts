/** One file looked at: what it is, which export it looks like, and the field that each of its columns would fill. */

import { detectLayout, hintLayout } from '../mapping/detect.js';
import { namedColumns } from '../mapping/evaluate.js';
import { foldHeader } from '../mapping/header.js';
import type { Layout } from '../mapping/layout.js';
import { LAYOUTS } from '../mapping/layouts/index.js';
import { namingsOf } from '../mapping/localise.js';
import { suggestColumns } from '../mapping/suggest.js';
import type { ColumnSuggestion } from '../mapping/suggest.js';
import { ADDED_COLUMNS, withoutAdded } from '../source/added-columns.js';
import { profileFile } from '../source/probe.js';
import type { FileOverrides, FileProfile } from '../source/profile.js';
import { readFirstRows } from '../source/read.js';
import { SAMPLE_ROWS_MAX } from './sources.js';

const SAMPLES_SHOWN = 3;

export interface InspectedColumn extends ColumnSuggestion {
  /** `client.city`, `contact.email`, or `null`. */
  readonly proposed: string | null;
  readonly samples: readonly string[];
}

export interface RecognisedLayout {
  readonly name: string;
  readonly title: string;
  /** 0.6 to 1. */
  readonly confidence: number;
  /** How the columns of this export are known, see `Layout.evidence`. */
  readonly evidence: Layout['evidence'];
  /** The columns by which it was recognised, as the header calls them. */
  readonly by: readonly string[];
  /** Of the columns that such an export usually has. */
  readonly usual: { readonly found: number; readonly of: number };
}

export interface FileLook {
  readonly profile: FileProfile;
  readonly layout: RecognisedLayout | null;
  /** Where no layout is recognised: one that nobody has confirmed, for a person to decide. */
  readonly hint: Layout | null;
  readonly columns: readonly InspectedColumn[];
}

/** @throws SyncError when the file cannot be read */
export async function inspectFile(path: string, overrides: FileOverrides = {}): Promise<FileLook> {
  return await inspectProfile(await profileFile(path, overrides));
}

/** Reads the first rows, for samples. */
export async function inspectProfile(profile: FileProfile): Promise<FileLook> {
  const known = withoutAdded(profile.columns);
  const detected = detectLayout(known, LAYOUTS);
  const rows = (await readFirstRows(profile, SAMPLE_ROWS_MAX)).map((row) => row.cells);
  const proposals = detected === null ? null : proposeByLayout(detected.layout);
  const columns = suggestColumns(profile.columns, rows).map((suggestion): InspectedColumn => {
    const isOurs = ADDED_COLUMNS.includes(suggestion.header.toLowerCase());
    const byLayout = proposals?.get(foldHeader(suggestion.reference));
    const proposed = isOurs ? null : proposals === null ? proposedByName(suggestion) : (byLayout ?? null);
    const samples = new Set(rows.map((cells) => cells[suggestion.position] ?? '').filter((cell) => cell.trim() !== ''));
    return {
      ...suggestion,
      score: isOurs ? 0 : proposals === null ? suggestion.score : byLayout === undefined ? 0 : 1,
      proposed,
      samples: [...samples].slice(0, SAMPLES_SHOWN),
    };
  });
  const layout = detected === null ? null : describeLayout(detected.layout, detected.confidence, known);
  const hint = detected === null ? (hintLayout(known, LAYOUTS)?.layout ?? null) : null;
  return { profile, layout, hint, columns };
}

function proposedByName({ field, contactField }: ColumnSuggestion): string | null {
  if (field !== null) return `client.${field}`;
  return contactField === null ? null : `contact.${contactField}`;
}

function describeLayout(layout: Layout, confidence: number, columns: readonly string[]): RecognisedLayout {
  const { required, typical } = layout.detect;
  // In the language in which most of its columns are there.
  const namings = namingsOf(layout, columns).map((naming) => ({
    by: required.flatMap((spellings) => spellings.map(naming).find((name) => name !== undefined) ?? []),
    found: typical.filter((column) => naming(column) !== undefined).length,
  }));
  const [best = { by: [], found: 0 }] = namings.toSorted(
    (one, other) => other.by.length - one.by.length || other.found - one.found,
  );
  return {
    name: layout.name,
    title: layout.title,
    confidence,
    evidence: layout.evidence,
    by: best.by,
    usual: { found: best.found, of: typical.length },
  };
}

function proposeByLayout(layout: Layout): ReadonlyMap<string, string> {
  const proposals = new Map<string, string>();
  const note = (prefix: string, fields: object): void => {
    for (const [field, expression] of Object.entries(fields)) {
      for (const column of namedColumns(expression)) {
        const key = foldHeader(column);
        if (!proposals.has(key)) proposals.set(key, `${prefix}.${field}`);
      }
    }
  };
  note('client', layout.mapping.client);
  for (const contact of layout.mapping.contacts) note('contact', contact);
  for (const link of layout.links ?? [])
    for (const column of namedColumns(link))
      if (!proposals.has(foldHeader(column))) proposals.set(foldHeader(column), 'link to the client');
  return proposals;
}
