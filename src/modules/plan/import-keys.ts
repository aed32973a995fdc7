/** Themes and pillars as files write them, turned into the keys that a plan keeps. */
import type { ReadRow } from './exchange/index.ts';
import type { PlanFields } from './fields.ts';

/** A word as a key: small letters, numbers and hyphens, 60 at most; never empty. */
export function keyed(word: string): string {
  const key = word
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');
  return key || 'other';
}

/** Adds the themes that the rows name and the plan does not know to `fields`, and gives the key of each. A key or a title finds its theme. */
export function themesFor(fields: PlanFields, rows: readonly ReadRow[]): (word: string) => string {
  const keys = new Map<string, string>();
  for (const theme of fields.themes)
    for (const word of [theme.key, theme.title.en, theme.title.es])
      if (word && !keys.has(word.toLowerCase())) keys.set(word.toLowerCase(), theme.key);
  const used = new Set(fields.themes.map((theme) => theme.key));
  for (const row of rows) {
    for (const word of row.themes ?? []) {
      if (keys.has(word.toLowerCase())) continue;
      const base = keyed(word);
      let key = base;
      for (let n = 2; used.has(key); n++) key = `${base.slice(0, 56)}-${n}`;
      used.add(key);
      keys.set(word.toLowerCase(), key);
      fields.themes.push({ key, title: { en: word.trim().slice(0, 200), es: undefined } });
    }
  }
  return (word) => keys.get(word.toLowerCase())!;
}
