import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accentCss, checkAccent, defaultAccent } from './accent.ts';

test('contrast against white follows the WCAG formula', () => {
  expect(checkAccent('#000000')).toEqual({ ok: true, contrast: 21 });
  expect(checkAccent('#ffffff').contrast).toBeCloseTo(1, 5);
  // Known neighbours of the limit: #767676 is 4.54 : 1 and passes, #777777 is 4.48 : 1 and does not.
  expect(checkAccent('#767676').ok).toBe(true);
  expect(checkAccent('#777777').ok).toBe(false);
});

test('what is not a colour is refused', () => {
  for (const text of ['', 'red', '#fff', '#12345', '#1234567', 'url(x)', '#00000g']) {
    expect(checkAccent(text)).toEqual({ ok: false, contrast: 0 });
  }
});

test('a network’s stylesheet holds nothing but five colours, whatever was entered', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`),
      ),
      (accent) => {
        expect(accentCss(accent)).toMatch(/^:root\{(--accent[a-z-]*:#[0-9a-f]{6};?){5}\}$/);
      },
    ),
  );
});

test('an unreadable accent gives the default instead', () => {
  expect(accentCss('#ffff00')).toBe(accentCss(defaultAccent));
  expect(accentCss('#8a1c4a')).toContain('--accent:#8a1c4a');
});
