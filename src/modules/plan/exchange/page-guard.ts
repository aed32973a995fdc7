/** One guard before a web page is parsed: no element with thousands of attributes. */
import { Unreadable } from './problems.ts';

const rawText = /^(?:script|style|textarea|title|xmp|iframe|noembed|noframes)$/;

/**
 * Refuses a page with an element of thousands of attributes before it is parsed: parse5 compares each attribute with all others of its element,
 * so a page of 20 MB could keep it busy for hours. Follows the states of the HTML tokenizer closely enough to count.
 */
export function refuseManyAttributes(html: string, limit: number): void {
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    const name = /^<\/?([a-z][^\s/>]{0,40})/i.exec(html.slice(at, at + 48))?.[1];
    if (!name) {
      at = html.startsWith('<!--', at) ? Math.max(html.indexOf('-->', at + 4), at + 4) : at + 1;
      continue;
    }
    let [i, count, state] = [at + name.length + 1, 0, 'between'];
    for (; i < html.length; i++) {
      const ch = html[i]!;
      if (state === '"' || state === "'") {
        if (ch === state) state = 'between';
        continue;
      }
      if (ch === '>') break;
      const space = /[\s/]/.test(ch);
      if (state === 'value') {
        if (ch === '"' || ch === "'") state = ch;
        else if (!space) state = 'bare';
      } else if (state === 'bare') {
        if (/\s/.test(ch)) state = 'between';
      } else if (ch === '=' && count > 0) state = 'value';
      else if (space) state = 'between';
      else if (state === 'between') {
        state = 'name';
        if (++count > limit) throw new Unreadable('plan.exchange.pageTooLarge');
      }
    }
    at = i;
    if (rawText.test(name.toLowerCase()) && html[at] === '>') {
      const close = new RegExp(`</${name}`, 'gi');
      close.lastIndex = at;
      at = close.exec(html)?.index ?? html.length;
    }
  }
}
