/** Lines that are shown again and again: over one another on a terminal, and elsewhere only when they are new. */

import type { Io } from './io.js';

/** Of a terminal that does not say. */
const WIDTH = 80;

export interface Screen {
  show(lines: readonly string[]): void;
}

/** @param redraws on a terminal */
export function openScreen(io: Io, redraws: boolean): Screen {
  const isTerminal = redraws && process.stdout.isTTY;
  let shown: readonly string[] = [];
  return {
    show(lines) {
      if (isTerminal) redraw(io, shown.length, lines);
      else for (const line of lines) if (!shown.includes(line)) io.print(line);
      shown = lines;
    },
  };
}

/** @param height lines that stand there from the last time */
function redraw(io: Io, height: number, lines: readonly string[]): void {
  const back = height === 0 ? '' : `\u001B[${height}A\u001B[J`;
  // A line that wraps would be counted as one, and pushed up each time.
  const width = process.stdout.columns > 0 ? process.stdout.columns : WIDTH;
  const fitting = lines.map((line) => line.slice(0, width));
  io.write(Buffer.from(`${back}${fitting.join('\n')}\n`));
}
