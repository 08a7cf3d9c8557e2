import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeLayouts } from '../../src/cli/layouts-page.js';
import { LAYOUTS } from '../../src/mapping/layouts/index.js';

const PAGE = readFileSync(new URL('../../docs/layouts.md', import.meta.url), 'utf8');

it('docs/layouts.md is current', () => {
  expect(PAGE, 'docs/layouts.md is out of date: run "npm run layouts"').toBe(describeLayouts());
});

it('docs/layouts.md names every layout in a table and in a section, and its links lead somewhere', () => {
  for (const { name } of LAYOUTS) expect(PAGE.split(`\`${name}\``).length, name).toBeGreaterThanOrEqual(3);
  const anchors = new Set(
    [...PAGE.matchAll(/^### (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
  const links = [...PAGE.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
  expect(links.length).toBe(LAYOUTS.length);
  expect(links.filter((link) => !anchors.has(link))).toEqual([]);
});
