/**
 * How large the directory is, in sentences a reporter could quote, as of any day. Counts of providers and nothing else: no name, no place. A small count
 * of one specialisation could point at a provider that is not public, so the public reads it from five on.
 */
import { z } from 'zod';
import { dayInWords, json, numberInWords, type Req, today } from '#kernel';
import {
  DateField,
  DateText,
  Details,
  Empty,
  Figure,
  Form,
  Layout,
  PageHeader,
  Section,
  Submit,
  SummaryList,
  Table,
  type Ui,
} from '#ui';
import { refuse } from '../../hsds/answers.ts';
import { directoryFacts, type DirectoryFigures, figuresOn } from '../../figures.ts';
import { termsOf } from '../../taxonomy/index.ts';
import { inLocale } from '../../vetting/words.ts';
import { UpkeepPage } from './frame.tsx';

/** The smallest count of a specialisation that the public reads. */
const least = 5;

const isDay = (text: string | undefined): text is string => z.iso.date().safeParse(text).success;

/** The day asked for, never one to come; and the day since which new ones are counted, the first of the year without one. */
export function daysFrom(query: Record<string, string>, now: string): { asOf: string; since: string } {
  const asOf = isDay(query.asOf) && query.asOf < now ? query.asOf : now;
  const since = isDay(query.since) && query.since <= asOf ? query.since : `${asOf.slice(0, 4)}-01-01`;
  return { asOf, since };
}

interface Counted {
  asOf: string;
  since: string;
  figures: DirectoryFigures;
}

async function count(req: Req): Promise<Counted> {
  const { asOf, since } = daysFrom(req.query, today(req.ctx));
  return { asOf, since, figures: figuresOn(await directoryFacts(req.ctx), asOf, since) };
}

/** Listed providers by specialisation, most first, in the reader's words. */
const specialisations = (ui: Pick<Ui, 'locale'>, { figures }: Counted) =>
  termsOf('specialisation')
    .map((term) => ({ name: inLocale(term.name, ui.locale), count: figures.specialisations.get(term.id) ?? 0 }))
    .filter((one) => one.count > 0)
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));

function Numbers({ req, counted, staff }: { req: Req; counted: Counted; staff: boolean }) {
  const { ui } = req;
  const { figures, asOf, since } = counted;
  const day = dayInWords(asOf, ui.locale);
  const facts = {
    day,
    since: dayInWords(since, ui.locale),
    listed: figures.listed,
    public: figures.public,
    minors: figures.minors,
    added: figures.added!.listed,
    addedPublic: figures.added!.public,
    least,
  };
  const say = (key: string) => ui.t(`directory.upkeep.figures.${key}`, facts);
  const row = (key: string) => ui.t(`directory.upkeep.figures.row.${key}`, facts);
  const means = (key: string) => ui.t(`directory.upkeep.figures.means.${key}`, facts);
  const number = (value: number) => numberInWords(value, ui.locale);
  const terms = specialisations(ui, counted);
  const shown = staff ? terms : terms.filter((one) => one.count >= least);
  return (
    <>
      <Form ui={ui} action={ui.path} method="get" class="wm-filters">
        <DateField ui={ui} name="asOf" filter label={say('asOf')} value={asOf} max={today(req.ctx)} />
        <DateField ui={ui} name="since" filter label={say('sinceLabel')} value={since} max={asOf} />
        <Submit kind="outline">{ui.t('directory.upkeep.show')}</Submit>
      </Form>
      {figures.listed === 0 ? (
        <Empty>{say('none')}</Empty>
      ) : (
        <>
          <Figure value={number(figures.listed)} label={say('listed')} sentence={say('sentence')} />
          <Table
            ui={ui}
            caption={say('table')}
            narrow="scroll"
            rows={[
              { key: 'listed', count: figures.listed },
              { key: 'public', count: figures.public },
              { key: 'minors', count: figures.minors },
              { key: 'added', count: figures.added!.listed },
              { key: 'addedPublic', count: figures.added!.public },
            ]}
            columns={[
              { key: 'what', label: say('what'), cell: (one) => row(one.key) },
              { key: 'count', label: say('count'), numeric: true, cell: (one) => number(one.count) },
            ]}
          />
          {shown.length > 0 && (
            <Section title={say('specialisations')}>
              <p>{say('specialisationsLead')}</p>
              <Table
                ui={ui}
                caption={say('specialisations')}
                captionHidden
                narrow="scroll"
                rows={shown}
                columns={[
                  { key: 'name', label: say('who'), cell: (one) => one.name },
                  { key: 'count', label: say('count'), numeric: true, cell: (one) => number(one.count) },
                ]}
              />
              {!staff && <p class="wm-soft">{say('least')}</p>}
            </Section>
          )}
        </>
      )}
      <Section title={say('definitions')}>
        <SummaryList
          facts={['listed', 'public', 'minors', 'added'].map((key) => ({
            term: row(key),
            value: means(key),
          }))}
        />
        <Details summary={say('how')}>
          <p>{say('howText')}</p>
          <p>
            <a href={`/api/v1/networks/${req.ctx.network!.slug}/directory/figures?asOf=${asOf}&since=${since}`}>
              {say('data')}
            </a>
          </p>
        </Details>
      </Section>
    </>
  );
}

export async function figuresPage(req: Req) {
  const { ui } = req;
  const counted = await count(req);
  const title = ui.t('directory.upkeep.figures.title');
  return (
    <Layout
      ui={ui}
      title={title}
      canonical={`/${req.ctx.network!.slug}/services/figures`}
      crumbs={[
        { label: ui.t('directory.page.nav'), href: ui.href(`/${req.ctx.network!.slug}/services`) },
        { label: title },
      ]}
    >
      <PageHeader title={title} lead={<Lead ui={ui} asOf={counted.asOf} />} />
      <Numbers req={req} counted={counted} staff={false} />
    </Layout>
  );
}

const Lead = ({ ui, asOf }: { ui: Ui; asOf: string }) => (
  <>
    {ui.t('directory.upkeep.figures.lead')} <DateText ui={ui} date={asOf} />
  </>
);

export async function staffFiguresPage(req: Req) {
  const { ui } = req;
  const counted = await count(req);
  return (
    <UpkeepPage
      req={req}
      title={ui.t('directory.upkeep.figures.title')}
      section="figures"
      lead={<Lead ui={ui} asOf={counted.asOf} />}
    >
      <Numbers req={req} counted={counted} staff />
    </UpkeepPage>
  );
}

const day = z.string().describe('A calendar day, ISO 8601, e.g. 2018-11-30.');

export const figuresQuery = z.object({
  asOf: day.optional().describe('The directory as it stood at the end of this day; today without it.'),
  since: day
    .optional()
    .describe('From which day on newly listed providers are counted; the first of January of the year without it.'),
});

export const figuresShape = z.object({
  asOf: day,
  since: day,
  listed: z.int().describe('Providers listed that day: vetted, and shown to those who refer people.'),
  public: z.int().describe('Of these, shown to the public.'),
  minors: z.int().describe('Of the listed, with an active service for people under 18.'),
  added: z.object({
    listed: z.int().describe('Listed that day, and not listed on the day before `since`.'),
    public: z.int().describe('Of these, shown to the public.'),
  }),
  specialisations: z
    .array(z.object({ code: z.string(), listed: z.int() }))
    .describe(`Listed providers by whom they know well how to help; counts below ${least} are left out.`),
});

export async function figuresApi(req: Req): Promise<Response> {
  // A page shows which day it fell back to; a program would take today's figures for those of the day it meant.
  for (const parameter of ['asOf', 'since'])
    if (req.query[parameter] && !isDay(req.query[parameter]))
      return refuse(req, { parameter, key: 'kernel.field.date' });
  const { asOf, since, figures } = await count(req);
  const body: z.output<typeof figuresShape> = {
    asOf,
    since,
    listed: figures.listed,
    public: figures.public,
    minors: figures.minors,
    added: figures.added!,
    specialisations: termsOf('specialisation')
      .map((term) => ({ code: term.code, listed: figures.specialisations.get(term.id) ?? 0 }))
      .filter((one) => one.listed >= least),
  };
  return json(body);
}
