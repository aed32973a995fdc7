/** The styles of a Word file (which paragraphs are headings) and the numbers that it prints before paragraphs without storing them. */
import { attribute, streamXml } from '#engines/xml-stream';
import type { Archive } from '#engines/archive';

interface Level {
  start: number;
  format: string;
  text: string;
}

export interface Style {
  heading?: number;
  title?: boolean;
  list?: { id: string; level: number };
  parent?: string;
}

/** Styles by their ids. */
export function readStyles(archive: Archive): Map<string, Style> {
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
export function resolve(styles: Map<string, Style>, id: string): Style {
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
export function readNumbering(archive: Archive): { next(id: string, level: number): string | null } {
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
