/** What a PDF of ours says: the words on its pages, decoded by the maps of its own fonts, and everything in it that is not packed. */
import { inflateSync } from 'node:zlib';

interface Part {
  head: string;
  stream: string;
}

/** Objects by their number. */
function partsOf(bytes: Buffer): Map<number, Part> {
  const parts = new Map<number, Part>();
  for (const [, number, body] of bytes.toString('latin1').matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const [head = '', packed] = body!.split(/\nstream\r?\n/);
    let stream = '';
    if (packed !== undefined) {
      const raw = Buffer.from(packed.replace(/\r?\nendstream\s*$/, ''), 'latin1');
      stream = head.includes('/FlateDecode') ? inflateSync(raw).toString('latin1') : raw.toString('latin1');
    }
    parts.set(Number(number), { head, stream });
  }
  return parts;
}

/** Code of a glyph → its letters, from the ranges that pdfkit writes. */
function lettersOf(map: string): Map<number, string> {
  const letters = new Map<number, string>();
  for (const [, from, all] of map.matchAll(/<([\da-f]{4})> <[\da-f]{4}> \[(.*?)\]/g))
    for (const [i, [, hex]] of [...all!.matchAll(/<([\da-f ]*)>/g)].entries())
      letters.set(
        Number.parseInt(from!, 16) + i,
        hex!
          .split(' ')
          .map((code) => String.fromCharCode(Number.parseInt(code, 16)))
          .join(''),
      );
  return letters;
}

export interface PdfText {
  /** Lines as they are drawn. */
  lines: string[];
  /** Properties, structure and what else stands in the file, without the packed parts. */
  rest: string;
}

export function textInPdf(bytes: Buffer): PdfText {
  const parts = partsOf(bytes);
  const fonts = new Map<string, Map<number, string>>();
  for (const { head } of parts.values())
    for (const [, name, ref] of head.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const map = /\/ToUnicode (\d+) 0 R/.exec(parts.get(Number(ref))?.head ?? '')?.[1];
      if (map) fonts.set(name!, lettersOf(parts.get(Number(map))!.stream));
    }
  const lines: string[] = [];
  for (const { stream } of parts.values()) {
    let letters: Map<number, string> | undefined;
    for (const [, font, run] of stream.matchAll(/\/(F\d+) [\d.]+ Tf|\[((?:<[\da-f]*>|[-\d.\s])*)\] TJ/g)) {
      if (font) letters = fonts.get(font);
      else
        lines.push(
          [...run!.matchAll(/<([\da-f]*)>/g)]
            .flatMap(([, hex]) => hex!.match(/.{4}/g) ?? [])
            .map((code) => letters?.get(Number.parseInt(code, 16)) ?? '?')
            .join(''),
        );
    }
  }
  // Titles are written with two bytes a letter where they are not plain.
  const rest = [...parts.values()].map(({ head }) => head).join('\n');
  return { lines, rest: rest.replaceAll('\u0000', '') };
}
