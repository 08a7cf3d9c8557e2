/**
 * What a schema cannot say about a job: keys that contradict each other, and values that only look right. Pure apart from
 * the time zones that this Node.js knows. Reads the value as it was written, so that it also speaks when the schema
 * found something else.
 */

import { CronExpressionParser } from 'cron-parser';
import { CLIENT_FIELDS, isClientField } from '../mapping/fields.js';
import type { ClientField } from '../mapping/fields.js';
import type { Finding, JobDocument, Path } from './document.js';
import { describeFound, listWords } from './explain.js';
import { checkSource, checkTemplateSource } from './check-source.js';
import { nearestWord } from './nearest.js';

/** Fields which the server fills itself when they are blank. Source: FACTS.md [133, 134, 137, 019, 435, 436]. */
const WHY_NOT_CLEARABLE: Partial<Record<ClientField, string>> = {
  'number': 'the server gives a blank number a new value of its own',
  'country_code': "the server puts the company's country in a blank one",
  'is_tax_exempt': 'it is always true or false',
  'settings.currency_code': "the server puts the company's currency in a blank one",
};

/**
 * @param layouts the names of the known layouts, without `auto` and `none`
 */
export function checkJob(document: JobDocument, layouts: readonly string[]): readonly Finding[] {
  const root = document.value;
  const read = (...path: string[]): unknown =>
    path.reduce<unknown>((value, key) => (isGroup(value) && Object.hasOwn(value, key) ? value[key] : undefined), root);
  const findings: Finding[] = [];
  const report = (path: Path, message: string) => {
    findings.push({ path, offset: document.locate(path, 'value'), message: `${path.join('.')}: ${message}` });
  };

  const url = read('target', 'url');
  if (typeof url === 'string' && holdsSecret(url)) {
    report(
      ['target', 'url'],
      'the address holds a user, a password or a token: tokens never stand in job files: use NINJA_TOKEN or NINJA_TOKEN_FILE',
    );
  }

  checkTemplate(read, report);
  const layout = read('source', 'layout');
  const columns = read('columns');
  if (layout === 'none' && (columns === undefined || (isGroup(columns) && Object.keys(columns).length === 0))) {
    report(
      ['source', 'layout'],
      '`none` without `columns` leaves nothing to map: list the columns, or take `auto` or the name of a layout',
    );
  } else if (typeof layout === 'string' && layout !== 'none' && layout !== 'auto' && !layouts.includes(layout)) {
    const known = ['auto', 'none', ...layouts];
    const nearest = nearestWord(layout, known);
    const remedy = nearest === undefined ? `known are ${listWords(known, 50)}` : `did you mean \`${nearest}\`?`;
    report(['source', 'layout'], `unknown layout ${describeFound(layout)}: ${remedy}`);
  }

  checkSource(read('source'), report);

  const fields = read('blank', 'fields');
  for (const [field, wanted] of Object.entries(isGroup(fields) ? fields : {})) {
    if (wanted !== 'clear' || !isClientField(field) || CLIENT_FIELDS[field].clearable) continue;
    const why = WHY_NOT_CLEARABLE[field] ?? 'the server fills a blank one itself';
    report(['blank', 'fields', field], `this field cannot be cleared: ${why}. Write \`keep\`, or leave the line out`);
  }

  checkCron(read('schedule', 'cron'), report);
  checkExpect(read('expect'), report);
  const keep = read('keep');
  if (isGroup(keep) && keep['runs'] === undefined && keep['days'] === undefined)
    report(['keep'], 'neither `runs` nor `days`: give one of them or both, or leave `keep` out to keep all runs');
  for (const key of ['schedule', 'window', 'expect']) checkTimezone([key, 'timezone'], read(key, 'timezone'), report);
  return findings;
}

type Report = (path: Path, message: string) => void;

/** Jobs of one template must not take each other's files. */
function checkTemplate(read: (...path: string[]) => unknown, report: Report): void {
  if (read('targets') === undefined) return;
  if (read('target') !== undefined)
    report(['target'], 'it stands beside `targets`, which says it for each: remove one');
  const folder = read('drop', 'folder');
  if (typeof folder === 'string' && !folder.includes('{target}'))
    report(
      ['drop', 'folder'],
      'all targets would take files from one folder: write `{target}` in it, such as `drop/{target}`',
    );
  checkTemplateSource(read('source'), report);
}

function checkCron(cron: unknown, report: Report): void {
  if (typeof cron !== 'string' || cron === '') return;
  const fieldCount = cron.trim().split(/\s+/).length;
  const example = 'such as "30 2 * * *" for each night at 2:30';
  if (fieldCount !== 5 && fieldCount !== 6) {
    report(
      ['schedule', 'cron'],
      `found ${describeFound(cron)} with ${fieldCount} field${fieldCount === 1 ? '' : 's'}, expected 5 (minute hour day month weekday) or 6 (seconds first), ${example}`,
    );
    return;
  }
  try {
    CronExpressionParser.parse(cron).next();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    report(['schedule', 'cron'], `${describeFound(cron)} never comes due (${why}): expected a time ${example}`);
  }
}

function checkExpect(expected: unknown, report: Report): void {
  if (!isGroup(expected)) return;
  const [hasEvery, hasTime] = ['every', 'by'].map((key) => expected[key] !== undefined);
  if (hasEvery === hasTime)
    report(['expect'], `${hasEvery ? 'both `every` and `by`' : 'neither `every` nor `by`'}: give one of them`);
  if (hasEvery && expected['days'] !== undefined)
    report(['expect', 'days'], 'days belong to `by`: `every` counts hours, whatever the day');
}

function checkTimezone(path: Path, timezone: unknown, report: Report): void {
  if (typeof timezone !== 'string' || isTimezone(timezone)) return;
  const nearest = nearestWord(timezone, Intl.supportedValuesOf('timeZone'));
  const remedy = nearest === undefined ? 'expected a name such as Europe/Berlin' : `did you mean \`${nearest}\`?`;
  report(path, `unknown time zone ${describeFound(timezone)}: ${remedy}`);
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function holdsSecret(address: string): boolean {
  return /:\/\/[^/?#]*@/.test(address) || /[?&#][^=]*(?:token|passw|secret|key)[^=]*=/i.test(address);
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
