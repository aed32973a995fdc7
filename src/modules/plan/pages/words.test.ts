import { expect, test } from 'vitest';
import { translator } from '#kernel';
import '../../../app.ts';
import { statusWord } from './words.ts';

const ui = (locale: 'en' | 'es') => ({ locale, t: translator(locale) });

test('a plan whose words for statuses are English only is read in Spanish with the product’s words', () => {
  const own = { statuses: [{ code: 'completed', class: 'done' as const, label: { en: 'Completed', es: undefined } }] };
  expect(statusWord(ui('en'), own, 'done')).toBe('Completed');
  expect(statusWord(ui('es'), own, 'done')).toBe(translator('es')('ui.status.done'));
  expect(statusWord(ui('es'), { statuses: [] }, 'active')).toBe(translator('es')('ui.status.active'));
  const both = { statuses: [{ code: 'met', class: 'done' as const, label: { en: 'Met', es: 'Cumplida' } }] };
  expect(statusWord(ui('es'), both, 'done')).toBe('Cumplida');
});
