/**
 * Sees to it that SQLite's binding is there after an install: prebuilt where one fits, else compiled, against the headers
 * that lie beside this Node where there are any, so that a machine without a way to nodejs.org can build it too.
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';

const require = createRequire(import.meta.url);
const folder = path.dirname(require.resolve('better-sqlite3/package.json'));

function works() {
  const script = "new (require('better-sqlite3'))(':memory:').close()";
  return spawnSync(process.execPath, ['-e', script], { cwd: path.dirname(folder), stdio: 'ignore' }).status === 0;
}

/** npm puts `node-gyp` and the dependencies' commands on the path of its scripts. */
function run(command, ...args) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return { ok: status === 0, output: `${stdout ?? ''}${stderr ?? ''}` };
}

function build() {
  if (run('prebuild-install').ok && works()) return;
  const prefix = path.dirname(path.dirname(process.execPath));
  const isKnown =
    process.env.npm_config_nodedir !== undefined || !existsSync(path.join(prefix, 'include', 'node', 'node.h'));
  const { ok, output } = run('node-gyp', 'rebuild', '--release', ...(isKnown ? [] : [`--nodedir=${prefix}`]));
  if (ok && works()) return;
  process.stderr.write(
    `${output}\nSQLite (better-sqlite3) could not be built. It needs python3, make and a C++ compiler.\n`,
  );
  process.exitCode = 1;
}

if (!works()) build();
