/** Progress on stderr: a bar with rate and time left on a terminal, a plain line now and then otherwise. */

import type { Progress } from '../run/context.js';
import type { Io } from './io.js';

const BAR_WIDTH = 24;
const REDRAW_MS = 100;
const PLAIN_LINE_MS = 10_000;

const PHASES: Readonly<Record<Progress['phase'], string>> = {
  reading: 'Reading the file',
  snapshot: 'Reading the target',
  comparing: 'Comparing',
  pushing: 'Applying',
  verifying: 'Reading the target again',
  copying: 'Copying the state',
};

/** @param now milliseconds */
export function openProgress(io: Io, now: () => number = Date.now): (progress: Progress) => void {
  const terminal = process.stderr.isTTY;
  let phase: Progress['phase'] | null = null;
  let startedAt = 0;
  let drawnAt = 0;
  let told = false;
  return (progress) => {
    const at = now();
    if (progress.phase !== phase) {
      phase = progress.phase;
      startedAt = at;
      drawnAt = terminal ? 0 : at;
      told = false;
    }
    const finished = progress.done >= progress.total;
    if (!finished && at - drawnAt < (terminal ? REDRAW_MS : PLAIN_LINE_MS)) return;
    // What was over before anybody could wonder needs no line where lines stay.
    if (finished && !terminal && (told || at - startedAt < PLAIN_LINE_MS)) return;
    drawnAt = at;
    told = finished;
    const seconds = (at - startedAt) / 1000;
    const line = describeProgress(progress, seconds > 0.2 ? progress.done / seconds : 0);
    if (terminal) io.draw(line);
    else io.talk(line);
  };
}

/** @param rate units a second; 0: nobody knows yet */
export function describeProgress({ phase, done, total, unit }: Progress, rate: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * BAR_WIDTH);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
  const left = rate > 0 && done < total ? `, ${formatSeconds((total - done) / rate)} left` : '';
  const speed = rate > 0 ? ` (${amount(rate, unit)}/s${left})` : '';
  return `${PHASES[phase].padEnd(24)} ${bar} ${amount(done, unit, '')} of ${amount(total, unit)}${speed}`;
}

function amount(value: number, unit: Progress['unit'], suffix = ` ${unit}`): string {
  if (unit === 'bytes') return `${(value / 1_000_000).toFixed(1)}${suffix === '' ? '' : ' MB'}`;
  return `${value < 10 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value)}${suffix}`;
}

function formatSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
