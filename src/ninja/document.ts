/** Which files a target takes as documents, and under which names: checked before anything is sent. */

/** The server's own list, as its refusal names it (FACTS.md [171]), and at the end two more spellings of types in it. */
const DOCUMENT_TYPES: ReadonlySet<string> = new Set(
  'png ai jpeg tiff pdf gif psd txt doc xls ppt xlsx docx pptx webp xml zip csv ods odt odp jpg tif'.split(' '),
);

/** 20 MB. PHP takes less unless it is set up for more, and then drops the file without a word. */
export const DOCUMENT_BYTES_MAX = 20 * 1024 * 1024;
const NAME_LENGTH_MAX = 180;

/** The part after the last dot, in lower case; blank when there is none. */
export function typeOf(name: string): string {
  return /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/**
 * The name under which a file is stored. Only the last part of a path; characters that a form cannot carry unchanged
 * become `_`, so that the file is recognised the next time. NFC, since one file system writes `é` as two characters.
 */
export function documentName(path: string): string {
  const name = path
    .slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
    .normalize('NFC')
    .toWellFormed()
    .replaceAll(/["\p{Cc}]/gu, '_')
    .trim();
  if (name.length <= NAME_LENGTH_MAX) return name;
  const type = typeOf(name);
  return `${name.slice(0, NAME_LENGTH_MAX - type.length - 1).toWellFormed()}.${type}`;
}

/**
 * Why the target would not take a file, as the end of a sentence; `null`: it would.
 *
 * @param bytes its size
 */
export function findDocumentProblem(name: string, bytes: number): string | null {
  const type = typeOf(name);
  if (!DOCUMENT_TYPES.has(type)) {
    return `${type === '' ? 'it has no type' : `.${type} is no type`} that the server takes (${[...DOCUMENT_TYPES].join(', ')})`;
  }
  if (bytes === 0) return 'it is empty';
  if (bytes <= DOCUMENT_BYTES_MAX) return null;
  return `it has ${megabytes(bytes)}, ${megabytes(DOCUMENT_BYTES_MAX)} is the limit`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
