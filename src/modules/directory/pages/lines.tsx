/** The hotline's numbers: on every page about services, also where nothing was found. */
import { type Network, pick, translator } from '#kernel';
import { allAnswered, LineBrief, linesOf, nationalLines } from '#modules/site';
import type { Ui } from '#ui';

/** Lines of the network; where they are invented (a demonstration), those that really answer come with them. */
export function linesToShow(network: Pick<Network, 'lines' | 'isDemo'>) {
  const { lines } = linesOf(network);
  return network.isDemo && !allAnswered(lines) ? [...nationalLines, ...lines] : lines;
}

export function Lines({
  ui,
  network,
  level = 2,
}: {
  ui: Pick<Ui, 'locale' | 't'>;
  network: Pick<Network, 'lines' | 'isDemo'>;
  level?: 2 | 3;
}) {
  const reader = { locale: ui.locale, t: translator(ui.locale) };
  const title = ui.t('directory.page.lines');
  return (
    <section class="wm-section" id="lines">
      {level === 2 ? <h2>{title}</h2> : <h3>{title}</h3>}
      <p>{ui.t('directory.page.linesLead')}</p>
      <ul class="wm-plain-list">
        {linesToShow(network).map((line) => (
          <LineBrief reader={reader} line={line} />
        ))}
      </ul>
    </section>
  );
}

export interface BriefLine {
  name: string;
  phone?: string;
  /** Where to write, what, and how that is said. */
  sms?: { number: string; word?: string; said: string };
}

/** The same in a few words each, for lists that are handed out. */
export const briefLines = (network: Pick<Network, 'lines' | 'isDemo'>, locale: Ui['locale']): BriefLine[] =>
  linesToShow(network).map(({ name, phone, sms, smsWord }) => ({
    name: pick(name, locale),
    ...(phone ? { phone } : {}),
    ...(sms
      ? { sms: { number: sms, ...(smsWord ? { word: smsWord } : {}), said: smsWords(locale, sms, smsWord) } }
      : {}),
  }));

const smsWords = (locale: Ui['locale'], number: string, word?: string): string =>
  translator(locale)(word ? 'site.line.textWord' : 'site.line.text', { number, word: word ?? '' });

export const lineWords = ({ name, phone, sms }: BriefLine): string =>
  [name, phone, sms?.said].filter(Boolean).join(' · ');
