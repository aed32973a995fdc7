/**
 * A Word document as lines and tables. Words that are struck out in review, hidden or repeated for old readers are left out; the numbers that
 * Word shows before paragraphs (`Objective 1:`) are not in the text, so they are counted again from the numbering definitions.
 */
import type { Block, Line, Source, Table } from './blocks.ts';
import type { Limits } from './limits.ts';
import { type Problems, Unreadable } from './problems.ts';
import { readNumbering, readStyles, resolve, type Style } from './word-styles.ts';
import { attribute, streamXml } from '#engines/xml-stream';
import type { Archive } from '#engines/archive';

/** Reads `word/document.xml`. `line` of each block is the number of its paragraph. */
export function docxSource(archive: Archive, limits: Limits, problems: Problems): Source {
  const main = archive.part('word/document.xml');
  if (!main) throw new Unreadable('plan.exchange.damaged');
  const styles = readStyles(archive);
  const numbering = readNumbering(archive);
  const blocks: Block[] = [];
  let title: string | undefined;

  let paragraph = 0;
  let text = '';
  let style: Style = {};
  let list: { id: string; level: number } | null = null;
  let hidden = false;
  let inText = false;
  let skip = 0;
  let tables = 0;
  let table: Table | null = null;
  let row: string[] = [];
  let rowLine = 0;
  let cell = '';
  let span = 1;
  let continued = false;

  const label = (): { auto?: string; bullet: boolean; nest: number } => {
    if (!list || list.id === '0') return { bullet: false, nest: 0 };
    const made = numbering.next(list.id, list.level);
    return { ...(made ? { auto: made } : {}), bullet: true, nest: list.level + 1 };
  };
  const endParagraph = () => {
    const before = label();
    const pieces = text.split('\n');
    if (tables > 0) cell += `${cell ? '\n' : ''}${before.auto ? `${before.auto} ` : ''}${text.trim()}`;
    else {
      for (const [i, piece] of pieces.entries()) {
        const clean = piece.replace(/[^\S\t]+/g, ' ').trim();
        if (clean === '') continue;
        if (clean.length > limits.characters) {
          problems.error(
            'plan.exchange.longLine',
            { line: paragraph },
            { length: clean.length, limit: limits.characters },
          );
          continue;
        }
        if (style.title) title ??= clean;
        const auto = i === 0 && before.auto;
        // A label that Word shows is part of the line; one without a digit or letter is only a bullet.
        const line: Line = {
          kind: 'line',
          text: auto ? `${before.auto} ${clean}` : clean,
          line: paragraph,
          bullet: i === 0 && before.bullet,
          nest: before.nest,
          apart: i === 0,
        };
        if (style.heading) line.heading = style.heading;
        if (blocks.length >= limits.lines) throw new Unreadable('plan.exchange.tooManyLines', { limit: limits.lines });
        blocks.push(line);
      }
    }
    text = '';
    style = {};
    list = null;
  };

  streamXml(main, {
    open(name, attributes) {
      if (skip > 0 || name === 'Fallback' || name === 'del' || name === 'moveFrom') {
        skip++;
        return;
      }
      switch (name) {
        case 'p':
          paragraph++;
          break;
        case 'pStyle':
          style = resolve(styles, attribute(attributes, 'val') ?? '');
          list ??= style.list ?? null;
          break;
        case 'outlineLvl':
          style = {
            ...style,
            heading:
              Number(attribute(attributes, 'val') ?? 9) < 6 ? Number(attribute(attributes, 'val')) + 1 : undefined,
          };
          break;
        case 'numPr':
          list = { id: list?.id ?? '0', level: list?.level ?? 0 };
          break;
        case 'ilvl':
          if (list) list = { ...list, level: Math.min(Number(attribute(attributes, 'val')) || 0, 8) };
          break;
        case 'numId':
          if (list) list = { ...list, id: attribute(attributes, 'val') ?? '0' };
          break;
        case 'r':
          hidden = false;
          break;
        case 'vanish':
          hidden = !/^(0|false|off)$/.test(attribute(attributes, 'val') ?? '');
          break;
        case 't':
          inText = true;
          break;
        case 'tab':
          if (!hidden && !('w:pos' in attributes)) text += '\t';
          break;
        case 'br':
        case 'cr':
          text += '\n';
          break;
        case 'noBreakHyphen':
          text += '-';
          break;
        case 'tbl':
          if (tables++ === 0) table = { kind: 'table', rows: [], named: false };
          break;
        case 'tr':
          if (tables === 1) {
            row = [];
            rowLine = paragraph + 1;
          }
          break;
        case 'tc':
          if (tables === 1) {
            cell = '';
            span = 1;
            continued = false;
          }
          break;
        case 'gridSpan':
          span = Math.min(Number(attribute(attributes, 'val')) || 1, 50);
          break;
        case 'vMerge':
          continued = (attribute(attributes, 'val') ?? 'continue') === 'continue';
          break;
      }
    },
    close(name) {
      if (skip > 0) {
        skip--;
        return;
      }
      if (name === 't') inText = false;
      else if (name === 'p') endParagraph();
      else if (name === 'tc' && tables === 1) {
        if (cell.length > limits.characters) {
          problems.error(
            'plan.exchange.longLine',
            { line: rowLine },
            { length: cell.length, limit: limits.characters },
          );
          cell = '';
        }
        row.push(continued ? '' : cell.trim(), ...Array<string>(span - 1).fill(''));
      } else if (name === 'tr' && tables === 1) table?.rows.push({ line: rowLine, cells: row });
      else if (name === 'tbl' && --tables === 0 && table) {
        blocks.push(table);
        table = null;
      }
    },
    text(piece) {
      if (skip === 0 && inText && !hidden) text += piece;
    },
  });
  return { blocks, ...(title ? { title } : {}) };
}
