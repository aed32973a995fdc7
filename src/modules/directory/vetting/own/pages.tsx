/** A provider's own pages: where it stands, what each audience sees of it, and asking for changes. Nothing of anybody else. */
import { z } from 'zod';
import { action, type Ctx, Problem, type Req, redirect, type Tx } from '#kernel';
import { type Audience, type Holding, holdings, type Rec, recordsById } from '#modules/organisations';
import {
  Actions,
  Alert,
  DateText,
  Empty,
  ErrorSummary,
  Form,
  Section,
  Submit,
  SummaryList,
  Table,
  Tabs,
  type Ui,
} from '#ui';
import { type Document, documents } from '../../documents.ts';
import { positionOf } from '../../listing.ts';
import { ownTerms } from '../../own/read.ts';
import { networkWords } from '../../pages/words.ts';
import { eventsOf } from '../../project.ts';
import { ownOrganization } from '../accounts.ts';
import { placeProposals } from '../place-proposals.ts';
import { proposeChanges } from '../proposals.ts';
import { providers } from '../roles.ts';
import { attempt, blank, reading, type Refused, VettingPage } from '../staff/frame.tsx';
import { recordName } from '../../pages/said.tsx';
import { vetting } from '../tables.ts';
import { Value, valueLines } from '../values.tsx';
import { type Control, controlsOf, shownValue, valuesFrom } from './edit.ts';
import { fieldLabel, ValueField } from './fields.tsx';

const at = (req: Req, rest = '') => `/${req.ctx.network!.slug}/staff/my-organization${rest}`;
const shownTo = ['public', 'partner', 'hotline'] as const satisfies Audience[];

/** A provider asks for changes of one of its own records. */
export const askForChanges = action('directory.provider.propose', {
  input: z.object({ record: z.uuid(), values: z.record(z.string().regex(/^[a-z_]+$/), z.unknown()) }),
  may: providers,
  load: ({ tx, ctx }) => ownOrganization(tx, ctx),
  run: async ({ tx, input, loaded, ctx, emit }) => {
    const id = await proposeChanges(tx, ctx, {
      organizationId: loaded,
      recordId: input.record,
      values: input.values,
      via: 'account',
    });
    if (id) emit('directory.proposed', { proposal: id });
    return id;
  },
  audit: ({ input }) => ({ subject: `record:${input.record}`, fields: Object.keys(input.values) }),
});

/** All that a provider reads of itself. */
async function readOwn(tx: Tx, ctx: Ctx) {
  const networkId = ctx.network!.id;
  const id = await ownOrganization(tx, ctx);
  const holding = (await holdings(tx, networkId, [id])).get(id);
  if (!holding) throw Problem.notFound();
  const events = (await eventsOf(tx, networkId, [id])).get(id) ?? [];
  const proposals = await vetting(tx)
    .selectFrom('app.directory_proposal')
    .select(['id', 'record_id', 'fields', 'proposed_at', 'outcome', 'reason', 'accepted'])
    .where('network_id', '=', networkId)
    .where('organization_id', '=', id)
    .where((eb) => eb.or([eb('outcome', 'is', null), eb('outcome', '<>', 'superseded')]))
    .orderBy('proposed_at', 'desc')
    .limit(20)
    .execute();
  const places = (await placeProposals(tx, networkId, { organizationId: id }))
    .filter(({ outcome }) => outcome !== 'superseded')
    .map((one) => ({ ...one, fields: { '*': null } }));
  const all = [...proposals, ...places].sort((a, b) => b.proposed_at.getTime() - a.proposed_at.getTime());
  return { id, holding: ownOnly(holding, id), at: positionOf(events), proposals: all.slice(0, 20) };
}

/** Without the places of others that its services are offered at. */
const ownOnly = (holding: Holding, id: string): Holding => ({
  ...holding,
  locations: holding.locations.filter((place) => place.organizationId === id),
});

const recordsOf = (holding: Holding): Rec[] => [
  holding.organization,
  ...holding.programs,
  ...holding.services,
  ...holding.locations,
];

export async function ownPage(req: Req) {
  const { ui, ctx } = req;
  const view = await reading(ctx, (tx) => readOwn(tx, ctx));
  const audience = shownTo.find((one) => one === req.query.seen) ?? 'public';
  const standing = { listed: view.at.state === 'listed', public: view.at.state === 'listed' && view.at.chosen };
  const seen = documents(view.holding, standing, audience);
  return (
    <VettingPage
      req={req}
      title={recordName(ui, view.holding.organization)}
      eyebrow={ui.t('directory.vetting.own.title')}
      lead={ui.t(`directory.vetting.told.${standing.public ? 'public' : view.at.state}`)}
    >
      <Section title={ui.t('directory.vetting.own.records')}>
        <ul class="wm-plain-list">
          {recordsOf(view.holding).map((rec) => (
            <li>
              <a href={ui.href(at(req, `/${rec.id}`))}>
                {ui.t(`directory.vetting.kind.${rec.kind}`)}: {recordName(ui, rec)}
              </a>
              {rec.confidential && <> · {ui.t('directory.vetting.own.hidden')}</>}
            </li>
          ))}
        </ul>
      </Section>
      <Asked ui={ui} view={view} />
      <Section title={ui.t('directory.vetting.own.seen')} id="seen">
        <p>{ui.t('directory.vetting.own.seenLead')}</p>
        <Tabs
          label={ui.t('directory.vetting.own.seen')}
          tabs={shownTo.map((one) => ({
            href: `${ui.href(at(req), { seen: one === 'public' ? undefined : one })}#seen`,
            label: ui.t(`directory.vetting.seenBy.${one}`),
            current: one === audience,
          }))}
        />
        <p>{ui.t(`directory.vetting.seenLead.${audience}`)}</p>
        {seen.length === 0 ? (
          <Empty>{ui.t('directory.vetting.own.nothing')}</Empty>
        ) : (
          seen.map((doc) => <Seen ui={ui} doc={doc} />)
        )}
      </Section>
    </VettingPage>
  );
}

const Seen = ({ ui, doc }: { ui: Ui; doc: Document }) =>
  doc.kind === 'service_at_location' ? null : (
    <Section title={`${ui.t(`directory.vetting.kind.${doc.kind}`)}: ${doc.name}`} level={3}>
      <SummaryList
        facts={Object.entries({ name: doc.body.name, ...doc.body })
          .filter(
            ([name, value]) =>
              !/(^id|_id|^confidential_place|^translations)$/.test(name) && valueLines(ui, name, value).length > 0,
          )
          .map(([name, value]) => ({
            term: ui.t(`directory.vetting.field1.${name}`),
            value: <Value ui={ui} field={name} value={value} none="" />,
          }))}
      />
      {doc.body.confidential_place === true && <p>{ui.t('directory.vetting.own.placeHidden')}</p>}
    </Section>
  );

const Asked = ({ ui, view }: { ui: Ui; view: Awaited<ReturnType<typeof readOwn>> }) => (
  <Section title={ui.t('directory.vetting.own.asked')}>
    <Table
      ui={ui}
      caption={ui.t('directory.vetting.own.asked')}
      captionHidden
      rows={view.proposals}
      empty={ui.t('directory.vetting.own.askedNone')}
      columns={[
        {
          key: 'fields',
          label: ui.t('directory.vetting.change.fields'),
          cell: (row) =>
            Object.keys(row.fields)
              .map((field) =>
                ui.t(field === '*' ? 'directory.vetting.place.word' : `directory.vetting.field1.${field}`),
              )
              .join(', '),
        },
        {
          key: 'at',
          label: ui.t('directory.vetting.change.at'),
          cell: (row) => <DateText ui={ui} date={row.proposed_at} />,
        },
        {
          key: 'outcome',
          label: ui.t('directory.vetting.queue.state'),
          cell: (row) => (
            <>
              {ui.t(`directory.vetting.outcome.${row.outcome ?? 'waiting'}`)} {row.reason}
            </>
          ),
        },
      ]}
    />
  </Section>
);

/** One of the provider's own records. Throws Problem.notFound for any other. */
async function ownRecord(tx: Tx, { ctx, params }: Req) {
  const networkId = ctx.network!.id;
  const id = await ownOrganization(tx, ctx);
  const asked = params.id ?? '';
  const [rec] = z.uuid().safeParse(asked).success ? await recordsById(tx, networkId, [asked]) : [];
  if (rec?.organizationId !== id || rec.kind === 'service_at_location') throw Problem.notFound();
  return { rec, own: await ownTerms(tx, networkId) };
}

export async function ownRecordPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  await networkWords(ctx.app, ctx.network!);
  const { rec, own } = await reading(ctx, (tx) => ownRecord(tx, req));
  const title = ui.t('directory.vetting.own.edit', { name: recordName(ui, rec) });
  return (
    <VettingPage
      req={req}
      title={title}
      lead={ui.t('directory.vetting.own.editLead')}
      crumbs={[{ label: ui.t('directory.vetting.own.title'), href: ui.href(at(req)) }, { label: title }]}
    >
      <ErrorSummary ui={ui} errors={refused.errors} labels={(name) => fieldLabel(ui, name)} />
      {rec.confidential && (
        <Alert kind="info" announce={false}>
          {ui.t('directory.vetting.own.hiddenEdit')}{' '}
          <a href={ui.href(at(req, `/${rec.id}/place`))}>{ui.t('directory.vetting.own.moved')}</a>
        </Alert>
      )}
      <Form ui={ui} action={ui.href(at(req, `/${rec.id}`))} unsaved>
        {controlsOf(rec).map(({ name, control }) => (
          <ValueField
            ui={ui}
            rec={rec}
            field={name}
            name={name}
            label={ui.t(`directory.vetting.field1.${name}`)}
            control={control}
            value={shownValue(rec, { name, control })}
            hint={hintOf(ui, rec, name, control)}
            typed={refused.values}
            errors={refused.errors}
            own={own}
          />
        ))}
        <Actions>
          <Submit>{ui.t('directory.vetting.own.ask')}</Submit>
        </Actions>
      </Form>
    </VettingPage>
  );
}

const hintOf = (ui: Ui, rec: Rec, name: string, control: Control): string | undefined =>
  control === 'hours'
    ? ui.t('directory.vetting.own.hoursHint', { now: valueLines(ui, name, rec.fields[name]).join('; ') || '–' })
    : undefined;

export const postOwnRecord = (req: Req) =>
  attempt(
    req,
    async () => {
      const { ctx } = req;
      const { fields } = await req.form();
      const { rec, own } = await reading(ctx, (tx) => ownRecord(tx, req));
      const values = valuesFrom(rec, fields, { own, now: ctx.app.clock() });
      const asked = await askForChanges(ctx, { record: rec.id, values });
      return redirect(req, at(req), {
        said: asked ? 'directory.vetting.said.changesAsked' : 'directory.vetting.noted.nothingAsked',
      });
    },
    (refused) => ownRecordPage(req, refused),
  );
