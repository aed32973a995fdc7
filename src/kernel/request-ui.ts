/** What the design system is told of one request: language, links, navigation, and whom it is drawn for. */
import type { Ui } from '#ui';
import { assetUrl } from './assets.ts';
import type { Ctx, Network } from './context.ts';
import { type Locale, pick } from './i18n.ts';
import type { Module } from './module.ts';
import { allows } from './policy.ts';
import type { Address } from './stands-on.ts';

interface Around {
  nonce: string | null;
  csrf: string | null;
  query: Record<string, string>;
  path: string;
  /** Where the other language leads. */
  standsOn: () => Address;
  /** The reader chose the language in the address, so links keep it. */
  chosen: boolean;
}

/** What the design system needs to know of a request. */
export function uiFor(ctx: Ctx, modules: ReadonlyMap<string, Module>, around: Around): Ui {
  const { network, locale, t } = ctx;
  const href = (path: string, query: Record<string, string | undefined> = {}): string => {
    const [before = '', hash] = path.split('#');
    const [base, already] = before.split('?');
    const params = new URLSearchParams(already);
    for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== '') params.set(key, value);
    if (around.chosen && !params.has('lang')) params.set('lang', locale);
    const text = params.toString();
    return `${base}${text ? `?${text}` : ''}${hash ? `#${hash}` : ''}`;
  };
  const items = (which: 'nav' | 'staffNav' | 'footerNav') => {
    if (!network) return [];
    const shown = [...modules.values()]
      .flatMap((m) => m[which])
      .filter((item) => allows(item.access, ctx))
      .sort((a, b) => a.order - b.order)
      .map((item) => ({
        label: t(item.label),
        paths: [item.path, ...(item.also ?? [])].map((path) => `/${network.slug}${path}`),
      }));
    // One place at most is where the reader is: the nearest above the page.
    const nearest = shown
      .flatMap(({ paths }) => paths)
      .filter((path) => around.path === path || around.path.startsWith(`${path}/`))
      .reduce((best, path) => (path.length > best.length ? path : best), '');
    return shown.map(({ paths, label }) => ({ href: href(paths[0]!), label, current: paths.includes(nearest) }));
  };
  return {
    locale,
    languages: network?.languages ?? ['en', 'es'],
    t,
    href,
    nonce: around.nonce,
    csrf: around.csrf,
    network: network && describe(network, locale),
    person: ctx.actor.kind === 'person' ? { name: ctx.actor.name } : null,
    nav: items('nav'),
    staffNav: ctx.actor.kind === 'person' ? items('staffNav') : [],
    footerNav: items('footerNav'),
    origin: ctx.app.config.baseUrl,
    timeZone: network?.timezone,
    path: around.path,
    query: around.query,
    languageHref: (other) => {
      const { path, query } = around.standsOn();
      const params = new URLSearchParams(query);
      params.set('lang', other);
      return `${path}?${params}`;
    },
    asset: assetUrl,
  };
}

const describe = (network: Network, locale: Locale) => ({
  slug: network.slug,
  name: pick(network.name, locale),
  accent: network.accent,
  isDemo: network.isDemo,
});
