/**
 * A Word document as lines and tables. Words that are struck out in review, hidden or repeated for old readers are left out; the numbers that
 * Word shows before paragraphs (`Objective 1:`) are not in the text, so they are counted again from the numbering definitions.
 */
import type { Block, Line, Source, Table } from './blocks.ts';
import type { Limits } from './limits.ts';
import { type Problems, Unreadable } from './problems.ts';
import { attribute, streamXml } from './xml.ts';
import type { Archive } from './zip.ts';

interface Level {
  start: number;
  format: string;
  text: string;
}
interface Style {
  heading?: number;
  title?: boolean;
  list?: { id: string; level: number };
  parent?: string;
}

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

function readStyles(archive: Archive): Map<string, Style> {
  const styles = new Map<string, Style>();
  const part = archive.part('word/styles.xml');
  if (!part) return styles;
  let current: Style | null = null;
  streamXml(part, {
    open(name, attributes) {
      const value = attribute(attributes, 'val') ?? '';
      if (name === 'style') {
        current = {};
        styles.set(attribute(attributes, 'styleId') ?? '', current);
      } else if (!current) return;
      else if (name === 'name') {
        const heading = /^heading ([1-6])$/i.exec(value);
        if (heading) current.heading = Number(heading[1]);
        if (/^title$/i.test(value)) current.title = true;
      } else if (name === 'basedOn') current.parent = value;
      else if (name === 'outlineLvl' && Number(value) < 6) current.heading ??= Number(value) + 1;
      else if (name === 'ilvl') current.list = { id: current.list?.id ?? '0', level: Math.min(Number(value) || 0, 8) };
      else if (name === 'numId') current.list = { id: value, level: current.list?.level ?? 0 };
    },
    close(name) {
      if (name === 'style') current = null;
    },
  });
  return styles;
}

/** A style with what it inherits; a circle of parents ends after ten steps. */
function resolve(styles: Map<string, Style>, id: string): Style {
  const out: Style = {};
  let style = styles.get(id);
  for (let step = 0; style && step < 10; step++) {
    out.heading ??= style.heading;
    out.list ??= style.list;
    if (step === 0 && style.title) out.title = true;
    style = style.parent === undefined ? undefined : styles.get(style.parent);
  }
  return out;
}

/** Counts numbered paragraphs as Word does. `next` gives the label to print, or null for a bullet. */
function readNumbering(archive: Archive): { next(id: string, level: number): string | null } {
  const kinds = new Map<string, Level[]>();
  const lists = new Map<string, { kind: string; starts: Map<number, number> }>();
  const part = archive.part('word/numbering.xml');
  if (part) {
    let kind: Level[] | null = null;
    let level: Level | null = null;
    let list: { kind: string; starts: Map<number, number> } | null = null;
    let override = 0;
    streamXml(part, {
      open(name, attributes) {
        const value = attribute(attributes, 'val') ?? '';
        if (name === 'abstractNum') kinds.set(attribute(attributes, 'abstractNumId') ?? '', (kind = []));
        else if (name === 'num')
          lists.set(attribute(attributes, 'numId') ?? '', (list = { kind: '', starts: new Map() }));
        else if (name === 'abstractNumId' && list) list.kind = value;
        else if (name === 'lvlOverride') override = Number(attribute(attributes, 'ilvl')) || 0;
        else if (name === 'startOverride' && list) list.starts.set(override, Number(value) || 1);
        else if (name === 'lvl' && kind) {
          level = { start: 1, format: 'decimal', text: '' };
          kind[Math.min(Number(attribute(attributes, 'ilvl')) || 0, 8)] = level;
        } else if (!level) return;
        else if (name === 'start') level.start = Number(value) || 1;
        else if (name === 'numFmt') level.format = value;
        else if (name === 'lvlText') level.text = value;
      },
      close(name) {
        if (name === 'lvl') level = null;
        if (name === 'abstractNum') kind = null;
        if (name === 'num') list = null;
      },
    });
  }
  const counters = new Map<string, number[]>();
  const begun = new Set<string>();
  return {
    next(id, at) {
      const list = lists.get(id);
      const levels = list && kinds.get(list.kind);
      const level = levels?.[at];
      if (!list || !levels || !level) return null;
      const counts = counters.get(list.kind) ?? [];
      counters.set(list.kind, counts);
      if (!begun.has(id)) {
        begun.add(id);
        for (const [depth, start] of list.starts) counts[depth] = start - 1;
      }
      counts[at] = (counts[at] ?? level.start - 1) + 1;
      counts.length = at + 1;
      if (level.format === 'bullet' || level.format === 'none') return null;
      return (
        level.text
          .replace(/%([1-9])/g, (_, digit: string) => {
            const depth = Number(digit) - 1;
            return numbered(counts[depth] ?? levels[depth]?.start ?? 1, levels[depth]?.format ?? 'decimal');
          })
          .trim() || null
      );
    },
  };
}

function numbered(count: number, format: string): string {
  if (/letter/i.test(format)) {
    const letter = String.fromCharCode(97 + ((count - 1) % 26)).repeat(Math.floor((count - 1) / 26) + 1);
    return format === 'upperLetter' ? letter.toUpperCase() : letter;
  }
  if (!/roman/i.test(format)) return String(count);
  let [left, out] = [Math.min(count, 3999), ''];
  const romans: [number, string][] = [
    [1000, 'm'],
    [900, 'cm'],
    [500, 'd'],
    [400, 'cd'],
    [100, 'c'],
    [90, 'xc'],
    [50, 'l'],
    [40, 'xl'],
    [10, 'x'],
    [9, 'ix'],
    [5, 'v'],
    [4, 'iv'],
    [1, 'i'],
  ];
  for (const [value, sign] of romans) for (; left >= value; left -= value) out += sign;
  return format === 'upperRoman' ? out.toUpperCase() : out;
}
