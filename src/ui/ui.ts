/**
 * What a component needs to know about the request it is drawn for. The kernel's context implements it; this folder imports nothing from the kernel,
 * so every component can be drawn and looked at alone.
 */
export type Locale = 'en' | 'es';

/** One entry of a navigation list; `label` is already in the reader's language. */
export interface NavItem {
  href: string;
  label: string;
  current: boolean;
}

export interface Ui {
  locale: Locale;
  /** Languages this network offers, the first is its own. */
  languages: Locale[];
  /** The message of this key in the reader's language (ICU MessageFormat). */
  t(key: string, values?: Record<string, unknown>): string;
  /** An address inside the site; keeps `?lang` when it was chosen. Entries that are undefined or empty are left out. */
  href(path: string, query?: Record<string, string | undefined>): string;
  /** The nonce of this response's content security policy, or null where scripts are allowed by origin alone. */
  nonce: string | null;
  /** The token a form must carry, or null for a visitor without a session. */
  csrf: string | null;
  network: { slug: string; name: string; accent: string; isDemo: boolean } | null;
  person: { name: string } | null;
  nav: NavItem[];
  staffNav: NavItem[];
  path: string;
  query: Record<string, string>;
  /** This page in another language. */
  languageHref(locale: Locale): string;
  /** The versioned address of a file in `src/ui/assets` or of a built client script, e.g. `site.css`, `exit.js`. */
  asset(name: string): string;
  /** The site's own origin, `https://example.org`, for canonical addresses and social cards; without it they stay relative or are left out. */
  origin?: string;
  /** The network's time zone for instants, e.g. `America/Chicago`; UTC without it. Days have no zone. */
  timeZone?: string;
  /** Small links at the foot of every page: privacy, accessibility, about the data. */
  footerNav?: NavItem[];
}

/** Addresses that components link to on their own, in one place. */
export const paths = {
  leave: '/leave',
  signIn: '/sign-in',
  signOut: '/sign-out',
  account: '/account',
  help: (network: string) => `/${network}/help`,
  accent: (accent: string) => `/accent/${accent.replace('#', '').toLowerCase()}.css`,
};
