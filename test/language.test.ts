/**
 * Words: both languages whole, the same arguments, nothing left in English, every key that is asked for is there and every key that is there is
 * asked for, and no sentence stands in a page's source.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { expect, test } from 'vitest';
import { allActions, allMessages, allViews } from '#kernel';
import { allRoutes } from '../src/app.ts';
import { root } from '../src/config.ts';
import { findMigrations } from '../src/kernel/migrate.ts';
import { modules } from '../src/modules.ts';
import { importsOf, productSources, readSources } from './support/source-graph.ts';

type Texts = Record<string, string>;

const sources = productSources();
const imported = new Set(sources.flatMap(importsOf).map((one) => one.to));

/** Every set of messages: the folder, and the texts in both languages. */
const sets = readSources('src/**/messages*/en.json').map(({ path, text }) => {
  const folder = dirname(path);
  const spanish = readSources(`${folder}/es.json`)[0];
  return { folder, en: JSON.parse(text) as Texts, es: JSON.parse(spanish?.text ?? '{}') as Texts };
});
const english: Texts = Object.assign({}, ...sets.map((set) => set.en));
const spanish: Texts = Object.assign({}, ...sets.map((set) => set.es));

test('every set of messages is imported in both languages', () => {
  expect(sets.length).toBeGreaterThan(5);
  const files = sets.flatMap(({ folder }) => [`${folder}/en.json`, `${folder}/es.json`]);
  expect(files.filter((file) => !existsSync(join(root, file)) || !imported.has(file))).toEqual([]);
  for (const { name, messages } of modules) expect(Object.keys(messages.es), name).toEqual(Object.keys(messages.en));
});

test('both languages have the same keys in the same order, none twice, none empty', () => {
  for (const { folder, en, es } of sets) {
    expect(Object.keys(es), folder).toEqual(Object.keys(en));
    expect(
      Object.entries({ ...en, ...es }).filter(([, text]) => text.trim() === ''),
      folder,
    ).toEqual([]);
  }
  expect(sets.flatMap((set) => Object.keys(set.en)).length).toBe(Object.keys(english).length);
});

test('a key begins with the name of its module', () => {
  const names = ['kernel', 'ui', ...modules.map((module) => module.name)];
  expect(Object.keys(english).filter((key) => !names.includes(key.split('.')[0]!))).toEqual([]);
});

interface Part {
  type: number;
  value?: string;
  options?: Record<string, { value: Part[] }>;
}
/** Kinds of parts in a parsed message. */
const [literal, select, plural] = [0, 5, 6];

/** Arguments of a message, with the choices of each `select`. Throws when the message is not valid ICU. */
function argumentsOf(text: string, locale: string): string[] {
  const found = new Set<string>();
  const walk = (parts: Part[]): void => {
    for (const part of parts) {
      if (part.type === literal) {
        if (/[{}]/.test(part.value ?? '')) throw new Error('a brace between apostrophes is text, not an argument');
        continue;
      }
      if (part.value) found.add(part.value);
      if (part.type === select) found.add(`${part.value}: ${Object.keys(part.options!).sort().join(' ')}`);
      if (part.type === select || part.type === plural)
        for (const option of Object.values(part.options!)) walk(option.value);
    }
  };
  walk(new IntlMessageFormat(text, locale, undefined, { ignoreTag: true }).getAst() as Part[]);
  return [...found].sort();
}

test('every message is valid, with the same arguments in both languages', () => {
  const wrong = Object.keys(english).flatMap((key) => {
    try {
      const [en, es] = [argumentsOf(english[key]!, 'en-US'), argumentsOf(spanish[key]!, 'es-US')];
      return en.join() === es.join() ? [] : [`${key}: ${en.join(', ')} / ${es.join(', ')}`];
    } catch (error) {
      return [`${key}: ${String(error)}`];
    }
  });
  expect(wrong).toEqual([]);
  expect(argumentsOf('{n, plural, one {# of {all}} other {# of {all}}}', 'en')).toEqual(['all', 'n']);
  expect(argumentsOf('{kind, select, a {A} other {O}}', 'en')).toEqual(['kind', 'kind: a other']);
  expect(() => argumentsOf("it's '{name}'", 'en')).toThrow(/brace/);
  expect(() => argumentsOf('{n, plural, one {#}}', 'en')).toThrow();
});

/** Words that both languages write alike, and names that no language changes. */
const shared =
  /^(?:plan|total|general|local|audio|error|final|normal|original|regional|social|actor|control|digital|no|chat|color|web|sms|pdf|csv|json|xlsx?|docx?|html|api|atom|excel|word|openapi|openid|connect|waymark|url|https?|example|org|com|id|es|en|español|english|issuer|client|slug)$/i;

/** Letters of a message without its arguments. */
const wordsOf = (text: string): string[] => text.replaceAll(/\{[^{}]*\}/g, ' ').match(/\p{L}{2,}/gu) ?? [];

test('no Spanish text is the English one, but for names and words that are the same', () => {
  const same = Object.keys(english).filter(
    (key) => english[key] === spanish[key] && !wordsOf(english[key]!).every((word) => shared.test(word)),
  );
  expect(same.map((key) => `${key}: ${english[key]}`)).toEqual([]);
});

test('Spanish says usted, and English says survivor', () => {
  const familiar = /(?<!\p{L})(?:tú|tus?|ti|contigo|puedes|tienes|quieres|debes|necesitas|eres|estás|haz)(?!\p{L})/iu;
  expect(Object.keys(spanish).filter((key) => familiar.test(spanish[key]!))).toEqual([]);
  expect(Object.keys(english).filter((key) => /\bvictims?\b/i.test(english[key]!))).toEqual([]);
});

/** Texts of a file that are Spanish: all of `es.json`, and what stands under `es` elsewhere. Words to search by are other people's. */
function spanishIn(value: unknown, under = false): string[] {
  if (typeof value === 'string') return under ? [value] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, one]) =>
    key === 'synonyms' || key === 'also' ? [] : spanishIn(one, under || key === 'es'),
  );
}

test('Spanish keeps to the words of docs/spanish.md, wherever Waymark speaks', () => {
  const rows = readFileSync(join(root, 'docs/spanish.md'), 'utf8').match(/^\|.*\|$/gm)!;
  const not = rows.slice(2).flatMap((row) =>
    row
      .split('|')[3]!
      .split(',')
      .map((word) => word.trim()),
  );
  const others = new RegExp(`(?<!\\p{L})(?:${not.filter(Boolean).join('|')})(?:e?s|n)?(?!\\p{L})|[«»]`, 'u');
  const said = [
    ...readSources('src/**/es.json').map((one) => ({ ...one, texts: spanishIn(JSON.parse(one.text), true) })),
    ...readSources('src/{demo/data,modules/directory/taxonomy}/**/*.json').map((one) => ({
      ...one,
      texts: spanishIn(JSON.parse(one.text)),
    })),
  ].flatMap(({ path, texts }) => texts.map((text) => ({ path, text })));
  expect(not.length).toBeGreaterThan(30);
  expect(said.length).toBeGreaterThan(3_000);
  // Names keep their large letter: the Departamento de Estado, the Refugio Safe Tides.
  const name = /^(?:Departamento de (?:Estado|Seguridad|Justicia|Policía)|Refugio Safe Tides)/;
  const begun = (text: string) => (name.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1));
  expect(said.filter(({ text }) => others.test(begun(text))).map(({ path, text }) => `${path}: ${text}`)).toEqual([]);
  expect(others.test(begun('Refugio cercano'))).toBe(true);
});

/** What a source asks for: whole keys, beginnings (`a.b.${x}`) and endings (`${x}.subject`). */
function askedIn(text: string): { whole: Set<string>; beginnings: string[]; endings: string[] } {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const key = /^[a-z]\w*(?:\.[\w-]+)+$/i;
  const whole = new Set<string>();
  for (const [, quoted] of code.matchAll(/['"`]([\w.-]+)['"`]/g)) if (key.test(quoted!)) whole.add(quoted!);
  const beginnings = [
    ...[...code.matchAll(/`([a-z]\w*\.[\w.-]*)\$\{/gi)].map(([, start]) => start!),
    ...[...code.matchAll(/'([a-z]\w*\.(?:[\w-]+\.)*)' \+/gi)].map(([, start]) => start!),
  ];
  const endings = [...code.matchAll(/\}((?:\.\w+)+)`/g)].map(([, end]) => end!);
  return { whole, beginnings, endings };
}

const asked = sources.map(({ path, text }) => ({ path, ...askedIn(text) }));

/** Names with dots that are no messages: actions, views, events, jobs, figures, files. */
const otherNames = new Set([
  ...allActions().keys(),
  ...allViews().keys(),
  ...modules.flatMap((m) => [
    ...m.jobs.map((job) => job.name),
    ...m.schedules.map((schedule) => schedule.job),
    ...m.subscribers.flatMap((one) => [one.name, one.event]),
    ...m.indicators.map((figure) => figure.key),
  ]),
  ...findMigrations(modules.map((m) => m.name)).flatMap(({ text }) => text.match(/\b(?:app|site)\.\w+/g) ?? []),
  ...sources.flatMap(({ text }) => [...text.matchAll(/\bemit\(\s*'([^']+)'/g)].map(([, event]) => event!)),
  ...sources.flatMap(({ text }) =>
    [...text.matchAll(/\b(?:(?:name|action|job|event): |(?:action|view)\()'([^']+)'/g)].map(([, n]) => n!),
  ),
]);

test('every key that a source names is there', () => {
  const spaces = new Set(Object.keys(english).map((key) => key.split('.')[0]));
  const missing = asked.flatMap(({ path, whole }) =>
    [...whole]
      .filter((key) => spaces.has(key.split('.')[0]!) && !(key in english) && !otherNames.has(key))
      .filter((key) => !/\.(?:css|js|svg|png)$/.test(key))
      .filter((key) => !Object.keys(english).some((known) => known.startsWith(`${key}.`)))
      .map((key) => `${path}: ${key}`),
  );
  expect(missing).toEqual([]);
});

test('every beginning of a key that a source completes has keys', () => {
  const spaces = new Set(Object.keys(english).map((key) => key.split('.')[0]));
  const empty = asked.flatMap(({ path, beginnings }) =>
    beginnings
      .filter((start) => spaces.has(start.split('.')[0]!))
      .filter((start) => !Object.keys(english).some((key) => key.startsWith(start)))
      .map((start) => `${path}: ${start}…`),
  );
  expect(empty).toEqual([]);
});

test('every key is asked for somewhere', () => {
  const whole = new Set(asked.flatMap((one) => [...one.whole]));
  const beginnings = [...new Set(asked.flatMap((one) => one.beginnings))].filter(
    (start) => start.split('.').length > 2,
  );
  const endings = [...new Set(asked.flatMap((one) => one.endings))];
  // What a source puts in a gap is one word: `a.b.${x}` asks for a.b.c, not for a.b.c.d.
  const completes = (start: string, key: string) => key.startsWith(start) && !key.slice(start.length).includes('.');
  const unused = Object.keys(english).filter((key) => {
    if (whole.has(key) || beginnings.some((start) => completes(start, key))) return false;
    const stems = endings.filter((end) => key.endsWith(end)).map((end) => key.slice(0, -end.length));
    return !stems.some((stem) => whole.has(stem) || beginnings.some((start) => completes(start, stem)));
  });
  expect(unused).toEqual([]);
});

/** Sentences that a page would show as they stand: text between tags, and attributes that are read out. */
function sentencesIn(code: string): string[] {
  const bare = code.replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/ .*$/gm, '');
  const between = [...bare.matchAll(/<\/?[A-Za-z][^<>]*(?<!=)>([^<>{}`;=]*)(?=[<{])/g)].map(([, text]) => text!);
  const spoken = [...bare.matchAll(/\b(?:aria-label|title|placeholder|alt|label|hint|caption|lead)="([^"]+)"/g)];
  return [...between, ...spoken.map(([, text]) => text!)]
    .map((text) => text.replaceAll(/\s+/g, ' ').trim())
    .filter((text) => !/[|$]|&&|^[(),]|\w\(/.test(text))
    .filter((text) => /\p{L}{2,}[,.:;]? +\p{L}{2,}/u.test(text));
}

test('no page has a sentence of its own', () => {
  const found = sources
    .filter(({ path }) => path.endsWith('.tsx'))
    .flatMap(({ path, text }) => sentencesIn(text).map((sentence) => `${path}: ${sentence}`));
  expect(found).toEqual([]);
  expect(sentencesIn('<p class="x">\n  Two words\n</p>')).toEqual(['Two words']);
  expect(sentencesIn('<a aria-label="Go back" href="/">{ui.t("x.y")}</a>')).toEqual(['Go back']);
  expect(sentencesIn('const f = (a: Array<string>): Map<string, number> => g(a); // x < y')).toEqual([]);
});

test('what stands on buttons, in menus and on errors is a key that the catalogue knows', () => {
  const labels = [
    ...modules.flatMap((m) =>
      [...m.nav, ...m.staffNav, ...m.footerNav, ...m.setup, ...m.indicators].map((one) => one.label),
    ),
    ...modules.flatMap((m) => Object.values(m.roles)),
  ];
  expect(labels.length).toBeGreaterThan(8);
  for (const locale of ['en', 'es'] as const)
    expect(labels.filter((label) => !allMessages(locale).has(label))).toEqual([]);
  // The routes were put together, so every module's words are in the catalogue of this process.
  expect(allRoutes().length).toBeGreaterThan(20);
});
