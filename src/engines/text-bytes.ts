/**
 * From bytes to text. UTF-8 is expected; UTF-16 is understood; anything else is read as Windows-1252, the usual culprit, with a warning that
 * names the first line where a letter may be wrong.
 */
import { type FaultNotes, UnreadableFile } from './file-faults.ts';

/** Bytes from which NULs and other controls show that this is no text at all. */
const sample = 4096;

const utf16 = (bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  // Without a mark: western text in UTF-16 has a NUL in every second byte.
  let [even, odd] = [0, 0];
  const end = Math.min(bytes.length, sample) & ~1;
  for (let i = 0; i < end; i += 2) {
    if (bytes[i] === 0) even++;
    if (bytes[i + 1] === 0) odd++;
  }
  if (end >= 8 && odd > end * 0.35 && even < end * 0.05) return 'utf-16le';
  if (end >= 8 && even > end * 0.35 && odd < end * 0.05) return 'utf-16be';
  return null;
};

/** Index of the first byte that is not UTF-8, or -1. */
function firstBadByte(bytes: Uint8Array): number {
  const fits = (end: number): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  if (fits(bytes.length)) return -1;
  let [low, high] = [0, bytes.length];
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

const lineAt = (bytes: Uint8Array, index: number): number => {
  let line = 1;
  for (let i = 0; i < index; i++) if (bytes[i] === 10 || (bytes[i] === 13 && bytes[i + 1] !== 10)) line++;
  return line;
};

/** The text of a file without its byte order mark. Throws UnreadableFile when the bytes are no text. */
export function decodeText(bytes: Uint8Array, notes: FaultNotes): string {
  const wide = utf16(bytes);
  let text: string;
  if (wide) {
    text = new TextDecoder(wide).decode(bytes);
    const odd = text.search(/\uFFFD/);
    if (odd >= 0) notes.warn('badUtf16', { line: text.slice(0, odd).split('\n').length });
  } else {
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      const bad = firstBadByte(bytes);
      text = new TextDecoder('windows-1252').decode(bytes);
      const line = lineAt(bytes, bad);
      notes.warn('notUtf8', { line });
    }
  }
  // Controls other than tab, line ends, form feed and NUL: a few are dirt, many mean a picture, a program or a database.
  let controls = 0;
  let firstNul = -1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0 && firstNul < 0) firstNul = i;
    if (code < 32 && code !== 9 && code !== 10 && code !== 13 && code !== 12 && code !== 11) controls++;
  }
  if (controls > 20 && controls > text.length / 50) throw new UnreadableFile('binary');
  if (firstNul >= 0) {
    notes.warn('nul', { line: text.slice(0, firstNul).split('\n').length });
    text = text.replaceAll('\0', '');
  }
  return text;
}
