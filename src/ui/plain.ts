/**
 * A `Ui` that needs no server: real messages, no session, no nonce. For drawing components in tests and for looking at them.
 */
import { IntlMessageFormat } from 'intl-messageformat';
import en from './messages/en.json' with { type: 'json' };
import es from './messages/es.json' with { type: 'json' };
import type { Ui } from './ui.ts';

/** Anything in `over` takes the place of the default. A key without a message throws, so that a missing sentence is found. */
export function plainUi(over: Partial<Ui> = {}): Ui {
  const locale = over.locale ?? 'en';
  const messages: Record<string, string> = locale === 'es' ? es : en;
  const href: Ui['href'] = (path, query = {}) => {
    const kept = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
    return kept.length > 0 ? `${path}?${new URLSearchParams(kept)}` : path;
  };
  return {
    locale,
    languages: ['en', 'es'],
    t: (key, values) => {
      const message = messages[key];
      if (message === undefined) throw new Error(`no message ${key} in ${locale}`);
      return String(new IntlMessageFormat(message, locale).format(values as Record<string, string>));
    },
    href,
    nonce: null,
    csrf: null,
    network: { slug: 'harbor', name: 'Harbor County', accent: '#005ea2', isDemo: true },
    person: null,
    nav: [],
    staffNav: [],
    path: '/harbor',
    query: {},
    languageHref: (other) => href(over.path ?? '/harbor', { ...over.query, lang: other }),
    asset: (name) => `/assets/${name}`,
    ...over,
  };
}
