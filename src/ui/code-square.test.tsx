/** The square that a phone scans. */
import { expect, test } from 'vitest';
import { CodeSquare, codeSquare } from './code-square.tsx';

test('a square has the corners that a camera looks for, grows with what it holds, and says what it is for', () => {
  const { size, path } = codeSquare('https://example.org/s/abc');
  expect(path).toMatch(/^M2 2h7v1h-7z/);
  expect(codeSquare('x'.repeat(200)).size).toBeGreaterThan(size);
  expect(String(<CodeSquare text="x" label="To scan" />)).toContain('role="img" aria-label="To scan"');
});
