/** What somebody asked a worker for, in words. */

import type { RunRequest } from '../run/request.js';
import type { Run } from '../run/store.js';
import { showTime } from './text.js';

export const ORIGINS: Readonly<Record<RunRequest['origin'], string>> = {
  enqueue: 'enqueue',
  schedule: 'its schedule',
  drop: 'a dropped file',
  remote: 'a fetched file',
};

/** `, not before …, in the hours …`; empty when nothing is special about it. */
export function describeRequest({ request }: Pick<Run, 'request'>): string {
  if (request === null) return '';
  const { notBefore, priority, window, share, approved, allow } = request;
  const parts = [
    ...(notBefore === null ? [] : [`not before ${showTime(notBefore)}`]),
    ...(priority === 0 ? [] : [`priority ${priority}`]),
    ...(window === null ? [] : [`sending ${window.hours} ${window.timezone} only`]),
    ...(share === 1 ? [] : [`with ${Math.round(share * 100)} % of the rate limit`]),
    ...(approved ? ['approved'] : []),
    ...(allow.length === 0 ? [] : [`allowing ${allow.join(', ')}`]),
  ];
  return parts.map((part) => `, ${part}`).join('');
}

/** What somebody asked of a run that goes on, as a sentence; empty: nothing. */
export function describeStop({ stop, status }: Pick<Run, 'stop' | 'status'>): string {
  const isAtWork = status === 'reading' || status === 'pushing' || status === 'verifying';
  if (stop === 'pause') return isAtWork ? 'It is to pause between two changes.' : 'It is paused.';
  return stop === 'cancel' ? 'It is to end between two changes: somebody cancelled it.' : '';
}
