import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { JOB_JSON_SCHEMA } from '../../src/job/json-schema.js';
import type { SchemaNode } from '../../src/job/json-schema.js';
import { listJobs, loadJob, parseJob } from '../../src/job/load.js';
import { CLIENT_FIELD_NAMES, CONTACT_FIELD_NAMES } from '../../src/mapping/fields.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const jobsDir = path.join(root, 'jobs');
const options = { layouts: ['hubspot-companies', 'hubspot-contacts'] };

describe('the example jobs', () => {
  it.each(readdirSync(jobsDir).filter((file) => file.endsWith('.yaml')))(
    '%s loads, and tells editors of its schema',
    async (file) => {
      const text = readFileSync(path.join(jobsDir, file), 'utf8');
      expect(text.startsWith('# yaml-language-server: $schema=./job.schema.json\n')).toBe(true);
      expect((await loadJob(path.join(jobsDir, file), jobsDir, options)).name).toBe(file.replace('.yaml', ''));
    },
  );

  it('are three', async () => {
    expect(await listJobs(jobsDir)).toEqual(expect.arrayContaining(['backfill', 'hubspot-nightly', 'shop-drop']));
  });

  it('show a schedule, a drop folder and a run by hand', async () => {
    const [nightly, shop, backfill] = await Promise.all(
      ['hubspot-nightly', 'shop-drop', 'backfill'].map((name) => loadJob(name, jobsDir, options)),
    );
    expect(nightly).toMatchObject({
      schedule: { timezone: 'Europe/Berlin' },
      policy: { missing: { then: 'archive' } },
    });
    expect(shop).toMatchObject({
      drop: { complete: 'settle' },
      source: { layout: 'none' },
      policy: { missing: { then: 'keep' } },
    });
    expect(backfill).toMatchObject({ policy: { restore: true }, blank: { fields: { phone: 'clear' } } });
    expect(backfill?.schedule ?? backfill?.drop).toBeUndefined();
  });
});

const text = readFileSync(path.join(root, 'docs/job-file.md'), 'utf8');

/** `policy.missing` → its default as JSON, or undefined; expressions, fields and list entries are not followed. */
function listKeys(node: SchemaNode, prefix = ''): readonly (readonly [string, string | undefined])[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, found]) => {
    const name = `${prefix}${key}`;
    // The name of a target, or a group.
    const child = name === 'target' ? (found.anyOf?.find((kind) => kind.properties !== undefined) ?? found) : found;
    const isGroup =
      child.properties !== undefined && !['columns', 'blank.fields', 'policy.winner.fields'].includes(name);
    if (isGroup) return listKeys(child, `${name}.`);
    return [[name, child.default === undefined ? undefined : JSON.stringify(child.default)] as const];
  });
}

/** Rows of the tables whose first cell is a key: `| \`key\` | default | meaning |`. */
const rows = new Map(
  [...text.matchAll(/^\| `([a-z.-]+)` \|(.*?)\| .+ \|$/gm)].map((match) => [match[1]!, match[2]!.trim()] as const),
);

describe('docs/job-file.md', () => {
  const keys = listKeys(JOB_JSON_SCHEMA);

  it.each(keys)('has a row for `%s`', (key) => {
    expect([...rows.keys()]).toContain(key);
  });

  it('has no row for a key that does not exist', () => {
    const known = new Set(keys.map(([key]) => key));
    expect([...rows.keys()].filter((key) => !known.has(key))).toEqual([]);
  });

  it.each(keys.filter(([key, value]) => value !== undefined && value !== '{}' && !key.startsWith('lifecycle.')))(
    'gives the default of `%s`',
    (key, value) => {
      const written = rows.get(key)?.replaceAll('`', '');
      expect(written === undefined ? undefined : JSON.stringify(parseLoosely(written))).toBe(value);
    },
  );

  it('lists every field', () => {
    for (const field of [...CLIENT_FIELD_NAMES, ...CONTACT_FIELD_NAMES]) expect(text).toContain(`\`${field}\``);
  });

  it('explains every kind of expression', () => {
    const kinds = (JOB_JSON_SCHEMA.$defs?.['expression']?.anyOf ?? []).flatMap((kind) =>
      Object.keys(kind.properties ?? {}),
    );
    expect(kinds.length).toBeGreaterThan(8);
    for (const key of kinds) expect(text).toMatch(new RegExp(`[{ ]${key}:`));
  });

  it.each([...text.matchAll(/^```yaml\n(.*?)^```/gms)].map((match) => [match[1]!]))(
    '%.40j loads as it stands',
    (example) => {
      expect(parseJob(example, '/srv/jobs/example.yaml', options).name).toBe('example');
    },
  );

  it.each(
    [...text.matchAll(/^\| `(\{.*\}|Company|"Phone#2")` \|/gm)].map((match) => [match[1]!.replaceAll('\\|', '|')]),
  )('the expression %s is one', (expression) => {
    expect(parseJob(`columns: { name: ${expression} }`, '/srv/jobs/example.yaml', options).columns.name).toBeDefined();
  });
});

function parseLoosely(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}
