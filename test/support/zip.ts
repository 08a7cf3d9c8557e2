/** Zip files as they should be and as nobody should send them. */

import { crc32, deflateRawSync } from 'node:zlib';

export interface Member {
  readonly name: string;
  readonly content: string | Buffer;
  readonly encrypted?: boolean;
  /** Unix mode, such as 0o120777 for a link. */
  readonly mode?: number;
  /** Another check sum than that of the content. */
  readonly damaged?: boolean;
}

const ENCRYPTED = 1;
const UTF8 = 0x800;
const DEFLATED = 8;
const MADE_ON_UNIX = 3 << 8;

export function buildZip(members: readonly Member[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const local = Buffer.concat([header(0x04034b50, member), Buffer.from(member.name), pack(member)]);
    directory.push(entry(member, offset));
    parts.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, list, end]);
}

function entry(member: Member, offset: number): Buffer {
  const fixed = Buffer.alloc(46);
  fixed.writeUInt32LE(0x02014b50, 0);
  fixed.writeUInt16LE(MADE_ON_UNIX, 4);
  header(0, member).subarray(4, 30).copy(fixed, 6);
  fixed.writeUInt32LE(((member.mode ?? 0o100644) << 16) >>> 0, 38);
  fixed.writeUInt32LE(offset, 42);
  return Buffer.concat([fixed, Buffer.from(member.name)]);
}

function header(signature: number, member: Member): Buffer {
  const content = Buffer.from(member.content);
  const fixed = Buffer.alloc(30);
  fixed.writeUInt32LE(signature, 0);
  fixed.writeUInt16LE(20, 4);
  fixed.writeUInt16LE(UTF8 | (member.encrypted === true ? ENCRYPTED : 0), 6);
  fixed.writeUInt16LE(DEFLATED, 8);
  fixed.writeUInt32LE((crc32(content) ^ (member.damaged === true ? 1 : 0)) >>> 0, 14);
  fixed.writeUInt32LE(pack(member).length, 18);
  fixed.writeUInt32LE(content.length, 22);
  fixed.writeUInt16LE(Buffer.byteLength(member.name), 26);
  return fixed;
}

function pack(member: Member): Buffer {
  return deflateRawSync(Buffer.from(member.content));
}
