/**
 * The networks of this deployment, kept in memory and compared with the database at most once a second, so a page costs no query to know
 * where it is. `epoch` grows with every change the public can see.
 *
 * Where the database is away the list as it last was goes on being used, so that the help page and every kept page are still served; only an address
 * that is not in it waits for the database, because it may have come since.
 */
import type { Network, NetworkDirectory } from './context.ts';
import type { Database } from './database.ts';
import { isLocale } from './i18n.ts';

const staleAfterMs = 1_000;
/** How long a page waits for a database that gives no answer at all before it goes on with what is known. */
const patienceMs = 3_000;

export function networkDirectory(db: Database): NetworkDirectory {
  let list: Network[] | null = null;
  let readAt = 0;
  let triedAt = 0;
  let reading: Promise<void> | null = null;
  let away = false;
  let touched = 0;
  /** Changes that were known when the reading under way began. */
  let before = 0;

  const refresh = (): Promise<void> => {
    // A reading that began before the newest change may lack it: whoever asks now waits for the one after it.
    if (reading) return before === touched ? reading : reading.catch(() => {}).then(refresh);
    before = touched;
    triedAt = Date.now();
    reading = db
      .run({ scope: 'system' }, (tx) => tx.selectFrom('app.network').selectAll().orderBy('created_at').execute())
      .then(
        (rows) => {
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
          away = false;
          // What changed while this was read may not be in it.
          readAt = touched === before ? Date.now() : 0;
        },
        (error: unknown) => {
          away = true;
          throw error;
        },
      )
      .finally(() => {
        reading = null;
      });
    return reading;
  };

  const current = async (): Promise<Network[]> => {
    if (list && Date.now() - readAt <= staleAfterMs) return list;
    if (!list) {
      await refresh();
      return list ?? [];
    }
    if (away) {
      // Asked again behind the scenes: nobody waits for a database that was away a moment ago.
      if (Date.now() - triedAt > staleAfterMs) void refresh().catch(() => {});
      return list;
    }
    let late: ReturnType<typeof setTimeout> | undefined;
    const waited = new Promise<void>((resolve) => {
      late = setTimeout(
        () => {
          away = true;
          resolve();
        },
        Math.max(0, patienceMs - (reading ? Date.now() - triedAt : 0)),
      );
    });
    await Promise.race([refresh().catch(() => {}), waited]);
    clearTimeout(late);
    return list;
  };

  const find = async (is: (network: Network) => boolean): Promise<Network | null> => {
    const found = (await current()).find(is);
    if (found || !away) return found ?? null;
    await refresh();
    return list?.find(is) ?? null;
  };

  return {
    all: current,
    bySlug: (slug) => find((network) => network.slug === slug),
    byId: (id) => find((network) => network.id === id),
    away: () => away,
    touch: () => {
      touched++;
      readAt = 0;
    },
  };
}
