/** The network's own terms and places: the list of both, and what the forms of one share (term-page.tsx, own-place-page.tsx). */
import type { Req } from '#kernel';
import { DateText, Empty, LinkButton, Section, Table, type Ui } from '#ui';
import { ownPlaces, type OwnTerm, ownTerms } from '../own/read.ts';
import { termByCode } from '../taxonomy/index.ts';
import { base, crumbsTo, reading, RecordsPage } from './frame.tsx';

export const readWords = (req: Req) =>
  reading(req.ctx, async (tx) => ({
    terms: await ownTerms(tx, req.ctx.network!.id),
    places: await ownPlaces(tx, req.ctx.network!.id),
  }));

export async function wordsPage(req: Req) {
  const { ui, ctx } = req;
  const { terms, places } = await readWords(req);
  const title = ui.t('directory.records.words.title');
  const parent = (code: string | null) => nameOfTerm(ui, terms, code) || '–';
  return (
    <RecordsPage
      req={req}
      title={title}
      lead={ui.t('directory.records.words.lead')}
      crumbs={crumbsTo(req, null, null, title)}
    >
      <Section title={ui.t('directory.records.words.terms')} id="terms">
        {terms.length === 0 ? (
          <Empty>{ui.t('directory.records.words.noTerms')}</Empty>
        ) : (
          <Table
            ui={ui}
            caption={ui.t('directory.records.words.terms')}
            captionHidden
            rows={terms}
            columns={[
              {
                key: 'name',
                label: ui.t('directory.records.name'),
                cell: (term) => <a href={ui.href(base(ctx, `/words/terms/${term.code}`))}>{term.name[ui.locale]}</a>,
              },
              { key: 'parent', label: ui.t('directory.records.words.under'), cell: (term) => parent(term.parent) },
              {
                key: 'ended',
                label: ui.t('directory.records.words.use'),
                cell: (term) =>
                  term.endedOn ? (
                    <>
                      {ui.t('directory.records.words.endedOn')} <DateText ui={ui} date={term.endedOn} />
                    </>
                  ) : (
                    ui.t('directory.records.words.inUse')
                  ),
              },
            ]}
          />
        )}
        <LinkButton kind="outline" href={ui.href(base(ctx, '/words/terms/new'))}>
          {ui.t('directory.records.words.addTerm')}
        </LinkButton>
      </Section>
      <Section title={ui.t('directory.records.words.places')} id="places">
        {places.length === 0 ? (
          <Empty>{ui.t('directory.records.words.noPlaces')}</Empty>
        ) : (
          <Table
            ui={ui}
            caption={ui.t('directory.records.words.places')}
            captionHidden
            rows={places}
            columns={[
              {
                key: 'name',
                label: ui.t('directory.records.name'),
                cell: (place) => <a href={ui.href(base(ctx, `/words/places/${place.id}`))}>{place.name}</a>,
              },
              {
                key: 'kind',
                label: ui.t('directory.records.kind'),
                cell: (place) => ui.t(`directory.records.placeKind.${place.kind}`),
              },
              { key: 'state', label: ui.t('directory.records.part.state_province'), cell: (place) => place.state },
            ]}
          />
        )}
        <LinkButton kind="outline" href={ui.href(base(ctx, '/words/places/new'))}>
          {ui.t('directory.records.words.addPlace')}
        </LinkButton>
      </Section>
    </RecordsPage>
  );
}

/** What a term is called, the network's own or of the default list; nothing for none. */
export function nameOfTerm(ui: Pick<Ui, 'locale'>, own: readonly OwnTerm[], code: string | null): string {
  const term = code === null ? undefined : (termByCode(code) ?? own.find((one) => one.code === code));
  return term?.name[ui.locale] ?? '';
}

export const wordsCrumbs = (req: Req, title: string) => [
  ...crumbsTo(req, null, null).slice(0, 1),
  { label: req.ui.t('directory.records.words.title'), href: req.ui.href(base(req.ctx, '/words')) },
  { label: title },
];

/** What was entered one on each line. */
export const linesIn = (text = '') =>
  text
    .split(/[\n;]/)
    .map((one) => one.trim())
    .filter(Boolean);
