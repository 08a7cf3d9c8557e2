/** Commands that only root may run, where that needs nobody's password. */

import { spawnSync } from 'node:child_process';

/** @returns whether it ended well */
export function runAsRoot(...command: readonly string[]): boolean {
  const [program = '', ...args] = [...(process.getuid?.() === 0 ? [] : ['sudo', '-n']), ...command];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(program, args, { stdio: 'ignore', env }).status === 0;
}
