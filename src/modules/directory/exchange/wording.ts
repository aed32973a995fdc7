/** A fault of a file as a sentence. Never a value of the file: that stands at the line which is named. */
import type { Translate } from '#kernel';
import type { Fault } from './rows.ts';

export function reasonOf(t: Translate, { column, key, values }: Fault): string {
  const said = t(`directory.exchange.fault.${key}`, values ?? {});
  return column ? `${t('directory.exchange.inColumn', { column })} ${said}` : said;
}
