/**
 * XML as a stream of elements. Entities that a document declares are not expanded, and no single text may grow without
 * bound, so that a small file cannot fill the memory.
 */

import { SaxesParser } from 'saxes';
import { DOWNLOAD_AGAIN, refuse } from './parts.js';
import type { Parts } from './parts.js';

/** A tag or a text of a workbook ends after 32,767 characters; so many without one are no workbook. */
const TEXT_LENGTH_MAX = 16 * 1024 * 1024;

export type Attributes = Readonly<Record<string, string>>;

export interface XmlHandler {
  open(name: string, attributes: Attributes): void;
  /** Texts between two tags, in one or several pieces. */
  text(text: string): void;
  close(name: string): void;
}

/**
 * Reads a part; yields after each block, for the caller to take what the handler has gathered, or to stop.
 *
 * @param names `local`: without prefixes, for formats whose writers choose their own
 * @throws SyncError `file-binary` for a part that is no XML
 */
export async function* readXml(
  path: string,
  parts: Parts,
  part: string,
  handler: XmlHandler,
  names: 'local' | 'qualified',
): AsyncGenerator<void> {
  const parser = createParser(handler, names);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let sinceTag = 0;
  for await (const block of parts.read(part)) {
    decoder ??= new TextDecoder(encodingOf(block));
    const text = decoder.decode(block, { stream: true });
    const tag = text.lastIndexOf('<');
    sinceTag = tag === -1 ? sinceTag + text.length : text.length - tag;
    if (sinceTag > TEXT_LENGTH_MAX)
      throw refuse(path, `"${part}" in it has a text of more than ${TEXT_LENGTH_MAX} characters`);
    feed(path, part, () => parser.write(text));
    yield;
  }
  feed(path, part, () => parser.close());
}

function createParser(handler: XmlHandler, names: 'local' | 'qualified'): SaxesParser {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const nameOf = names === 'local' ? withoutPrefix : (name: string) => name;
  parser.on('opentag', (tag) => handler.open(nameOf(tag.name), tag.attributes));
  parser.on('closetag', (tag) => handler.close(nameOf(tag.name)));
  parser.on('text', (text) => handler.text(text));
  parser.on('cdata', (text) => handler.text(text));
  return parser;
}

function withoutPrefix(name: string): string {
  const colon = name.indexOf(':');
  return colon === -1 ? name : name.slice(colon + 1);
}

function encodingOf(block: Buffer): string {
  if (block[0] === 0xff && block[1] === 0xfe) return 'utf-16le';
  return block[0] === 0xfe && block[1] === 0xff ? 'utf-16be' : 'utf-8';
}

/** An error of the parser is about the part; one of the handler passes. */
function feed(path: string, part: string, step: () => unknown): void {
  try {
    step();
  } catch (error) {
    if (!(error instanceof Error) || error.constructor !== Error) throw error;
    throw refuse(path, `is damaged: "${part}" in it is no sound XML (${error.message.slice(0, 100)})`, DOWNLOAD_AGAIN);
  }
}
