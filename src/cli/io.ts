/** stdout is the result, stderr is talk. With `--json` the result is JSON lines that end in a summary. */

import { writeSync } from 'node:fs';
import { SyncError } from '../errors.js';

export interface Io {
  readonly json: boolean;
  readonly color: boolean;
  /** One line of the result for people. */
  print(line: string): void;
  /** One line of the result for machines. */
  emit(value: { readonly type: string } & Readonly<Record<string, unknown>>): void;
  /** Bytes of the result, as they are. */
  write(bytes: Uint8Array): void;
  /** Talk: hints, the next command. */
  talk(line: string): void;
  /** What a person who watches should know at once; machines get it as a line of the result. */
  notice(message: string): void;
  /** Talk on a terminal that the next `draw` overwrites; whatever else is said comes below it. */
  draw(line: string): void;
}

export function openIo(options: { readonly json: boolean; readonly color: boolean }): Io {
  // `hasColors` knows terminals without, and NO_COLOR.
  const color = options.color && process.stdout.isTTY && process.stdout.hasColors();
  // Written at once and in order: the process may end right after the last line, also into a pipe.
  const put = (descriptor: 1 | 2, bytes: Uint8Array): void => {
    let offset = 0;
    while (offset < bytes.length) {
      try {
        offset += writeSync(descriptor, bytes, offset);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        if (code === 'EAGAIN') continue;
        // Nobody reads any more (`| head`): that is no failure.
        if (code === 'EPIPE') process.exit(0);
        throw error;
      }
    }
  };
  let drawn = false;
  const below = (): void => {
    if (drawn) put(2, Buffer.from('\n'));
    drawn = false;
  };
  const text = (descriptor: 1 | 2, line: string): void => {
    below();
    put(descriptor, Buffer.from(`${line}\n`));
  };
  return {
    json: options.json,
    color,
    print: (line) => text(1, line),
    emit: (value) => text(1, JSON.stringify(value)),
    write: (bytes) => {
      below();
      put(1, bytes);
    },
    talk: (line) => text(2, line),
    notice: (message) => {
      text(2, message);
      if (options.json) text(1, JSON.stringify({ type: 'notice', message }));
    },
    draw: (line) => {
      drawn = true;
      put(2, Buffer.from(`\r\u001B[K${line}`));
    },
  };
}

/** Shows what went wrong and returns the exit code. A bug of ours shows no stack trace either. */
export function showError(io: Io, error: unknown): number {
  const known = error instanceof SyncError ? error : null;
  const message = error instanceof Error ? error.message : String(error);
  io.talk(known === null ? `ninja-sync: this is a bug: ${message}` : `ninja-sync: ${message}`);
  const hint = known === null ? 'Please report it with the command that you typed.' : known.hint;
  if (hint !== undefined) io.talk(`  ${hint}`);
  if (io.json) {
    const code = known?.code ?? 'bug';
    io.emit({ type: 'error', code, message, hint: hint ?? null, ...known?.details });
    io.emit({ type: 'summary', error: code });
  }
  return known?.exitCode ?? 1;
}
