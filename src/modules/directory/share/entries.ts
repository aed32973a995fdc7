/** What a list to share says of each service: a few lines that paper, screen and PDF draw alike, from the documents of whoever receives it. */
import { type App, type Network, today } from '#kernel';
import type { Locale, Ui } from '#ui';
import { type BriefLine, briefLines } from '../pages/lines.tsx';
import { addressLine, costOf, languagesOf, phonesOf, spokenWords } from '../pages/facts.tsx';
import { weekLine, weekWords } from '../pages/hours.tsx';
import { doorsOf } from '../pages/opening.ts';
import { readServices, type ServiceView } from '../pages/read.ts';
import { type Said, said } from '../pages/said.tsx';

type Speaker = Pick<Ui, 't' | 'locale'>;

export interface Entry {
  id: string;
  name: Said;
  /** The name as it was first written: for paper that cannot show the letters of the other. */
  english: string;
  organization: string;
  /** `number` to call, `text` to read: with its extension. */
  phones: { number: string; text: string }[];
  lines: string[];
}

export interface ShareList {
  entries: Entry[];
  /** How many of those chosen the reader may not see. */
  left: number;
  /** Numbers that are always answered. */
  help: BriefLine[];
}

/** The list as an audience may read it now; services that it may not see are left out and counted. */
export async function shareList(
  app: App,
  network: Network,
  ui: Speaker,
  audience: 'public' | 'partner',
  ids: readonly string[],
): Promise<ShareList> {
  const views = await readServices(app, network.id, audience, ids);
  const day = today({ app, network });
  const entries = ids.flatMap((id) => {
    const view = views.get(id);
    return view ? [entryOf(ui, view, day, network.timezone)] : [];
  });
  return { entries, left: ids.length - entries.length, help: briefLines(network, ui.locale as Locale) };
}

function entryOf(ui: Speaker, view: ServiceView, day: string, zone: string): Entry {
  const { body } = view.service;
  const hours = doorsOf(view).map((door) => weekLine(weekWords(ui, door.rows, day, zone)));
  const languages = languagesOf(view, ui.locale);
  const cost = costOf(ui, body);
  const apply = said(body, 'application_process', ui.locale);
  const bring = ((body.required_documents as { document?: string }[] | undefined) ?? []).flatMap(
    (one) => one.document ?? [],
  );
  return {
    id: view.service.id,
    name: said(body, 'name', ui.locale) ?? { text: view.service.name },
    organization: said(view.organization.body, 'name', ui.locale)?.text ?? view.organization.name,
    english: view.service.name,
    phones: phonesOf(view).map(({ number, extension }) => ({
      number,
      text:
        extension === undefined
          ? number
          : `${number} ${ui.t('directory.page.extension', { extension: String(extension) })}`,
    })),
    lines: [
      ...view.places.map(({ place }) => addressLine(place)),
      ...(body.confidential_place === true ? [ui.t('directory.page.confidential')] : []),
      ...hours,
      languages.length > 0 ? spokenWords(ui, languages) : '',
      cost ? ui.t('directory.page.costs', { cost }) : '',
      bring.length > 0 ? `${ui.t('directory.page.bring')}: ${bring.join(', ')}` : '',
      apply?.text ?? '',
    ].filter(Boolean),
  };
}
