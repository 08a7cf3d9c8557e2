/** Documents of a client. FACTS.md "Upload": only files under `documents[]` are stored, everything else is 200 without effect. */

import type { UploadedFile } from './form.js';
import { refuseFields } from './refusal.js';
import type { Store, StoredClient } from './store.js';

const TYPES =
  'png, ai, jpeg, tiff, pdf, gif, psd, txt, doc, xls, ppt, xlsx, docx, pptx, webp, xml, zip, csv, ods, odt, odp';
const ALLOWED: ReadonlySet<string> = new Set([...TYPES.split(', '), 'jpg', 'tif']);

/** Does not move the client's `updatedAt` [376]. Throws a `Refusal` for a file of another type [171]. */
export function storeDocuments(
  store: Store,
  client: StoredClient,
  files: readonly UploadedFile[],
  isPublic: boolean,
  now: number,
): void {
  const errors: Record<string, string[]> = {};
  files.forEach((file, i) => {
    if (!ALLOWED.has(findType(file.name)))
      errors[`documents.${i}`] = [`The documents.${i} must be a file of type: ${TYPES}.`];
  });
  if (Object.keys(errors).length > 0) throw refuseFields(errors);
  for (const file of files) {
    const [width, height] = measurePng(file.bytes);
    store.addDocument(client, {
      userId: client.company.userId,
      name: file.name,
      type: findType(file.name),
      bytes: file.bytes,
      width,
      height,
      isPublic,
      createdAt: now,
    });
  }
}

function findType(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}

/** In pixels; 0 for anything but a PNG. */
function measurePng(bytes: Buffer): readonly [width: number, height: number] {
  const isPng = bytes.length >= 24 && bytes.readUInt32BE(0) === 0x8950_4e47;
  return isPng ? [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] : [0, 0];
}
