/**
 * One accent colour per network, kept readable. The content security policy forbids inline styles, so a network's colour travels in a
 * stylesheet of its own, a few bytes that any cache may keep: the colour is part of its address (`paths.accent`).
 */

/** The accent of a network that chose none: the design system's primary blue. */
export const defaultAccent = '#005ea2';

type Rgb = [number, number, number];

function parse(hex: string): Rgb | null {
  const match = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex.trim());
  return match ? [parseInt(match[1]!, 16), parseInt(match[2]!, 16), parseInt(match[3]!, 16)] : null;
}

const toHex = (rgb: Rgb) => `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;

/** `share` of white (255) or black (0) mixed into a colour. */
const mix = (rgb: Rgb, with_: 0 | 255, share: number): Rgb =>
  rgb.map((part) => part * (1 - share) + with_ * share) as Rgb;

/** Relative luminance, 0 to 1. Source: WCAG 2.2, definition of relative luminance. */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => {
    const channel = part / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/**
 * Whether a colour, `#rrggbb`, may be a network's accent: at least 4.5 : 1 against white (WCAG 2.2, 1.4.3), because links, white text on buttons and
 * the filled part of bars use it. `contrast` is 1 to 21, and 0 when the text is not a colour.
 */
export function checkAccent(hex: string): { ok: boolean; contrast: number } {
  const rgb = parse(hex);
  if (!rgb) return { ok: false, contrast: 0 };
  const contrast = 1.05 / (luminance(rgb) + 0.05);
  return { ok: contrast >= 4.5, contrast };
}

/** The stylesheet that gives a network its colour. A colour that fails `checkAccent` gives the default instead: a page is never unreadable. */
export function accentCss(accent: string): string {
  const rgb = parse(checkAccent(accent).ok ? accent : defaultAccent)!;
  const shades: Record<string, Rgb> = {
    accent: rgb,
    'accent-dark': mix(rgb, 0, 0.28),
    'accent-darker': mix(rgb, 0, 0.5),
    'accent-light': mix(rgb, 255, 0.62),
    'accent-lighter': mix(rgb, 255, 0.9),
  };
  const lines = Object.entries(shades).map(([name, shade]) => `--${name}:${toHex(shade)}`);
  return `:root{${lines.join(';')}}`;
}
