/** How guards compare and how they put amounts into words. */

import type { GuardResult } from './change.js';

/** What is not finite was not measured, or has no limit: that is a breach. */
export function compareLimit(
  job: string,
  guard: string,
  measured: number,
  limit: number,
  message: { readonly passed: string; readonly breached: string },
): GuardResult {
  const ok = Number.isFinite(measured) && Number.isFinite(limit) && measured <= limit;
  return { guard, ok, measured, limit, message: `${job}: ${ok ? message.passed : message.breached}` };
}

const NAMES_SHOWN_MAX = 5;

export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN_MAX).join(', ');
  return names.length > NAMES_SHOWN_MAX ? `${shown} and ${names.length - NAMES_SHOWN_MAX} more` : shown;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** At most one decimal: `5 %`, `12.5 %`. */
export function percent(ratio: number): string {
  return Number.isFinite(ratio) ? `${Math.round(withoutNoise(ratio * 1000)) / 10} %` : 'an unknown share';
}

/** `0.29 * 100` is less than 29: what a person meant is at most six places away. */
export function withoutNoise(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}

/** Not a number as soon as one of them is not, or when there are none. */
export function median(numbers: readonly number[]): number {
  if (numbers.length === 0 || numbers.some(Number.isNaN)) return Number.NaN;
  const sorted = numbers.toSorted((one, other) => one - other);
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? Number.NaN, sorted[sorted.length >> 1] ?? Number.NaN];
  return (low + high) / 2;
}
