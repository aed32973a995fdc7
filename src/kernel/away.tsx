/** What a page says while the database is away: it was kept from before, and may be out of date. */
import { Alert } from '#ui';
import type { Translate } from './i18n.ts';

/** A finished page with the note as the first thing of its main part; anything that is no page comes back as it is. */
export function withAwayNote(body: Buffer, t: Translate): Buffer {
  const html = body.toString('utf8');
  const main = /<main\b[^>]*>/.exec(html);
  if (!main) return body;
  const note = (
    <Alert kind="warning" announce={false}>
      <p>{t('kernel.away.note')}</p>
    </Alert>
  );
  const at = main.index + main[0].length;
  return Buffer.from(`${html.slice(0, at)}${String(note)}${html.slice(at)}`);
}
