/** How a rehearsal's runs call their target, so that nobody takes them for runs of the real one, or applies them to it. */

const MARK = ' (rehearsal of ';

/** Each rehearsal has a name of its own: what one of them owns is none of the next one's business. */
export function nameRehearsal(url: string, now: string): string {
  return `${url}${MARK}${now})`;
}

export function isRehearsal(target: string): boolean {
  return target.includes(MARK);
}
