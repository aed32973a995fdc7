/** The list on paper: letters of many languages, none of them an empty box, and a file that a screen reader can read. */
import { expect, test } from 'vitest';
import { textInPdf } from '../../../../test/support/pdf-text.ts';
import { addMessages, translator } from '../../../kernel/i18n.ts';
import en from '../messages-share/en.json' with { type: 'json' };
import es from '../messages-share/es.json' with { type: 'json' };
import type { Entry, ShareList } from './entries.ts';
import { sharePdf } from './pdf.ts';
import { printable, printableName } from './printable.ts';

addMessages({ en, es });
const ui = (locale: 'en' | 'es') => ({ locale, t: translator(locale) });
const now = new Date('2026-06-02T15:00:00Z');
const entry = (more: Partial<Entry>): Entry => ({
  id: 'one',
  name: { text: 'Open Door' },
  english: 'Open Door',
  organization: 'Open Door Houston',
  phones: [{ number: '713-555-0100', text: '713-555-0100' }],
  lines: [],
  ...more,
});
const made = async (entries: Entry[], locale: 'en' | 'es' = 'en') =>
  textInPdf(await sharePdf(ui(locale), { entries, left: 0, help: [{ name: '988' }] } satisfies ShareList, now));
const apology = 'Some words here are in letters that this file cannot show.';

test.each([
  ['Vietnamese', 'Nhà An Toàn cho Phụ Nữ ở Đường Nguyễn Huệ'],
  ['Vietnamese, letter and mark apart', 'Nhà Ở Đường Nguyễn'.normalize('NFD')],
  ['Spanish', '¿Necesita ayuda? Llámenos, señora Ibáñez'],
  ['Russian', 'Кризисный центр «Надежда»'],
  ['Greek', 'Ξενώνας γυναικών Ελπίδα'],
  ['Haitian Creole and Yoruba', 'Kay Lespwa kretyèn, Ilé Ìrètí'],
  ['Navajo', 'Diné bizaad bee áká’ánídaʼalwoʼ'],
])('a name in %s is drawn to the letter', async (_, text) => {
  const { lines } = await made([entry({ name: { text } })]);
  expect(lines.join('\n')).toContain(text.normalize('NFC'));
  expect(lines.join('\n')).not.toContain(apology);
});

test('a name in letters that the font lacks gives way to the English one, and the paper says so', async () => {
  const { lines } = await made([entry({ name: { text: '希望之家' }, english: 'House of Hope' }), entry({})]);
  expect(lines).toContain('House of Hope');
  const said = lines.join(' ');
  expect(said.split(apology)).toHaveLength(1);
  expect(said).not.toMatch(/[\u0000?]/);
});

test('words that are lost are said to be lost, once at the service that has them, and the rest stands', async () => {
  const { lines } = await made([
    entry({
      name: { text: '希望之家 Hope House' },
      english: '希望之家 Hope House',
      lines: ['Speaks 中文, Vietnamese'],
    }),
    entry({ name: { text: 'بيت الأمل' }, english: 'بيت الأمل', organization: '한국 센터' }),
    entry({}),
  ]);
  const said = lines.join('\n');
  expect(said).toContain('Hope House');
  expect(said).toContain('A service whose name is in other letters');
  expect(said.split(apology)).toHaveLength(3);
});

test('pictures and marks of direction go without a word; a letter that only its mark makes strange loses the mark', () => {
  const latin = (codePoint: number) => codePoint < 0x250;
  expect(printable('Help ❤️ \u200ehere\u200f', latin)).toEqual({ text: 'Help here', lost: false });
  expect(printable('Nguyễn', latin)).toEqual({ text: 'Nguyen', lost: false });
  expect(printable('Hope (希望)', latin)).toEqual({ text: 'Hope', lost: true });
  expect(printable('Speaks 中文, Thai, 한국어; French', latin).text).toBe('Speaks Thai; French');
  expect(printableName(['希望', 'Hope'], latin)).toEqual({ text: 'Hope', lost: false });
  expect(printableName(['希望'], latin)).toEqual({ text: '', lost: true });
});

test('a screen reader is told the language, the title, the headings, and where English words stand among Spanish ones', async () => {
  const { rest, lines } = await made(
    [entry({ name: { text: 'Open Door', lang: 'en' }, lines: ['Gratis', 'Habla español'] })],
    'es',
  );
  expect(rest).toContain('/Lang (es)');
  expect(rest).toContain('/DisplayDocTitle true');
  expect(rest).toContain('/Marked true');
  for (const as of ['Document', 'H1', 'Sect', 'H2', 'P', 'L', 'LI', 'LBody']) expect(rest).toContain(`/S /${as}\n`);
  expect(rest).toContain('/Lang (en)');
  expect(lines[0]).toBe('Lugares y números de teléfono');
});

test('the same list on the same day is the same file, and many services take many pages', async () => {
  const many = Array.from({ length: 30 }, (_, n) => entry({ name: { text: `House ${n}` }, lines: ['a', 'b', 'c'] }));
  const twice = await Promise.all(
    [1, 2].map(() => sharePdf(ui('en'), { entries: many, left: 0, help: [{ name: '988' }] }, now)),
  );
  expect(twice[0]!.equals(twice[1]!)).toBe(true);
  const { lines, rest } = textInPdf(twice[0]!);
  expect(rest.match(/\/Type \/Page\n/g)!.length).toBeGreaterThan(2);
  for (let n = 0; n < 30; n++) expect(lines).toContain(`House ${n}`);
});
