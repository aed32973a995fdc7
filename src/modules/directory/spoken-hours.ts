/** Hours as people write them, as rows of HSDS. */
import { parseSpokenHours } from '#engines/opening-hours-text';
import type { Fields } from '#modules/organisations';

/**
 * What a text says (`freq`, `byday`, `opens_at`, `closes_at`), or null when it has no certain reading. HSDS cannot say "with an appointment" in a rule, so
 * such hours stay words (`description`): nobody is to be told that a door is open which is not.
 */
export function hoursFromWords(text: string): Fields[] | null {
  const rows = parseSpokenHours(text);
  if (rows?.some((row) => row.by_appointment)) return [{ description: text.trim() }];
  return (
    rows?.map(({ freq, byday, all_day, opens_at, closes_at }) => {
      const around = all_day || (opens_at === '00:00' && closes_at === '00:00');
      const fields = {
        freq,
        byday,
        opens_at: around ? '00:00' : opens_at,
        closes_at: around ? '24:00' : closes_at,
      };
      return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
    }) ?? null
  );
}
