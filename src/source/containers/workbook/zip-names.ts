/** The names of the files whose headers are in the first bytes of a zip archive, without opening it. */

const FILE_HEADER = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
const NAME_AT = 30;

/** None when it does not begin as a zip archive does. */
export function zipNames(head: Buffer): readonly string[] {
  const names: string[] = [];
  if (!head.subarray(0, FILE_HEADER.length).equals(FILE_HEADER)) return names;
  for (let at = 0; at !== -1; at = head.indexOf(FILE_HEADER, at + NAME_AT)) {
    if (at + NAME_AT > head.length) break;
    const length = head.readUInt16LE(at + 26);
    names.push(head.toString('utf8', at + NAME_AT, at + NAME_AT + length).replaceAll('\\', '/'));
  }
  return names;
}
