import { describe, expect, it } from 'vitest';
import { detectLayout, hintLayout, layoutFor } from '../../src/mapping/detect.js';
import { foldHeader } from '../../src/mapping/header.js';
import type { Layout } from '../../src/mapping/layout.js';
import { LAYOUTS } from '../../src/mapping/layouts/index.js';
import { BLOCKS, HINT_OF_BLOCK, LAYOUT_OF_BLOCK, hasBlocks } from './blocks.js';

const CONFIRMED = LAYOUTS.filter((layout) => layout.evidence !== 'M');
const HINTS = LAYOUTS.filter((layout) => layout.evidence === 'M');

const nameOf = (columns: readonly string[]): string | undefined => detectLayout(columns, LAYOUTS)?.layout.name;
const hintOf = (columns: readonly string[]): string | undefined => hintLayout(columns, LAYOUTS)?.layout.name;

describe.skipIf(!hasBlocks)('real headers (shared/formats/headers.json)', () => {
  it.each(BLOCKS.map((block) => [block.id, block] as const))('%s', (id, block) => {
    expect(nameOf(block.columns)).toBe(LAYOUT_OF_BLOCK[id]);
    if (LAYOUT_OF_BLOCK[id] === undefined) expect(hintOf(block.columns)).toBe(HINT_OF_BLOCK[id]);
  });

  it('are all known, as a layout or as a hint', () => {
    const known = { ...LAYOUT_OF_BLOCK, ...HINT_OF_BLOCK };
    expect(BLOCKS.map((block) => block.id).filter((id) => known[id] === undefined)).toEqual([]);
  });

  it('are told by their columns, whatever their order and case', () => {
    for (const { id, columns } of BLOCKS.filter((block) => LAYOUT_OF_BLOCK[block.id] !== undefined)) {
      const shuffled = columns.toReversed().map((column) => ` ${column.toUpperCase()}`);
      expect(nameOf(shuffled), id).toBe(LAYOUT_OF_BLOCK[id]);
    }
  });

  it('are no two products with the same confidence', () => {
    for (const { id, columns } of BLOCKS) {
      const best = detectLayout(columns, LAYOUTS);
      if (best === null) continue;
      const others = CONFIRMED.filter((layout) => layout.product !== best.layout.product);
      const second = detectLayout(columns, others);
      expect(second === null ? 0 : second.confidence, `${id}: also ${second?.layout.name}`).toBeLessThan(
        best.confidence,
      );
    }
  });
});

/** What must be there in its first spelling, and what usually is. */
function usualColumns({ detect }: Layout): readonly string[] {
  return [...new Set([...detect.required.map(([first]) => first ?? ''), ...detect.typical])];
}

describe('a layout', () => {
  it.each(CONFIRMED.map((layout) => [layout.name, layout] as const))(
    '%s is found by what it usually has',
    (name, layout) => {
      const columns = usualColumns(layout);
      const found = detectLayout(columns, LAYOUTS);
      expect(found?.layout.name).toBe(name);
      expect(found?.confidence).toBe(1);
    },
  );

  it.each(CONFIRMED.map((layout) => [layout.name, layout] as const))(
    '%s is not found when a required column is missing, or a forbidden one is there',
    (name, layout) => {
      const { required, forbidden = [] } = layout.detect;
      for (const missing of required) {
        const lacking = new Set(missing.map(foldHeader));
        const columns = required.flat().filter((column) => !lacking.has(foldHeader(column)));
        expect(nameOf(columns)).not.toBe(name);
      }
      for (const column of forbidden) {
        expect(nameOf([...required.flat(), column])).not.toBe(name);
      }
    },
  );

  it('is nothing for a header that says too little', () => {
    expect(nameOf(['Name', 'Email', 'Phone'])).toBeUndefined();
    expect(nameOf([])).toBeUndefined();
  });

  it.each(HINTS.map((layout) => [layout.name, layout] as const))(
    '%s is never recognised, only hinted at',
    (name, layout) => {
      const columns = usualColumns(layout);
      expect(nameOf(columns)).not.toBe(name);
      expect(hintOf(columns)).toBe(name);
      expect(layoutFor(columns, layout)).toBe(layout);
    },
  );

  it.each(
    LAYOUTS.flatMap((layout) =>
      Object.entries(layout.languages ?? {}).map(
        ([language, names]) => [layout.name, language, layout, names] as const,
      ),
    ),
  )('%s is recognised in %s, and its columns are found', (name, _, layout, names) => {
    const forbidden = new Set(layout.detect.forbidden);
    const columns = [...new Set([...usualColumns(layout), ...Object.keys(names)])].filter(
      (column) => !forbidden.has(column),
    );
    const called = columns.map((column) => [names[column] ?? column].flat()[0] ?? column);
    const header = called.map((column) => column.replace(/#\d+$/, ''));
    const found = detectLayout(header, LAYOUTS);
    expect(found?.layout.name).toBe(name);
  });
});
