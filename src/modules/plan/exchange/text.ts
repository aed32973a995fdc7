/** Pasted text and Markdown as lines: bullets, indents and headings become structure; tabs stay, for they part cells. */
import type { Line, Source } from './blocks.ts';
import type { Limits } from './limits.ts';
import { type Problems, Unreadable } from './problems.ts';

const bulletMark = /^(?:[•◦▪▫‣⁃●○■□∙·➢➤►▶»*]\s*|[-–—+]\s+|o(?:\t|\s{2,}))(?=\S)/u;

/** Cuts a text into lines; a line longer than the limit is reported and left out. */
export function textSource(text: string, limits: Limits, problems: Problems): Source {
  const lines: Line[] = [];
  const widths: number[] = [];
  let apart = true;
  let number = 0;
  for (const raw of pieces(text)) {
    number++;
    if (raw.length > limits.characters) {
      problems.error('plan.exchange.longLine', { line: number }, { length: raw.length, limit: limits.characters });
      continue;
    }
    const width = /^[ \t\u00a0]*/.exec(raw)![0].replaceAll('\t', '    ').length;
    let rest = raw.trim();
    if (rest === '') {
      apart = true;
      continue;
    }
    let heading: number | undefined;
    const hashes = /^(#{1,6})\s+/.exec(rest);
    if (hashes) {
      heading = hashes[1]!.length;
      rest = rest.slice(hashes[0].length);
    }
    const mark = bulletMark.exec(rest);
    // `**Objective 1**` is bold, not a bullet.
    const bullet = mark !== null && !rest.startsWith('**');
    if (bullet) rest = rest.slice(mark[0].length);
    rest = rest.replaceAll('**', '').trim();
    if (rest === '') continue;
    if (lines.length >= limits.lines) throw new Unreadable('plan.exchange.tooManyLines', { limit: limits.lines });
    lines.push({ kind: 'line', text: rest, line: number, bullet, nest: 0, apart, ...(heading ? { heading } : {}) });
    widths.push(width);
    apart = false;
  }
  const steps = [...new Set(lines.flatMap((line, i) => (line.bullet ? [widths[i]!] : [])))].sort((a, b) => a - b);
  for (const [i, line] of lines.entries()) if (line.bullet) line.nest = 1 + steps.indexOf(widths[i]!);
  return { blocks: lines };
}

/** Line after line without holding them all: a file of millions of short lines is refused before it fills the memory. */
function* pieces(text: string): Generator<string> {
  const ends = /\r\n|[\n\r\u2028\u2029\v\f]/g;
  let from = 0;
  for (let end = ends.exec(text); end; end = ends.exec(text)) {
    yield text.slice(from, end.index);
    from = ends.lastIndex;
  }
  yield text.slice(from);
}
