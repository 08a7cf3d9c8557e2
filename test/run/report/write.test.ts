import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeReport } from '../../../src/run/report/write.js';
import { buildReport } from './build.js';

describe('writing a report', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-report-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('leaves the page and the same as data, and nothing else, in a folder that it makes', async () => {
    const runs = path.join(folder, 'runs', '7');
    const report = buildReport();
    expect(await writeReport(report, runs)).toEqual({
      html: path.join(runs, 'report.html'),
      json: path.join(runs, 'report.json'),
    });
    expect(readdirSync(runs).toSorted()).toEqual(['report.html', 'report.json']);
    expect(JSON.parse(readFileSync(path.join(runs, 'report.json'), 'utf8'))).toEqual(report);
    expect(readFileSync(path.join(runs, 'report.html'), 'utf8')).toContain('12 clients created');
  });

  it('replaces an older report', async () => {
    await writeReport(buildReport(), folder);
    await writeReport(buildReport({ changes: [], leftOut: 44 }), folder);
    expect(JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8'))).toMatchObject({ changes: [] });
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('says what to do when the folder cannot be written, and leaves no temporary file', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    await expect(writeReport(buildReport(), path.join(folder, 'file', 'x'))).rejects.toMatchObject({
      code: 'state-unusable',
      message: expect.stringContaining(path.join(folder, 'file', 'x')),
      hint: expect.stringContaining('writable'),
    });
    mkdirSync(path.join(folder, 'report.html', 'occupied'), { recursive: true });
    await expect(writeReport(buildReport(), folder)).rejects.toMatchObject({ code: 'state-unusable' });
    expect(readdirSync(folder).toSorted()).toEqual(['file', 'report.html', 'report.json']);
  });
});
