/** Compiles a source file with what it imports, so that a plain `node` process of a test can run it. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = path.resolve(import.meta.dirname, '../..');

/**
 * @param source path below `src`, such as `run/open-store.ts`
 * @returns the folder to remove afterwards, and the URL to import
 */
export function compile(source: string): { readonly folder: string; readonly url: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-compiled-'));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  const config = path.join(folder, 'tsconfig.json');
  writeFileSync(
    config,
    JSON.stringify({
      extends: path.join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        rootDir: path.join(ROOT, 'src'),
        outDir: path.join(folder, 'dist'),
        typeRoots: [path.join(ROOT, 'node_modules/@types')],
        noCheck: true,
        sourceMap: false,
      },
      include: [],
      files: [path.join(ROOT, 'src', source)],
    }),
  );
  execFileSync(process.execPath, [path.join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', config], { stdio: 'pipe' });
  return { folder, url: pathToFileURL(path.join(folder, 'dist', source.replace(/\.ts$/, '.js'))).href };
}
