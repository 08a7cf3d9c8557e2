import { describe, expect, it } from 'vitest';
import { detectLayout, hintLayout, layoutFor } from '../../src/mapping/detect.js';
import { foldHeader, readHeader } from '../../src/mapping/header.js';
import type { Layout } from '../../src/mapping/layout.js';
import { LAYOUTS, layoutNamed } from '../../src/mapping/layouts/index.js';
import { BLOCKS, HINT_OF_BLOCK, LAYOUT_OF_BLOCK, hasBlocks } from './blocks.js';

const CONFIRMED = LAYOUTS.filter((layout) => layout.evidence !== 'M');
const HINTS = LAYOUTS.filter((layout) => layout.evidence === 'M');

const nameOf = (columns: readonly string[]): string | undefined => detectLayout(columns, LAYOUTS)?.layout.name;
const hintOf = (columns: readonly string[]): string | undefined => hintLayout(columns, LAYOUTS)?.layout.name;

const has = (columns: readonly string[], wanted: string): boolean => readHeader(columns).find(wanted) !== undefined;

/** Numbers from 0 to 1, the same ones each time (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffle<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => [random(), item] as const)
    .sort(([one], [other]) => one - other)
    .map(([, item]) => item);
}

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

  const RECOGNISED = BLOCKS.filter((block) => LAYOUT_OF_BLOCK[block.id] !== undefined);

  it('are known by a real file, code, documentation or a reader of them; what is only remembered is a hint', () => {
    for (const { id, evidence } of BLOCKS) {
      const layout = LAYOUTS.find((known) => known.name === (LAYOUT_OF_BLOCK[id] ?? HINT_OF_BLOCK[id]));
      if (HINT_OF_BLOCK[id] !== undefined) expect(evidence, id).toBe('M');
      expect(layout?.evidence === 'M', id).toBe(HINT_OF_BLOCK[id] !== undefined);
    }
  });

  it.each(RECOGNISED.map((block) => [block.id, block] as const))(
    '%s is recognised in any order, without a third of what it need not have, with columns of the user',
    (id, { columns }) => {
      const name = LAYOUT_OF_BLOCK[id];
      const { detect, languages = {} } = layoutNamed(name ?? '');
      const needed = detect.required
        .flat()
        .flatMap((column) => [column, ...Object.values(languages).flatMap((names) => names[column] ?? [])]);
      const isNeeded = (column: string): boolean => needed.some((text) => has([column], text));
      for (let seed = 1; seed <= 5; seed += 1) {
        const random = randomFrom(seed);
        const shuffled = shuffle(columns, random);
        expect(nameOf(shuffled), `shuffled ${seed}`).toBe(name);
        const spare = shuffled.filter((column) => !isNeeded(column));
        const gone = new Set(spare.slice(0, Math.floor(spare.length / 3)));
        const left = shuffled.filter((column) => !gone.has(column));
        expect(nameOf(left), `without ${[...gone].join(', ')}`).toBe(name);
        const more = shuffle([...left, 'Internal code', 'Our rating', 'Reviewed by'], random);
        if (detect.only === true) expect(nameOf(more), 'an export without columns of the user').toBeUndefined();
        else expect(nameOf(more), 'with more columns').toBe(name);
      }
    },
  );

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
