/**
 * Opens a zip (a Word or Excel file is one) without trusting it. The list of contents is checked first (count, declared sizes, ratio, passwords); then
 * only the parts that are asked for are unpacked, each with a hard ceiling on what it may become, whatever its header says.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import { type FileLimits, UnreadableFile } from './file-faults.ts';

export interface Archive {
  names: string[];
  has(name: string): boolean;
  /** The bytes of one part, or null when there is none. Throws UnreadableFile when it is damaged or too large. */
  part(name: string): Uint8Array | null;
}

interface Entry {
  offset: number;
  packed: number;
  size: number;
  method: number;
  crc: number;
}

const damaged = () => new UnreadableFile('damaged');

/** Reads the list of contents at the end of a zip. `bytes` stays referenced; nothing is unpacked yet. */
export function openArchive(bytes: Uint8Array, limits: Pick<FileLimits, 'entries' | 'unpacked' | 'ratio'>): Archive {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  const listSize = view.getUint32(end + 12, true);
  const listAt = view.getUint32(end + 16, true);
  if (count === 0xffff || listAt === 0xffffffff) throw damaged();
  if (count > limits.entries) throw new UnreadableFile('tooManyParts', { limit: limits.entries });
  if (listAt + listSize > end) throw damaged();

  const entries = new Map<string, Entry>();
  const decoder = new TextDecoder();
  let at = listAt;
  let declared = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) throw damaged();
    const flags = view.getUint16(at + 8, true);
    const packed = view.getUint32(at + 20, true);
    const size = view.getUint32(at + 24, true);
    const nameLength = view.getUint16(at + 28, true);
    if (flags & 0x41) throw new UnreadableFile('encrypted');
    declared += size;
    if (declared > limits.unpacked) throw new UnreadableFile('unpacksTooLarge', { megabytes: mega(limits.unpacked) });
    if (size > 1_000_000 && size > packed * limits.ratio) throw new UnreadableFile('bomb');
    const name = decoder.decode(bytes.subarray(at + 46, at + 46 + nameLength)).replace(/^\/+/, '');
    entries.set(name, {
      offset: view.getUint32(at + 42, true),
      packed,
      size,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
    });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }

  let unpacked = 0;
  return {
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    part(name) {
      const entry = entries.get(name);
      if (!entry) return null;
      const { offset, packed, size, method, crc } = entry;
      if (offset + 30 > bytes.length || view.getUint32(offset, true) !== 0x04034b50) throw damaged();
      const from = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
      if (from + packed > bytes.length) throw damaged();
      const raw = bytes.subarray(from, from + packed);
      const ceiling = Math.min(size, limits.unpacked - unpacked);
      let out: Uint8Array;
      if (method === 0) out = raw;
      else if (method === 8) {
        try {
          // zlib stops at the declared size and holds no more, so a header that lies costs nothing.
          out = inflateRawSync(raw, { maxOutputLength: Math.max(1, ceiling) });
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new UnreadableFile('bomb');
          throw damaged();
        }
      } else throw damaged();
      unpacked += out.length;
      if (unpacked > limits.unpacked) throw new UnreadableFile('unpacksTooLarge', { megabytes: mega(limits.unpacked) });
      if (out.length !== size || crc32(out) !== crc) throw damaged();
      return out;
    },
  };
}

const mega = (bytes: number): number => Math.round(bytes / 1_000_000);

/** The end record is in the last 65,557 bytes; its comment may hold anything. */
function findEnd(view: DataView): number {
  for (let at = view.byteLength - 22; at >= 0 && at > view.byteLength - 65_558; at--) {
    if (view.getUint32(at, true) === 0x06054b50) return at;
  }
  throw damaged();
}
