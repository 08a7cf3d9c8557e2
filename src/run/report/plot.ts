/** Requests over time as an inline SVG: one bar a bucket, and a line where the target's limit is. */

import { formatNumber, html } from './markup.js';
import type { Markup } from './markup.js';
import type { RequestStatistics } from '../store.js';

const WIDTH = 720;
const HEIGHT = 210;
const LEFT = 48;
const RIGHT = 12;
const TOP = 22;
const BOTTOM = 40;
const BARS_MAX = 120;

/** `null` when there is nothing to draw. */
export function drawRequests(statistics: RequestStatistics): Markup | null {
  const { bars, seconds } = mergeBuckets(statistics);
  const largest = Math.max(0, ...bars);
  if (largest === 0) return null;
  const limit = statistics.limitPerMinute === null ? null : (statistics.limitPerMinute * seconds) / 60;
  // A limit far above the bars would flatten them: it is then only said.
  const drawsLimit = limit !== null && limit <= largest * 4;
  const step = niceStep(Math.max(largest, drawsLimit ? limit : 0) / 4);
  const top = step * Math.ceil((Math.max(largest, drawsLimit ? limit : 0) * 1.02) / step);
  const innerWidth = WIDTH - LEFT - RIGHT;
  const innerHeight = HEIGHT - TOP - BOTTOM;
  const yOf = (value: number): number => round(TOP + innerHeight * (1 - value / top));
  const slot = innerWidth / Math.max(bars.length, 8);
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  const description = describe(statistics, seconds, largest, limit);
  return html`<div class="scroll plot" role="region" aria-label="Requests over time" tabindex="0">
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="plot-title plot-text">
        <title id="plot-title">Requests over time</title>
        <desc id="plot-text">${description}</desc>
        ${ticks.map(
          (tick) =>
            html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${yOf(tick)}" y2="${yOf(tick)}" />
              <text x="${LEFT - 8}" y="${yOf(tick) + 4}" text-anchor="end">${formatNumber(tick)}</text>`,
        )}
        ${bars.map((value, index) =>
          value === 0
            ? null
            : html`<rect
                class="bar"
                x="${round(LEFT + slot * index + slot * 0.1)}"
                y="${yOf(value)}"
                width="${round(slot * 0.8)}"
                height="${round(TOP + innerHeight - yOf(value))}"
              />`,
        )}
        ${
          drawsLimit
            ? html`<line class="limit" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${yOf(limit)}" y2="${yOf(limit)}" />
                <text class="limit-text" x="${WIDTH - RIGHT}" y="${yOf(limit) - 5}" text-anchor="end"
                  >limit ${formatNumber(limit)}</text
                >`
            : null
        }
        ${timeMarks(bars.length, seconds).map(
          (mark) =>
            html`<text x="${round(LEFT + (slot * mark) / seconds)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle"
              >${formatDuration(mark)}</text
            >`,
        )}
        <text x="${LEFT}" y="${HEIGHT - 4}">time since the first request; one bar is ${formatDuration(seconds)}</text>
        <text x="4" y="11">requests</text>
      </svg>
    </div>
    <p class="note">${description}</p>`;
}

/** Neighbouring buckets are added up until the bars fit. */
function mergeBuckets(statistics: RequestStatistics): { readonly bars: readonly number[]; readonly seconds: number } {
  const perBar = Math.max(1, Math.ceil(statistics.buckets.length / BARS_MAX));
  const bars: number[] = [];
  for (const [index, requests] of statistics.buckets.entries()) {
    const bar = Math.floor(index / perBar);
    bars[bar] = (bars[bar] ?? 0) + requests;
  }
  return { bars, seconds: statistics.bucketSeconds * perBar };
}

function describe(statistics: RequestStatistics, seconds: number, largest: number, limit: number | null): string {
  const most = `At most ${formatNumber(largest)} requests in ${formatDuration(seconds)}`;
  if (limit === null || statistics.limitPerMinute === null) return `${most}; the target has no limit.`;
  return `${most}; the target allows ${formatNumber(limit)} (${formatNumber(statistics.limitPerMinute)} a minute).`;
}

/** At most eight marks, at round durations, so that their texts do not touch. */
function timeMarks(bars: number, seconds: number): readonly number[] {
  const whole = Math.max(bars, 8) * seconds;
  const steps = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400];
  const step = steps.find((candidate) => whole / candidate <= 8) ?? whole;
  return Array.from({ length: Math.floor(whole / step) + 1 }, (_, index) => index * step);
}

export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${formatNumber(Math.round(seconds * 10) / 10)} s`;
  const rounded = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(rounded / 3600), Math.floor((rounded % 3600) / 60), rounded % 60];
  if (hours > 0) return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}

/** 1, 2 or 5 times a power of ten, at least 1. */
function niceStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= value) ?? 10;
  return factor * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
