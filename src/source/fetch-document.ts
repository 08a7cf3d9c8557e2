/**
 * One document over https. Invariant: every connection, also after a redirect, goes to an address that was checked at
 * the moment of connecting, so that a name cannot lead elsewhere between the check and the use.
 */

import { isIP } from 'node:net';
import { Agent, request } from 'undici';
import type { Dispatcher } from 'undici';
import { DOCUMENT_BYTES_MAX, documentName, findDocumentProblem, typeOf } from '../ninja/document.js';
import { ADDRESS_REFUSED, guardLookup, isPublic } from './public-address.js';

export interface FetchOptions {
  /** By default only addresses of the public internet: an export could otherwise read from inside our network. */
  readonly allows?: (address: string) => boolean;
  /** Certificate authority, PEM, beside the usual ones. */
  readonly ca?: string;
  /** For the whole document; default 30 s. */
  readonly timeoutMs?: number;
}

/** Both answer with a text when there is no usable document: why, in one sentence. */
export interface Fetcher {
  /** Its name and size (bytes). Where the server announces the size, the document itself is left there. */
  measure(address: string): Promise<{ readonly name: string; readonly bytes: number } | string>;
  fetch(address: string): Promise<Uint8Array | string>;
  close(): Promise<void>;
}

const REDIRECTS_MAX = 3;
/** So many time-outs in a row, and the server is not asked again: each one costs all of the time. */
const TIMEOUTS_MAX = 3;
const TIMEOUT_MS = 30_000;
const PRIVATE = 'The address is not a public one: such documents are not fetched.';

/** What a document's content type says when its address has no usable name. */
const TYPES: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/tiff': 'tiff',
  'image/webp': 'webp',
  'text/plain': 'txt',
  'text/csv': 'csv',
  'text/xml': 'xml',
  'application/xml': 'xml',
  'application/zip': 'zip',
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.ms-powerpoint': 'ppt',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.oasis.opendocument.spreadsheet': 'ods',
  'application/vnd.oasis.opendocument.presentation': 'odp',
};

export function openFetcher(options: FetchOptions = {}): Fetcher {
  const allows = options.allows ?? isPublic;
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const agent = new Agent({
    connect: {
      lookup: guardLookup(allows),
      timeout: timeoutMs,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    },
  });
  /** By server, in a row. */
  const timeouts = new Map<string, number>();

  async function ask<T>(address: string, read: (found: Found) => Promise<T | string>): Promise<T | string> {
    const signal = AbortSignal.timeout(timeoutMs);
    let server = '';
    try {
      let at = new URL(address);
      for (let hop = 0; hop <= REDIRECTS_MAX; hop += 1) {
        server = at.host;
        if ((timeouts.get(server) ?? 0) >= TIMEOUTS_MAX)
          return `${TIMEOUTS_MAX} documents of ${server} did not come in time: it is not asked for more.`;
        // A literal address is never looked up, so it is checked here.
        const host = at.hostname.replace(/^\[|\]$/g, '');
        if (at.protocol !== 'https:') return `It redirects to ${at.protocol}//, only https is followed.`;
        if (isIP(host) !== 0 && !allows(host)) return PRIVATE;
        const answer = await request(at, { dispatcher: agent, signal, headers: HEADERS });
        const { location } = answer.headers;
        if (answer.statusCode < 300 || answer.statusCode >= 400 || typeof location !== 'string') {
          const found = judgeAnswer(at, answer);
          if (typeof found === 'string') drop(answer);
          const taken = typeof found === 'string' ? found : await read(found);
          timeouts.delete(server);
          return taken;
        }
        drop(answer);
        at = new URL(location, at);
      }
      return `It redirects more than ${REDIRECTS_MAX} times.`;
    } catch (error) {
      const isLate = signal.aborted || codeOf(error).includes('TIMEOUT');
      if (isLate) timeouts.set(server, (timeouts.get(server) ?? 0) + 1);
      return isLate ? 'It did not come in time.' : explain(codeOf(error));
    }
  }

  return {
    measure: (address) => ask(address, measureFound),
    fetch: (address) => ask(address, readFound),
    close: () => agent.destroy(),
  };
}

/** The bytes are to come as they are: a packed document has another size. */
const HEADERS = { 'accept': '*/*', 'accept-encoding': 'identity' };

interface Found {
  readonly name: string;
  /** `null`: the server does not say. */
  readonly announced: number | null;
  readonly answer: Dispatcher.ResponseData;
}

/** Ends a body that nobody will read; what the connection says about that is nobody's error. */
function drop(answer: Dispatcher.ResponseData): void {
  answer.body.on('error', () => undefined).destroy();
}

/** What comes, by its headers; or why it is of no use. */
function judgeAnswer(at: URL, answer: Dispatcher.ResponseData): Found | string {
  if (answer.statusCode !== 200) return `The server answered with status ${answer.statusCode}.`;
  const { headers } = answer;
  const contentType =
    String(headers['content-type'] ?? '')
      .split(';')[0]
      ?.trim()
      .toLowerCase() ?? '';
  if (contentType === 'text/html') return 'The address shows a web page (a login?), not a document.';
  const packed = String(headers['content-encoding'] ?? 'identity').toLowerCase();
  if (packed !== 'identity') return `The server sends it packed (${packed}), also when it is asked not to.`;
  const name = nameOf(at, contentType);
  const announced = headers['content-length'] === undefined ? null : Number(headers['content-length']);
  const problem = findDocumentProblem(name, announced ?? 1);
  return problem === null ? { name, announced, answer } : `It cannot be uploaded: ${problem}.`;
}

async function measureFound(found: Found): Promise<{ readonly name: string; readonly bytes: number } | string> {
  const { name, announced, answer } = found;
  if (announced !== null) {
    drop(answer);
    return { name, bytes: announced };
  }
  const bytes = await readBody(found, () => undefined);
  return typeof bytes === 'string' ? bytes : { name, bytes };
}

async function readFound(found: Found): Promise<Uint8Array | string> {
  const chunks: Buffer[] = [];
  const bytes = await readBody(found, (chunk) => void chunks.push(chunk));
  return typeof bytes === 'string' ? bytes : Buffer.concat(chunks);
}

/** The size of what came, in bytes; more than a document may have is not waited for. */
async function readBody({ name, answer }: Found, onChunk: (chunk: Buffer) => void): Promise<number | string> {
  let bytes = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > DOCUMENT_BYTES_MAX) break;
    onChunk(chunk);
  }
  const problem = findDocumentProblem(name, bytes);
  return problem === null ? bytes : `It cannot be uploaded: ${problem}.`;
}

/** The last part of the path; with the type of the content when the path tells none that is known. */
function nameOf(at: URL, contentType: string): string {
  const last = at.pathname.split('/').at(-1) ?? '';
  const name = documentName(decode(last)) || 'document';
  const type = TYPES[contentType];
  return findDocumentProblem(name, 1) === null || type === undefined || typeOf(name) === type
    ? name
    : `${name}.${type}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function explain(code: string): string {
  if (code === ADDRESS_REFUSED) return PRIVATE;
  if (code === 'ERR_INVALID_URL') return 'It is no address.';
  return `It cannot be fetched${code === '' ? '' : ` (${code})`}.`;
}
