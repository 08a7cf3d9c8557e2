/** The names of the files whose headers are in the first bytes of a zip archive, without opening it. */

const FILE_HEADER = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
const FIXED_BYTES = 30;
/** The size of such a file stands behind its bytes. */
const SIZE_BEHIND = 0x08;

/** None when it does not begin as a zip archive does. What is inside of a file that is packed in it does not count. */
export function zipNames(head: Buffer): readonly string[] {
  const names: string[] = [];
  let at = 0;
  while (head.subarray(at, at + FILE_HEADER.length).equals(FILE_HEADER) && at + FIXED_BYTES <= head.length) {
    const nameEnd = at + FIXED_BYTES + head.readUInt16LE(at + 26);
    names.push(head.toString('utf8', at + FIXED_BYTES, nameEnd).replaceAll('\\', '/'));
    const isSizeBehind = (head.readUInt16LE(at + 6) & SIZE_BEHIND) !== 0;
    const end = nameEnd + head.readUInt16LE(at + 28) + (isSizeBehind ? 0 : head.readUInt32LE(at + 18));
    at = isSizeBehind ? head.indexOf(FILE_HEADER, end) : end;
    if (at === -1) break;
  }
  return names;
}
