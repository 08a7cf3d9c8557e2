/**
 * One document over https. Invariant: every connection, also after a redirect, goes to an address that was checked at
 * the moment of connecting, so that a name cannot lead elsewhere between the check and the use.
 */

import { lookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import type { Dispatcher } from 'undici';
import { DOCUMENT_BYTES_MAX, documentName, findDocumentProblem, typeOf } from '../ninja/document.js';
import type { DocumentFile } from '../ninja/upload.js';

export interface FetchOptions {
  /** By default only addresses of the public internet: an export could otherwise read from inside our network. */
  readonly allows?: (address: string) => boolean;
  /** Certificate authority, PEM, beside the usual ones. */
  readonly ca?: string;
  /** For the whole document; default 30 s. */
  readonly timeoutMs?: number;
}

export interface Fetcher {
  /** The document, or why there is none. */
  fetch(address: string): Promise<DocumentFile | string>;
  close(): Promise<void>;
}

const REDIRECTS_MAX = 3;
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

  async function fetch(address: string): Promise<DocumentFile | string> {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      let at = new URL(address);
      for (let hop = 0; hop <= REDIRECTS_MAX; hop += 1) {
        // A literal address is never looked up, so it is checked here.
        const host = at.hostname.replace(/^\[|\]$/g, '');
        if (at.protocol !== 'https:') return `It redirects to ${at.protocol}//, only https is followed.`;
        if (isIP(host) !== 0 && !allows(host)) return PRIVATE;
        const answer = await request(at, { dispatcher: agent, signal, headers: { accept: '*/*' } });
        const { location } = answer.headers;
        if (answer.statusCode < 300 || answer.statusCode >= 400 || typeof location !== 'string') {
          return await readAnswer(at, answer);
        }
        drop(answer);
        at = new URL(location, at);
      }
      return `It redirects more than ${REDIRECTS_MAX} times.`;
    } catch (error) {
      return explain(error, signal.aborted);
    }
  }

  return { fetch, close: () => agent.destroy() };
}

/** Ends a body that nobody will read; what the connection says about that is nobody's error. */
function drop(answer: Dispatcher.ResponseData): void {
  answer.body.on('error', () => undefined).destroy();
}

async function readAnswer(at: URL, answer: Dispatcher.ResponseData): Promise<DocumentFile | string> {
  const refuse = (why: string): string => {
    drop(answer);
    return why;
  };
  if (answer.statusCode !== 200) return refuse(`The server answered with status ${answer.statusCode}.`);
  const contentType =
    String(answer.headers['content-type'] ?? '')
      .split(';')[0]
      ?.trim()
      .toLowerCase() ?? '';
  if (contentType === 'text/html') return refuse('The address shows a web page (a login?), not a document.');
  const name = nameOf(at, contentType);
  const announced = Number(answer.headers['content-length'] ?? 1);
  const problem = findDocumentProblem(name, announced);
  if (problem !== null) return refuse(`It cannot be uploaded: ${problem}.`);

  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > DOCUMENT_BYTES_MAX) break;
    chunks.push(chunk);
  }
  const late = findDocumentProblem(name, size);
  return late === null ? { name, bytes: Buffer.concat(chunks) } : `It cannot be uploaded: ${late}.`;
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

const REFUSED = 'ERR_ADDRESS_NOT_PUBLIC';

/** As the usual lookup, but a name that leads to any address that is not allowed leads nowhere. */
function guardLookup(allows: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) {
        callback(error ?? new Error(`${hostname} has no address`), '', 0);
      } else if (!addresses.every(({ address }) => allows(address))) {
        callback(Object.assign(new Error(PRIVATE), { code: REFUSED }), '', 0);
      } else if (options.all === true) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

function explain(error: unknown, late: boolean): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === REFUSED) return PRIVATE;
  if (late || code.includes('TIMEOUT')) return 'It did not come in time.';
  if (code === 'ERR_INVALID_URL') return 'It is no address.';
  return `It cannot be fetched${code === '' ? '' : ` (${code})`}.`;
}

const RESERVED = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  RESERVED.addSubnet(network, prefix, 'ipv4');
}
/** Inside of 2000::/3: tunnels, which carry any IPv4 address, and addresses for documentation. */
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  RESERVED.addSubnet(network, prefix, 'ipv6');
}
const GLOBAL_UNICAST = new BlockList();
GLOBAL_UNICAST.addSubnet('2000::', 3, 'ipv6');

/** Is it an address of the public internet? Mapped and translated IPv4 addresses are not. */
export function isPublic(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !RESERVED.check(address, 'ipv4');
  return version === 6 && GLOBAL_UNICAST.check(address, 'ipv6') && !RESERVED.check(address, 'ipv6');
}
