/** Says what a file is by looking at its bytes. The name and the declared type only decide between kinds of text. */
import { Unreadable } from './problems.ts';

export type Shape = 'zip' | 'html' | 'json' | 'csv' | 'text';

const starts = (bytes: Uint8Array, ...magic: number[]): boolean => magic.every((byte, i) => bytes[i] === byte);
const ascii = (text: string): number[] => [...text].map((ch) => ch.charCodeAt(0));

/** UTF-16 letters inside an old Office container: the stream that holds a protected document. */
const hasWide = (bytes: Uint8Array, name: string): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(Buffer.from(name, 'utf16le'));

/** Throws Unreadable for kinds that we know and cannot read, with the way out. */
export function refuseKnownBinary(bytes: Uint8Array): void {
  if (starts(bytes, 0xd0, 0xcf, 0x11, 0xe0)) {
    throw new Unreadable(hasWide(bytes, 'EncryptedPackage') ? 'plan.exchange.encrypted' : 'plan.exchange.oldOffice');
  }
  if (starts(bytes, ...ascii('%PDF'))) throw new Unreadable('plan.exchange.pdf');
  if (starts(bytes, ...ascii('{\\rtf'))) throw new Unreadable('plan.exchange.rtf');
  const packed =
    starts(bytes, 0x1f, 0x8b) ||
    starts(bytes, 0x37, 0x7a, 0xbc) ||
    starts(bytes, ...ascii('Rar!')) ||
    starts(bytes, 0x42, 0x5a, 0x68);
  if (packed) throw new Unreadable('plan.exchange.packed');
  const picture =
    starts(bytes, 0x89, 0x50, 0x4e, 0x47) ||
    starts(bytes, 0xff, 0xd8, 0xff) ||
    starts(bytes, ...ascii('GIF8')) ||
    starts(bytes, ...ascii('RIFF'));
  if (picture) throw new Unreadable('plan.exchange.picture');
}

export const isZip = (bytes: Uint8Array): boolean =>
  starts(bytes, 0x50, 0x4b, 0x03, 0x04) || starts(bytes, 0x50, 0x4b, 0x05, 0x06);

const tags =
  /<(?:!doctype|html|head|body|p|div|ul|ol|li|h[1-6]|table|tr|td|span|br|script|style|section|article|a)\b[^>]{0,400}>/gi;

/** Which kind of text this is. */
export function textShape(
  text: string,
  separator: string | null,
  filename = '',
  mediaType = '',
): Exclude<Shape, 'zip'> {
  const head = text.slice(0, 50_000).trimStart();
  if (/^(?:<!doctype html|<html|<\?xml[^>]*>\s*<(?:!doctype )?html)/i.test(head)) return 'html';
  if (/^\s*\{/.test(head) && /"format"\s*:|^\s*\{\s*"/.test(head.slice(0, 400))) return 'json';
  const named = /\.(csv|tsv)$/i.test(filename) || /text\/(csv|tab-separated-values)/i.test(mediaType);
  if (named && separator) return 'csv';
  if ((head.match(tags)?.length ?? 0) >= 2 || (/\.html?$/i.test(filename) && head.startsWith('<'))) return 'html';
  return separator ? 'csv' : 'text';
}
