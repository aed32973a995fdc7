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
  Select,
  Submit,
  SummaryList,
  Table,
  Tabs,
  TextArea,
  TextField,
  type Ui,
} from '#ui';
import { type Document, documents } from '../../documents.ts';
import { positionOf } from '../../listing.ts';
import { eventsOf } from '../../project.ts';
import { ownOrganization } from '../accounts.ts';
import { proposeChanges } from '../proposals.ts';
import { providers } from '../roles.ts';
import { attempt, blank, reading, type Refused, VettingPage } from '../staff/frame.tsx';
import { recordName } from '../staff/read.ts';
import { vetting } from '../tables.ts';
import { Value, valueLines } from '../values.tsx';
import { type Control, controlsOf, shownValue, valuesFrom } from './edit.ts';

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
  return { id, holding: ownOnly(holding, id), at: positionOf(events), proposals };
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
      title={recordName(view.holding.organization)}
      eyebrow={ui.t('directory.vetting.own.title')}
      lead={ui.t(`directory.vetting.told.${standing.public ? 'public' : view.at.state}`)}
    >
      <Section title={ui.t('directory.vetting.own.records')}>
        <ul class="wm-plain-list">
          {recordsOf(view.holding).map((rec) => (
            <li>
              <a href={ui.href(at(req, `/${rec.id}`))}>
                {ui.t(`directory.vetting.kind.${rec.kind}`)}: {recordName(rec)}
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
              .map((field) => ui.t(`directory.vetting.field1.${field}`))
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

export async function ownRecordPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const rec = await reading(ctx, async (tx) => {
    const id = await ownOrganization(tx, ctx);
    const asked = req.params.id ?? '';
    const [found] = z.uuid().safeParse(asked).success ? await recordsById(tx, ctx.network!.id, [asked]) : [];
    if (found?.organizationId !== id || found.kind === 'service_at_location') throw Problem.notFound();
    return found;
  });
  const title = ui.t('directory.vetting.own.edit', { name: recordName(rec) });
  return (
    <VettingPage
      req={req}
      title={title}
      lead={ui.t('directory.vetting.own.editLead')}
      crumbs={[{ label: ui.t('directory.vetting.own.title'), href: ui.href(at(req)) }, { label: title }]}
    >
      <ErrorSummary ui={ui} errors={refused.errors} labels={(name) => ui.t(`directory.vetting.field1.${name}`)} />
      {rec.confidential && (
        <Alert kind="info" announce={false}>
          {ui.t('directory.vetting.own.hiddenEdit')}
        </Alert>
      )}
      <Form ui={ui} action={ui.href(at(req, `/${rec.id}`))} unsaved>
        {controlsOf(rec).map((one) => (
          <Editor ui={ui} rec={rec} refused={refused} {...one} />
        ))}
        <Actions>
          <Submit>{ui.t('directory.vetting.own.ask')}</Submit>
        </Actions>
      </Form>
    </VettingPage>
  );
}

function Editor(props: { ui: Ui; rec: Rec; refused: Refused; name: string; control: Control }) {
  const { ui, rec, refused, name, control } = props;
  const shared = {
    ui,
    name,
    label: ui.t(`directory.vetting.field1.${name}`),
    value: refused.values[name] ?? shownValue(rec, { name, control }),
    errors: refused.errors,
    filter: true,
  };
  if (control === 'status')
    return (
      <Select
        {...shared}
        options={['active', 'temporarily closed', 'inactive', 'defunct'].map((value) => ({
          value,
          label: ui.t(`directory.vetting.status.${value.replace(' ', '_')}`),
        }))}
      />
    );
  if (control === 'hours')
    return (
      <TextField
        {...shared}
        hint={ui.t('directory.vetting.own.hoursHint', {
          now: valueLines(ui, name, rec.fields[name]).join('; ') || '–',
        })}
        maxlength={300}
      />
    );
  if (control === 'lines') return <TextArea {...shared} hint={ui.t('directory.vetting.own.linesHint')} rows={3} />;
  if (control === 'area') return <TextArea {...shared} rows={4} maxlength={8_000} />;
  return <TextField {...shared} inputmode={control === 'number' ? 'numeric' : undefined} maxlength={300} />;
}

export const postOwnRecord = (req: Req) =>
  attempt(
    req,
    async () => {
      const { ctx } = req;
      const { fields } = await req.form();
      const [rec] = await reading(ctx, async (tx) => {
        await ownOrganization(tx, ctx);
        const id = z.uuid().safeParse(req.params.id);
        return id.success ? recordsById(tx, ctx.network!.id, [id.data]) : [];
      });
      if (!rec) throw Problem.notFound();
      const asked = await askForChanges(ctx, { record: rec.id, values: valuesFrom(rec, fields) });
      return redirect(req, at(req), { said: `directory.vetting.said.${asked ? 'changesAsked' : 'nothingAsked'}` });
    },
    (refused) => ownRecordPage(req, refused),
  );
