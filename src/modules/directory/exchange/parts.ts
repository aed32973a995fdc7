/**
 * Opens what was given (a folder, a zip, one file) as named parts, without trusting it: how large, how many, how far it unpacks, names that try to leave
 * their folder. Nothing is ever unpacked to disk. Parts are read one at a time, so that memory holds one of them.
 */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { openArchive } from '#engines/archive';
import { UnreadableFile } from '#engines/file-faults';
import { ImportStopped } from './rows.ts';

export interface Part {
  /** Path inside what was given, with `/`. */
  name: string;
  read(): Uint8Array;
}

export const importLimits = {
  /** Bytes of one file as it was given, and of a folder together. */
  bytes: 100_000_000,
  unpacked: 300_000_000,
  entries: 20_000,
  ratio: 250,
  characters: 250_000,
  rows: 1_000_000,
};

const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
const mega = (bytes: number): number => Math.round(bytes / 1_000_000);

/** Parts worth reading: tables, JSON and workbooks; papers that come along and what computers hide are not. */
const readable = (name: string): boolean =>
  /\.(csv|tsv|json|ndjson|jsonl|xlsx)$/i.test(name) &&
  !/(^|\/)(\.|__MACOSX\/)/.test(name) &&
  !/(^|\/)(datapackage|package|openapi|root)\.json$/i.test(name);

/** Turns faults of the readers into ours, with the file they are in. */
export function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UnreadableFile) throw new ImportStopped({ file, key: error.fault, values: error.values });
    throw error;
  }
}

/** The parts of a file. A workbook is one part, though it is a zip. Throws ImportStopped. */
export function partsOfFile(name: string, bytes: Uint8Array): Part[] {
  const file = basename(name);
  if (bytes.length === 0) throw new ImportStopped({ file, key: 'empty' });
  if (bytes.length > importLimits.bytes)
    throw new ImportStopped({
      file,
      key: 'tooLarge',
      values: { megabytes: mega(bytes.length), limit: mega(importLimits.bytes) },
    });
  if (!isZip(bytes)) return [{ name: file, read: () => bytes }];
  const archive = inFile(file, () => openArchive(bytes, importLimits));
  if (archive.has('xl/workbook.xml')) return [{ name: file, read: () => bytes }];
  for (const inside of archive.names) {
    if (/(^|[\\/])\.\.([\\/]|$)|^[a-z]:|^\\/i.test(inside)) throw new ImportStopped({ file, key: 'escapes' });
  }
  const parts = archive.names
    .filter(readable)
    .map((inside) => ({ name: inside, read: () => inFile(inside, () => archive.part(inside)!) }));
  if (parts.length === 0) throw new ImportStopped({ file, key: 'nothingInside' });
  return inOrder(parts);
}

/** The parts of a folder and of the folders in it. Links are not followed. Throws ImportStopped. */
export function partsOfFolder(path: string): Part[] {
  const parts: Part[] = [];
  let total = 0;
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const at = join(folder, entry.name);
      if (entry.isDirectory()) walk(at);
      else if (entry.isFile()) {
        const name = relative(path, at).split(sep).join('/');
        if (!readable(name)) continue;
        total += lstatSync(at).size;
        parts.push({ name, read: () => readFileSync(at) });
        if (parts.length > importLimits.entries)
          throw new ImportStopped({
            file: basename(path),
            key: 'tooManyParts',
            values: { limit: importLimits.entries },
          });
        if (total > importLimits.unpacked)
          throw new ImportStopped({
            file: basename(path),
            key: 'tooLarge',
            values: { megabytes: mega(total), limit: mega(importLimits.unpacked) },
          });
      }
    }
  };
  walk(path);
  if (parts.length === 0) throw new ImportStopped({ file: basename(path), key: 'nothingInside' });
  return inOrder(parts);
}

const inOrder = (parts: Part[]): Part[] => parts.sort((a, b) => (a.name < b.name ? -1 : 1));
