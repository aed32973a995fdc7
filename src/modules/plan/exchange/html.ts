/**
 * A web page as lines and tables. Only visible words come out: scripts, styles, forms, comments and navigation are never looked at, and a page
 * built to exhaust the reader (too deep, too many elements) is refused while it is being parsed.
 */
import { type DefaultTreeAdapterTypes, defaultTreeAdapter, parse } from 'parse5';
import type { Block, Line, Source, Table } from './blocks.ts';
import type { Limits } from './limits.ts';
import { refuseManyAttributes } from './page-guard.ts';
import { type Problems, Unreadable } from './problems.ts';

type Node = DefaultTreeAdapterTypes.ChildNode;
type Element = DefaultTreeAdapterTypes.Element;

const names = (list: string): ReadonlySet<string> => new Set(list.split(' '));
const never = names(
  'script style noscript template iframe object embed svg math canvas audio video select textarea input datalist nav head',
);
const blockElements = names(
  'address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre section summary table tbody td tfoot th thead tr ul button label',
);

const isElement = (node: Node): node is Element => 'tagName' in node;
const attribute = (element: Element, name: string): string | undefined =>
  element.attrs.find((attr) => attr.name === name)?.value;
const lineOf = (node: Node): number | undefined => node.sourceCodeLocation?.startLine;

/** Parses with a ceiling on elements and depth; parse5 itself has none. */
function parsePage(html: string, limits: Limits): DefaultTreeAdapterTypes.Document {
  let made = 0;
  let depth = 0;
  const count = () => {
    if (++made > limits.elements) throw new Unreadable('plan.exchange.pageTooLarge');
  };
  return parse(html, {
    sourceCodeLocationInfo: true,
    treeAdapter: {
      ...defaultTreeAdapter,
      createElement(...given) {
        count();
        return defaultTreeAdapter.createElement(...given);
      },
      createCommentNode(text) {
        count();
        return defaultTreeAdapter.createCommentNode(text);
      },
      onItemPush() {
        if (++depth > limits.depth) throw new Unreadable('plan.exchange.pageTooDeep', { limit: limits.depth });
      },
      onItemPop() {
        depth--;
      },
    },
  });
}

/** Visits a tree without recursion. `enter` returns false to skip what is inside. */
function walk(root: Node, enter: (node: Node) => boolean, leave: (node: Node) => void): void {
  const stack: { node: Node; open: boolean }[] = [{ node: root, open: false }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    if (top.open) {
      stack.pop();
      leave(top.node);
      continue;
    }
    top.open = true;
    if (!enter(top.node) || !('childNodes' in top.node)) continue;
    for (let i = top.node.childNodes.length - 1; i >= 0; i--)
      stack.push({ node: top.node.childNodes[i]!, open: false });
  }
}

/** Reads a page. Lines are those of the source. */
export function htmlSource(html: string, limits: Limits, problems: Problems): Source {
  refuseManyAttributes(html, limits.attributes);
  const document = parsePage(html, limits);
  const blocks: Block[] = [];
  const lists: { ordered: boolean; next: number; path: string }[] = [];
  let heading: number | undefined;
  let text = '';
  let at = 1;
  let apart = true;
  let item: { auto?: string } | null = null;
  let title: string | undefined;
  let firstHeading: string | undefined;
  let language: 'en' | 'es' | undefined;
  let seen = 1;

  const flush = (nextApart: boolean) => {
    const clean = text.replace(/\s+/g, ' ').trim();
    text = '';
    if (clean.length > limits.characters) {
      problems.error('plan.exchange.longLine', { line: at }, { length: clean.length, limit: limits.characters });
    } else if (clean !== '') {
      const line: Line = { kind: 'line', text: clean, line: at, bullet: item !== null, nest: lists.length, apart };
      if (heading) line.heading = heading;
      if (item?.auto) line.auto = item.auto;
      if (heading === 1) firstHeading ??= clean;
      blocks.push(line);
      // Only the first line of a list item carries its bullet; what follows belongs to it.
      if (item) item = null;
      apart = nextApart;
      return;
    }
    apart ||= nextApart;
  };

  const enter = (node: Node): boolean => {
    seen = lineOf(node) ?? seen;
    if (node.nodeName === '#text') {
      const { value } = node as DefaultTreeAdapterTypes.TextNode;
      if (text.trim() === '' && value.trim() !== '') {
        at = seen + (/^\s*/.exec(value)![0].match(/\n/g)?.length ?? 0);
      }
      text += value;
      return false;
    }
    if (!isElement(node)) return 'childNodes' in node;
    const { tagName } = node;
    if (tagName === 'html') language = /^es\b/i.test(attribute(node, 'lang') ?? '') ? 'es' : undefined;
    if (tagName === 'head') {
      for (const child of node.childNodes) {
        if (child.nodeName !== 'title' || !('childNodes' in child)) continue;
        const words = child.childNodes.map((c) => ('value' in c ? c.value : '')).join('');
        title = words.replace(/\s+/g, ' ').trim() || undefined;
      }
    }
    if (never.has(tagName)) return false;
    if (tagName === 'br') {
      flush(false);
      return false;
    }
    if (!blockElements.has(tagName)) return true;
    flush(true);
    if (tagName === 'table' && !isLayout(node)) {
      blocks.push(tableOf(node, limits, problems));
      return false;
    }
    if (tagName === 'ul' || tagName === 'ol') {
      const outer = lists[lists.length - 1];
      const path = outer?.ordered ? `${outer.path}${outer.next - 1}.` : '';
      lists.push({ ordered: tagName === 'ol', next: Number(attribute(node, 'start') ?? 1) || 1, path });
    } else if (tagName === 'li') {
      const list = lists[lists.length - 1];
      item = list?.ordered ? { auto: `${list.path}${list.next++}` } : {};
    } else if (/^h[1-6]$/.test(tagName)) heading = Number(tagName[1]);
    return true;
  };
  const leave = (node: Node): void => {
    if (!isElement(node) || !blockElements.has(node.tagName) || never.has(node.tagName)) return;
    flush(true);
    if (node.tagName === 'ul' || node.tagName === 'ol') lists.pop();
    else if (node.tagName === 'li') item = null;
    else if (/^h[1-6]$/.test(node.tagName)) heading = undefined;
  };
  for (const child of document.childNodes) walk(child, enter, leave);
  flush(true);
  return { blocks, title: firstHeading ?? title, ...(language ? { language } : {}) };
}

/** A table that only arranges the page: one column, or lists, headings or other tables inside. */
function isLayout(table: Element): boolean {
  let widest = 0;
  let arranged = false;
  walk(
    table,
    (node) => {
      if (arranged || !isElement(node)) return !arranged;
      if (node.tagName === 'tr') {
        widest = Math.max(widest, node.childNodes.filter((c) => c.nodeName === 'td' || c.nodeName === 'th').length);
      }
      if (node !== table && /^(table|h[1-6]|ol)$/.test(node.tagName)) arranged = true;
      return true;
    },
    () => {},
  );
  return arranged || widest < 2;
}

const span = (cell: Element, name: string): number => Math.min(Math.max(Number(attribute(cell, name)) || 1, 1), 100);

/** A table with its spans opened: a cell that spans rows is blank in the rows below, which means "as above". */
function tableOf(table: Element, limits: Limits, problems: Problems): Table {
  const rows: Table['rows'] = [];
  let below: number[] = [];
  walk(
    table,
    (node) => {
      if (!isElement(node)) return false;
      if (never.has(node.tagName) || node.tagName === 'caption') return false;
      if (node.tagName !== 'tr') return true;
      const cells: string[] = [];
      const nextBelow: number[] = [];
      let column = 0;
      const skipTaken = () => {
        while ((below[column] ?? 0) > 0) {
          nextBelow[column] = below[column]! - 1;
          cells[column++] = '';
        }
      };
      for (const child of node.childNodes) {
        if (!isElement(child) || (child.tagName !== 'td' && child.tagName !== 'th')) continue;
        skipTaken();
        const words = textOf(child);
        if (words.length > limits.characters) {
          problems.error(
            'plan.exchange.longLine',
            { line: lineOf(child) ?? 1 },
            { length: words.length, limit: limits.characters },
          );
          continue;
        }
        const wide = span(child, 'colspan');
        const tall = span(child, 'rowspan');
        for (let i = 0; i < wide && column < 200; i++) {
          nextBelow[column] = tall - 1;
          cells[column++] = i === 0 ? words : '';
        }
      }
      skipTaken();
      below = nextBelow;
      rows.push({ line: lineOf(node) ?? 1, cells });
      return false;
    },
    () => {},
  );
  return { kind: 'table', rows, named: false };
}

function textOf(root: Element): string {
  let text = '';
  walk(
    root,
    (node) => {
      if (node.nodeName === '#text') text += (node as DefaultTreeAdapterTypes.TextNode).value.replace(/\s+/g, ' ');
      else if (isElement(node)) {
        if (never.has(node.tagName)) return false;
        if (node.tagName === 'br' || (node !== root && blockElements.has(node.tagName))) text += '\n';
      }
      return true;
    },
    (node) => {
      if (isElement(node) && node !== root && blockElements.has(node.tagName)) text += '\n';
    },
  );
  return text
    .replace(/[ \u00a0]*\n\s*/g, '\n')
    .replace(/[ \u00a0]+/g, ' ')
    .trim();
}
