/** The files of a run, each with what it is and how its rows become fragments. */

import { SyncError } from '../errors.js';
import type { Job } from '../job/schema.js';
import { nearestWord } from '../job/nearest.js';
import { compileMapping } from '../mapping/compile.js';
import type { BlankRule, CompiledMapping, MappingInput } from '../mapping/compile.js';
import { detectLayout, layoutFor } from '../mapping/detect.js';
import { namedColumns } from '../mapping/evaluate.js';
import type { Expression } from '../mapping/expression.js';
import type { MatchKey } from '../mapping/fields.js';
import { readHeader } from '../mapping/header.js';
import type { Layout } from '../mapping/layout.js';
import { LAYOUTS } from '../mapping/layouts/index.js';
import type { MappingSpec } from '../mapping/spec.js';
import { mappingFromSuggestions, suggestColumns, SURE_SCORE } from '../mapping/suggest.js';
import type { ColumnSuggestion } from '../mapping/suggest.js';
import { checkIdColumn, personColumns, withJob } from './job-mapping.js';
import { withoutAdded } from '../source/added-columns.js';
import { profileFiles } from './open-files.js';
import type { FileNote, FileOverrides, FileProfile } from '../source/profile.js';
import { readFirstRows } from '../source/read.js';

/** Rows that suggestions are held against. */
export const SAMPLE_ROWS_MAX = 100;
const UNSURE_SHOWN_MAX = 5;
const DEFAULT_MATCH: readonly MatchKey[] = ['id_number', 'email'];
const DEFAULT_BLANK: BlankRule = { default: 'keep', fields: {}, clearToken: '[clear]' };

export interface SourceFile {
  readonly profile: FileProfile;
  readonly layout: Layout | null;
  /** As reports show it: a layout's name, `job` (the job's columns alone) or `dictionary` (by column names). */
  readonly layoutName: string;
  readonly confidence: number;
  readonly role: 'clients' | 'contacts';
  readonly spec: MappingSpec;
  readonly mapping: CompiledMapping;
}

/**
 * Opens the files in the order in which they are read: those that say what the clients are before those with persons.
 *
 * @param job `null`: everything is detected
 * @throws SyncError when a file cannot be read, or when nothing in it can be a name or a key
 */
export async function openSources(
  paths: readonly string[],
  job: Job | null,
  given: FileOverrides = {},
): Promise<readonly SourceFile[]> {
  const overrides: FileOverrides = { ...(job === null ? {} : overridesOf(job)), ...given };
  const opened: Omit<SourceFile, 'mapping'>[] = [];
  for (const profile of await profileFiles(paths, overrides)) opened.push(await chooseMapping(profile, job));
  if (job !== null) checkColumns(job, opened);
  const ordered = opened.toSorted((a, b) => Number(a.role === 'contacts') - Number(b.role === 'contacts'));
  return ordered.map((source, file) => ({ ...source, mapping: compileMapping(mappingInputOf(source, job, file)) }));
}

/** What a job says about its files, instead of detection. */
export function overridesOf({ source }: Job): FileOverrides {
  return {
    ...(source.encoding === undefined ? {} : { encoding: source.encoding }),
    ...(source.delimiter === undefined ? {} : { delimiter: source.delimiter }),
    ...(source['header-line'] === undefined ? {} : { headerLine: source['header-line'] }),
    ...(source.sheet === undefined ? {} : { sheet: source.sheet }),
  };
}

/** The match keys of a run: the job's, else those of its layout, else `id_number` and e-mail. */
export function matchKeysOf(job: Job | null, sources: readonly SourceFile[]): readonly MatchKey[] {
  // Naming a key twice makes no level of it.
  if (job?.match !== undefined) return [...new Set(job.match)];
  return sources.find((source) => source.layout?.match !== undefined)?.layout?.match ?? DEFAULT_MATCH;
}

async function chooseMapping(profile: FileProfile, job: Job | null): Promise<Omit<SourceFile, 'mapping'>> {
  const wanted = job?.source.layout ?? 'auto';
  const ownColumns = job !== null && (Object.keys(job.columns).length > 0 || job.contacts !== undefined);
  const columns = withoutAdded(profile.columns);
  const detected = wanted === 'auto' ? detectLayout(columns, LAYOUTS) : null;
  const named = LAYOUTS.find((known) => known.name === wanted);
  const layout = detected?.layout ?? (named === undefined ? null : layoutFor(columns, named));
  if (layout === null && wanted !== 'auto' && wanted !== 'none') throw unknownLayout(wanted);
  if (layout !== null) {
    if (job !== null && named !== undefined) checkIdColumn(profile, layout, job);
    const confidence = detected?.confidence ?? 1;
    return {
      profile,
      layout,
      layoutName: layout.name,
      confidence,
      role: layout.role,
      spec: withJob(layout.mapping, layout, job),
    };
  }
  if (ownColumns) {
    return {
      profile,
      layout,
      layoutName: 'job',
      confidence: 1,
      role: 'clients',
      spec: withJob({ client: {}, contacts: [] }, null, job),
    };
  }
  const isOwn = profile.columns.map((column) => columns.includes(column));
  const samples = (await readFirstRows(profile, SAMPLE_ROWS_MAX)).map((row) => row.cells.filter((_, at) => isOwn[at]));
  const suggestions = suggestColumns(columns, samples);
  const spec = mappingFromSuggestions(suggestions);
  if (spec === null) throw nothingToUse(profile);
  const used = suggestions.filter((suggestion) => suggestion.score >= SURE_SCORE).length;
  const confidence = Math.round((used / Math.max(columns.length, 1)) * 100) / 100;
  return {
    profile: { ...profile, notes: [...profile.notes, ...noteUnsure(profile.name, suggestions)] },
    layout,
    layoutName: 'dictionary',
    confidence,
    role: 'clients',
    spec: withJob(spec, null, job),
  };
}

/** What is only probable is left out, and said. */
function noteUnsure(file: string, suggestions: readonly ColumnSuggestion[]): readonly FileNote[] {
  const unsure = suggestions.filter(({ score }) => score > 0 && score < SURE_SCORE);
  if (unsure.length === 0) return [];
  const shown = unsure.slice(0, UNSURE_SHOWN_MAX).map(({ reference, field, contactField }) => {
    const name = contactField === null ? field : `contact ${contactField}`;
    return `"${reference}" (${name}?)`;
  });
  const more = unsure.length > shown.length ? ` and ${unsure.length - shown.length} more` : '';
  const are = unsure.length === 1 ? 'A column is' : `${unsure.length} columns are`;
  const message = `${are} not taken, since it is not sure what they hold: ${shown.join(', ')}${more}. "ninja-sync init ${file}" writes a job that asks.`;
  return [
    { code: 'columns-unsure', message: unsure.length === 1 ? message.replace('they hold', 'it holds') : message },
  ];
}

/** @param file index of the file in the run */
export function mappingInputOf(source: Omit<SourceFile, 'mapping'>, job: Job | null, file: number): MappingInput {
  const blank: BlankRule =
    job === null
      ? DEFAULT_BLANK
      : { default: job.blank.default, fields: job.blank.fields, clearToken: job.blank['clear-token'] };
  return {
    spec: source.spec,
    role: source.role,
    keys: source.layout?.keys ?? [],
    links: source.layout?.links ?? [],
    person: personColumns(source.layout, job),
    header: readHeader(source.profile.columns),
    file,
    blank,
    ignore: job?.ignore ?? [],
  };
}

/** Every column that the job names must be in one of its files; all that are not are reported together. */
function checkColumns(job: Job, sources: readonly Omit<SourceFile, 'mapping'>[]): void {
  const expressions: Expression[] = [
    ...Object.values(job.columns),
    ...(job.contacts ?? []).flatMap((contact) => Object.values(contact)),
    ...(job.group === undefined ? [] : [job.group]),
    ...(job.lifecycle === undefined ? [] : [job.lifecycle.from]),
    ...(job.documents === undefined ? [] : [job.documents]),
  ].filter((expression) => expression !== undefined);
  const headers = sources.map((source) => readHeader(source.profile.columns));
  const missing = [...new Set(expressions.flatMap(namedColumns))].filter((name) =>
    headers.every((header) => header.find(name) === undefined),
  );
  if (missing.length === 0) return;
  const columns = sources.flatMap((source) => source.profile.columns);
  const lines = missing.map((name) => {
    const near = nearestWord(name, columns);
    return `  "${name}"${near === undefined ? '' : `: did you mean "${near}"?`}`;
  });
  const files = sources.map((source) => source.profile.name).join(', ');
  throw new SyncError('columns-unmapped', `${job.path}: ${files} has no such column:\n${lines.join('\n')}`, {
    hint: `Its columns are: ${columns.join(', ')}.`,
  });
}

function unknownLayout(name: string): SyncError {
  const names = LAYOUTS.map((layout) => layout.name);
  const near = nearestWord(name, names);
  return new SyncError(
    'layout-unknown',
    `There is no layout "${name}".${near === undefined ? '' : ` Did you mean "${near}"?`}`,
    {
      hint: `Known layouts: auto, none, ${names.join(', ')}.`,
    },
  );
}

function nothingToUse(profile: FileProfile): SyncError {
  return new SyncError(
    'columns-unmapped',
    `${profile.name}: no column can be a name, a number or an e-mail address. Its columns are: ${profile.columns.join(', ') || '(none)'}.`,
    { hint: `Write a job file that says which column is what: ninja-sync init ${profile.name}` },
  );
}
