/** One listing: what is due of it and why, what its provider wrote, every request that was made, and where letters go. */
import { z } from 'zod';
import { allows, dayInWords, Problem, type Req, redirect, today, type Tx } from '#kernel';
import { type Rec, recordsById } from '#modules/organisations';
import {
  Actions,
  Alert,
  DateText,
  Details,
  Empty,
  ErrorSummary,
  Form,
  LinkButton,
  type Moment,
  Section,
  Select,
  Submit,
  Table,
  TextField,
  Timeline,
  type Ui,
} from '#ui';
import { vetters } from '../../vetting/roles.ts';
import { attempt, base as vettingBase, blank, reading, type Refused } from '../../vetting/staff/frame.tsx';
import { settleAnswer } from '../answers.ts';
import { campaignsOf } from '../campaigns.ts';
import { missingToRestore, restoreListing, saveLetterBox } from '../checks.ts';
import { dueOf } from '../due.ts';
import { periodsOf } from '../periods.ts';
import { type Answer, listingsOf, type Request, requestsOf, valuesBy } from '../read.ts';
import { upkeep } from '../tables.ts';
import { base, changesAt, fieldWords, recordWords, UpkeepPage } from './frame.tsx';

async function readListing(tx: Tx, req: Req) {
  const { ctx } = req;
  const id = z.uuid().safeParse(req.params.id);
  const listing = id.success ? (await listingsOf(tx, ctx, [id.data])).get(id.data) : undefined;
  if (!listing) throw Problem.notFound();
  const networkId = ctx.network!.id;
  const values = (await valuesBy(tx, ctx, [listing.id])).get(listing.id) ?? [];
  const recs = await recordsById(tx, networkId, [listing.id, ...values.map(({ record }) => record)]);
  const box = await upkeep(tx)
    .selectFrom('app.directory_letter_box')
    .select(['email', 'locale'])
    .where('network_id', '=', networkId)
    .where('organization_id', '=', listing.id)
    .executeTakeFirst();
  return {
    listing,
    values,
    recs: new Map(recs.map((rec) => [rec.id, rec])),
    box,
    requests: await requestsOf(tx, networkId, { organization: listing.id }),
    campaigns: new Map((await campaignsOf(tx, networkId)).map((one) => [one.id, one])),
    periods: await periodsOf(tx, networkId),
  };
}
type View = Awaited<ReturnType<typeof readListing>>;

export async function listingPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const view = await reading(ctx, (tx) => readListing(tx, req));
  const { listing, recs } = view;
  const name = String(recs.get(listing.id)?.fields.name ?? '') || ui.t('directory.upkeep.noName');
  const toSettle = view.requests.flatMap(({ answers }) =>
    answers.filter(({ answer, settled }) => !settled && (answer === 'wrong' || answer === 'moved')),
  );
  return (
    <UpkeepPage
      req={req}
      title={name}
      crumbs={[{ label: name }]}
      actions={
        <LinkButton href={ui.href(base(ctx, '/checks'), { organization: listing.id })} kind="outline">
          {ui.t('directory.upkeep.checks.beginOne')}
        </LinkButton>
      }
    >
      <ErrorSummary ui={ui} errors={refused.errors} labels={(name) => ui.t(`directory.upkeep.box.${name}`)} />
      <Standing req={req} view={view} />
      {toSettle.length > 0 && <ToSettle req={req} view={view} answers={toSettle} />}
      <Values ui={ui} view={view} day={today(ctx)} />
      <Section title={ui.t('directory.upkeep.history')}>
        {view.requests.length === 0 ? (
          <Empty>{ui.t('directory.upkeep.historyNone')}</Empty>
        ) : (
          view.requests.map((request) => <History ui={ui} view={view} request={request} />)
        )}
      </Section>
      <LetterBox req={req} view={view} refused={refused} />
      {allows(vetters, ctx) && (
        <p>
          <a href={ui.href(vettingBase(ctx, `/${listing.id}`))}>{ui.t('directory.upkeep.vettingPage')}</a>
        </p>
      )}
    </UpkeepPage>
  );
}

/** Set aside, or not to be written to: said first, with what follows. */
function Standing({ req, view: { listing, values, periods } }: { req: Req; view: View }) {
  const { ui, ctx } = req;
  const late = missingToRestore(values, periods, today(ctx)).length;
  const demoted =
    listing.position.state === 'demoted' ? listing.events.findLast(({ kind }) => kind === 'demoted') : null;
  return (
    <>
      {listing.position.doNotContact && (
        <Alert kind="warning" announce={false} title={ui.t('directory.upkeep.doNotContact')}>
          <p>{ui.t('directory.upkeep.doNotContactLead')}</p>
        </Alert>
      )}
      {demoted && (
        <Alert kind="warning" announce={false} title={ui.t('directory.upkeep.demoted')}>
          <p>
            {ui.t('directory.upkeep.demotedOn', {
              day: dayInWords(demoted.on, ui.locale),
              reason: String(demoted.data.reason ?? ''),
            })}
          </p>
          <p>{ui.t('directory.upkeep.restoreLead', { count: late })}</p>
          {allows(vetters, ctx) && late === 0 && (
            <Form ui={ui} action={ui.href(base(ctx, `/listings/${listing.id}/restoration`))}>
              <Submit>{ui.t('directory.upkeep.restore')}</Submit>
            </Form>
          )}
        </Alert>
      )}
    </>
  );
}

const ToSettle = ({ req, view, answers }: { req: Req; view: View; answers: readonly Answer[] }) => {
  const { ui, ctx } = req;
  return (
    <Section title={ui.t('directory.upkeep.settle.title')}>
      <p>{ui.t('directory.upkeep.settle.lead')}</p>
      <Table
        ui={ui}
        caption={ui.t('directory.upkeep.settle.title')}
        captionHidden
        rows={answers}
        columns={[
          { key: 'value', label: ui.t('directory.upkeep.value'), cell: (one) => valueWords(ui, view, one) },
          {
            key: 'said',
            label: ui.t('directory.upkeep.settle.said'),
            cell: (one) => (
              <span class="wm-lines">
                {one.answer === 'moved'
                  ? ui.t('directory.upkeep.settle.moved')
                  : one.note || ui.t('directory.upkeep.settle.wrong')}
              </span>
            ),
          },
          { key: 'on', label: ui.t('directory.upkeep.day'), cell: (one) => <DateText ui={ui} date={one.on} /> },
          {
            key: 'do',
            label: ui.t('directory.upkeep.settle.do'),
            quiet: true,
            cell: (one) => (
              <Form ui={ui} action={ui.href(base(ctx, '/answers/settled'))}>
                <input type="hidden" name="seq" value={String(one.seq)} />
                <Submit kind="outline">{ui.t('directory.upkeep.settle.do')}</Submit>
              </Form>
            ),
          },
        ]}
      />
    </Section>
  );
};

const valueWords = (ui: Ui, { recs }: View, { record, field }: { record: string; field: string }): string => {
  const rec: Rec | undefined = recs.get(record);
  return rec ? `${fieldWords(ui, field)} (${recordWords(ui, rec, recs)})` : fieldWords(ui, field);
};

/** What is late and due, longest first; what is fine is folded away. Each says the fact it follows from. */
function Values({ ui, view, day }: { ui: Ui; view: View; day: string }) {
  const rows = view.values
    .map((value) => ({ value, due: dueOf(value, view.periods, day) }))
    .sort((a, b) => (a.due.by < b.due.by ? -1 : a.due.by > b.due.by ? 1 : 0));
  const table = (some: typeof rows, caption: string) => (
    <Table
      ui={ui}
      caption={caption}
      captionHidden
      rows={some}
      empty={ui.t('directory.upkeep.allFine')}
      columns={[
        { key: 'value', label: ui.t('directory.upkeep.value'), cell: ({ value }) => valueWords(ui, view, value) },
        {
          key: 'state',
          label: ui.t('directory.upkeep.stateWord'),
          cell: ({ due }) =>
            ui.t(`directory.upkeep.dueSince.${due.state}`, { day: dayInWords(due.from ?? due.by, ui.locale) }),
        },
        {
          key: 'because',
          label: ui.t('directory.upkeep.becauseWord'),
          cell: ({ value }) =>
            value.checked
              ? ui.t('directory.upkeep.checkedOn', { day: dayInWords(value.checked, ui.locale) })
              : ui.t('directory.upkeep.neverChecked', { day: dayInWords(value.since, ui.locale) }),
        },
      ]}
    />
  );
  const open = rows.filter(({ due }) => due.state !== 'fine');
  const fine = rows.filter(({ due }) => due.state === 'fine');
  return (
    <Section title={ui.t('directory.upkeep.valuesTitle')}>
      {table(open, ui.t('directory.upkeep.valuesTitle'))}
      {fine.length > 0 && (
        <Details summary={ui.t('directory.upkeep.fineCount', { count: fine.length })}>
          {table(fine, ui.t('directory.upkeep.fineCount', { count: fine.length }))}
        </Details>
      )}
    </Section>
  );
}

/** One request as it went, oldest first. */
function History({ ui, view, request }: { ui: Ui; view: View; request: Request }) {
  const answered = Map.groupBy(request.answers, (one) => one.on);
  const moments: Moment[] = [
    ...request.events.map(
      (event): Moment => ({
        when: event.on,
        title: ui.t(`directory.upkeep.event.${event.kind}`),
        ...(event.why && { body: ui.t(`directory.upkeep.whyLong.${event.why}`) }),
      }),
    ),
    ...[...answered].map(
      ([on, some]): Moment => ({
        when: on,
        title: ui.t('directory.upkeep.event.answered', { count: some.length }),
        body: ui.t('directory.upkeep.answeredHow', {
          same: some.filter(({ answer }) => answer === 'same').length,
          changed: some.filter(({ answer }) => answer === 'changed').length,
          words: some.filter(({ answer }) => answer === 'wrong' || answer === 'moved').length,
        }),
      }),
    ),
    ...(request.closedOn
      ? [{ when: request.closedOn, title: ui.t(`directory.upkeep.closed.${request.closedBecause!}`) } as Moment]
      : []),
  ].sort((a, b) => (a.when < b.when ? -1 : a.when > b.when ? 1 : 0));
  const name = view.campaigns.get(request.campaignId)?.name ?? '';
  return (
    <Section title={name} level={3}>
      <p class="wm-soft">
        {ui.t('directory.upkeep.askedFor', {
          count: request.asked.length,
          day: dayInWords(request.answerBy, ui.locale),
        })}
      </p>
      <Timeline ui={ui} moments={moments} />
    </Section>
  );
}

const LetterBox = ({ req, view, refused }: { req: Req; view: View; refused: Refused }) => {
  const { ui, ctx } = req;
  return (
    <Section title={ui.t('directory.upkeep.box.title')} id="letters">
      <p>{ui.t('directory.upkeep.box.lead')}</p>
      <Form ui={ui} action={ui.href(base(ctx, `/listings/${view.listing.id}/letters`))}>
        <TextField
          ui={ui}
          name="email"
          type="email"
          optional
          label={ui.t('directory.upkeep.box.email')}
          value={refused.values.email ?? view.box?.email}
          errors={refused.errors}
        />
        <Select
          ui={ui}
          name="locale"
          label={ui.t('directory.upkeep.box.locale')}
          value={refused.values.locale ?? view.box?.locale ?? ctx.network!.defaultLocale}
          errors={refused.errors}
          options={(['en', 'es'] as const).map((value) => ({ value, label: ui.t(`ui.language.${value}`) }))}
        />
        <Actions>
          <Submit kind="outline">{ui.t('directory.upkeep.box.save')}</Submit>
          <a href={ui.href(changesAt(ctx))}>{ui.t('directory.upkeep.changes')}</a>
        </Actions>
      </Form>
    </Section>
  );
};

export const postLetterBox = (req: Req) =>
  attempt(
    req,
    async () => {
      const { fields } = await req.form();
      const organization = req.params.id ?? '';
      await saveLetterBox(req.ctx, { organization, email: fields.email ?? '', locale: fields.locale as 'en' });
      return redirect(req, base(req.ctx, `/listings/${organization}`), { said: 'directory.upkeep.said.letterBox' });
    },
    (refused) => listingPage(req, refused),
  );

export const postRestoration = (req: Req) =>
  attempt(
    req,
    async () => {
      const organization = req.params.id ?? '';
      await restoreListing(req.ctx, { organization });
      return redirect(req, base(req.ctx, `/listings/${organization}`), { said: 'directory.upkeep.said.restored' });
    },
    (refused) => listingPage(req, refused),
  );

export async function postSettled(req: Req) {
  const { fields } = await req.form();
  const organization = await settleAnswer(req.ctx, { seq: fields.seq ?? '' });
  return redirect(req, base(req.ctx, `/listings/${organization}`), { said: 'directory.upkeep.said.settled' });
}
