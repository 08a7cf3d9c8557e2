/** What an answer brings: its body as text, and the headers that count something. */

import { StringDecoder } from 'node:string_decoder';

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The whole body, in a time that does not depend on how slowly it drips. */
export async function readText(
  body: AsyncIterable<Buffer> & { destroy(error: Error): unknown },
  timeoutMs: number,
): Promise<string> {
  const late = setTimeout(() => {
    body.destroy(Object.assign(new Error('the answer took too long'), { code: 'UND_ERR_BODY_TIMEOUT' }));
  }, timeoutMs);
  // Piece by piece: a page of 1000 clients has 3.4 MB, and to join its bytes first takes twice the memory.
  const decoder = new StringDecoder('utf8');
  let text = '';
  try {
    for await (const piece of body) text += decoder.write(piece);
    text += decoder.end();
    return text.startsWith('\ufeff') ? text.slice(1) : text;
  } finally {
    clearTimeout(late);
  }
}

export function pick(headers: Headers, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/** A header that counts something; `null` when it is absent or no number (`Retry-After` may be a date). */
export function count(headers: Headers, name: string): number | null {
  const text = pick(headers, name);
  return text !== null && /^\d{1,9}$/.test(text.trim()) ? Number(text) : null;
}
