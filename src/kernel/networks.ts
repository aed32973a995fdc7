/**
 * The networks of this deployment, kept in memory and compared with the database at most once a second, so a page costs no query to know
 * where it is. `epoch` grows with every change the public can see.
 */
import type { Network, NetworkDirectory } from './context.ts';
import type { Database } from './database.ts';
import { isLocale } from './i18n.ts';

const staleAfterMs = 1_000;

export function networkDirectory(db: Database): NetworkDirectory {
  let list: Network[] = [];
  let readAt = 0;
  let reading: Promise<void> | null = null;

  const refresh = (): Promise<void> => {
    reading ??= db
      .run({ scope: 'system' }, (tx) => tx.selectFrom('app.network').selectAll().orderBy('created_at').execute())
      .then((rows) => {
        list = rows.map((row) => ({
          id: row.id,
          slug: row.slug,
          name: row.name,
          tagline: row.tagline,
          languages: row.languages.filter(isLocale),
          defaultLocale: isLocale(row.default_locale) ? row.default_locale : 'en',
          timezone: row.timezone,
          accent: row.accent,
          lines: row.lines,
          isDemo: row.is_demo,
          note: row.note,
          epoch: row.public_epoch,
        }));
        readAt = Date.now();
      })
      .finally(() => {
        reading = null;
      });
    return reading;
  };
  const current = async (): Promise<Network[]> => {
    if (Date.now() - readAt > staleAfterMs) await refresh();
    return list;
  };
  return {
    all: current,
    bySlug: async (slug) => (await current()).find((n) => n.slug === slug) ?? null,
    byId: async (id) => (await current()).find((n) => n.id === id) ?? null,
    touch: () => {
      readAt = 0;
    },
  };
}
