/** What the state calls targets: those of targets.yaml by their names, others by their base URLs. */

/** Lower-case, like names of jobs: it becomes part of them, and of folders. No address fits it. */
export const TARGET_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** Is it the name of a target, not an address? */
export function isNamed(target: string): boolean {
  return TARGET_NAME.test(target);
}
