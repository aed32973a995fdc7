/** One provider: where it stands, all that it runs, and what each audience reads of it, today or on any past day. */
import { allows, dayIn, redirect, type Req, today } from '#kernel';
import { type Holding, type Rec, shape } from '#modules/organisations';
import {
  Actions,
  Alert,
  DateField,
  DateText,
  Details,
  Empty,
  Form,
  LinkButton,
  Section,
  Submit,
  SummaryList,
  Table,
  Tabs,
  Tag,
  type Ui,
} from '#ui';
import { type Document, documents } from '../documents.ts';
import { said, Words } from '../pages/said.tsx';
import { networkWords } from '../pages/words.ts';
import { base, crumbsTo, leadsTo, nameOf, recordPath, RecordsPage } from './frame.tsx';
import { asItStood, type AsOf, asOfIn, readProvider } from './read.ts';
import { missingOf } from './overview.ts';
import { linesOf } from './value.ts';
import { Lines } from './lines.tsx';
import { vetters } from '../vetting/roles.ts';

const shownTo = ['public', 'partner', 'hotline'] as const;

export async function providerPage(req: Req) {
  const { ui, ctx } = req;
  const now = await leadsTo(req);
  if (now) return redirect(req, base(ctx, `/providers/${now}`), { said: 'directory.records.noted.leads' });
  await networkWords(ctx.app, ctx.network!);
  const asOf = asOfIn(req);
  const view = await asItStood(req, asOf, base(ctx, `/providers/${req.params.id}`), (tx) =>
    readProvider(tx, req, asOf),
  );
  if (view instanceof Response) return view;
  const { holding, standing, at } = view;
  const { organization } = holding;
  const audience = shownTo.find((one) => one === req.query.seen) ?? 'public';
  const seen = documents(holding, standing, audience);
  const here = base(ctx, `/providers/${organization.id}`);
  const links = (rec: Rec) => ui.href(recordPath(ctx, rec.id), { asOf: asOf?.day });
  const missing = missingOf(holding);
  const description = said(organization.fields, 'description', ui.locale);
  return (
    <RecordsPage
      req={req}
      title={nameOf(ui, organization)}
      lead={description && <Words of={description} />}
      crumbs={crumbsTo(req, null, null, nameOf(ui, organization))}
    >
      <PastDay req={req} asOf={asOf} path={here} />
      <SummaryList
        facts={[
          {
            term: ui.t('directory.records.standing'),
            value: (
              <>
                {ui.t(`directory.vetting.state.${at.state}`)}{' '}
                {standing.public && <Tag>{ui.t('directory.records.isPublic')}</Tag>}{' '}
                {allows(vetters, ctx) && (
                  <a href={ui.href(`/${ctx.network!.slug}/staff/vetting/${organization.id}`)}>
                    {ui.t('directory.records.toVetting')}
                  </a>
                )}
              </>
            ),
          },
          {
            term: ui.t('directory.records.lastChecked'),
            value: view.lastChecked ? (
              <DateText ui={ui} date={view.lastChecked} />
            ) : (
              ui.t('directory.records.neverChecked')
            ),
          },
          missing.length > 0 && {
            term: ui.t('directory.records.missing'),
            value: missing.map((one) => ui.t(`directory.records.lacks.${one}`)).join(' · '),
          },
        ]}
      />
      <Section title={ui.t('directory.records.runs')} id="records">
        <Runs req={req} holding={holding} href={links} asOf={asOf} />
        {!asOf && (
          <div class="wm-row">
            {(['service', 'location', 'program'] as const).map((kind) => (
              <LinkButton kind="outline" href={ui.href(base(ctx, `/providers/${organization.id}/new/${kind}`))}>
                {ui.t(`directory.records.new.${kind}`)}
              </LinkButton>
            ))}
            <LinkButton kind="outline" href={ui.href(base(ctx, `/providers/${organization.id}/new/hidden-place`))}>
              {ui.t('directory.records.new.hidden-place')}
            </LinkButton>
          </div>
        )}
      </Section>
      <Section title={ui.t('directory.records.preview')} id="seen">
        <p>{ui.t('directory.records.previewLead')}</p>
        <Tabs
          label={ui.t('directory.records.preview')}
          tabs={shownTo.map((one) => ({
            href: `${ui.href(here, { seen: one === 'public' ? undefined : one, asOf: asOf?.day })}#seen`,
            label: ui.t(`directory.records.seen.${one}`),
            current: one === audience,
          }))}
        />
        {seen.length === 0 ? (
          <Empty>{ui.t(`directory.records.seesNothing.${audience}`)}</Empty>
        ) : (
          seen.map((doc) => <Shown ui={ui} doc={doc} />)
        )}
      </Section>
      {view.merged.length > 0 && (
        <Section title={ui.t('directory.records.mergedHere')}>
          <ul class="wm-plain-list">
            {view.merged.map((one) => (
              <li>
                <a href={ui.href(recordPath(ctx, one.id, '/history'))}>
                  {one.name ?? ui.t('directory.vetting.kind.organization')}
                </a>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </RecordsPage>
  );
}

function Runs({
  req,
  holding,
  href,
  asOf,
}: {
  req: Req;
  holding: Holding;
  href: (rec: Rec) => string;
  asOf: AsOf | null;
}) {
  const { ui } = req;
  const { organization, programs, services, locations, links } = holding;
  const placesOf = (service: Rec) =>
    links.flatMap((link) => {
      const place = locations.find((one) => one.id === link.fields.location_id);
      return link.fields.service_id === service.id ? [{ link, place }] : [];
    });
  const own = locations.filter((place) => place.organizationId === organization.id);
  return (
    <Table
      ui={ui}
      caption={ui.t('directory.records.runs')}
      captionHidden
      rows={[organization, ...services, ...own, ...programs]}
      columns={[
        {
          key: 'name',
          label: ui.t('directory.records.name'),
          cell: (rec) => <a href={href(rec)}>{nameOf(ui, rec)}</a>,
        },
        {
          key: 'kind',
          label: ui.t('directory.records.kind'),
          cell: (rec) => (
            <>
              {ui.t(`directory.vetting.kind.${rec.kind}`)}{' '}
              {rec.confidential && <Tag>{ui.t('directory.records.hidden')}</Tag>}
            </>
          ),
        },
        {
          key: 'where',
          label: ui.t('directory.records.where'),
          cell: (rec) =>
            rec.kind === 'location' ? (
              (linesOf(ui, 'addresses', rec.fields.addresses)[0] ?? '–')
            ) : rec.kind === 'service' ? (
              <>
                {placesOf(rec).map(({ link, place }, i) => (
                  <>
                    {i > 0 && ', '}
                    <a href={href(link)}>{place ? nameOf(ui, place) : ui.t('directory.vetting.kind.location')}</a>
                  </>
                ))}
                {placesOf(rec).length === 0 && !asOf && ui.t('directory.records.nowhere')}
              </>
            ) : (
              '–'
            ),
        },
        {
          key: 'changed',
          label: ui.t('directory.records.changed'),
          cell: (rec) => <DateText ui={ui} date={dayIn(rec.at, req.ctx.network!.timezone)} />,
        },
      ]}
    />
  );
}

/** What one audience reads of one record, in the order of its form: the very document that pages and search are made from. */
const Shown = ({ ui, doc }: { ui: Ui; doc: Document }) =>
  doc.kind === 'service_at_location' ? null : (
    <Section
      title={`${ui.t(`directory.vetting.kind.${doc.kind}`)}: ${said(doc.body, 'name', ui.locale)?.text ?? doc.name}`}
      level={3}
    >
      <SummaryList
        facts={Object.keys(shape[doc.kind])
          .filter((name) => name !== 'name' && !name.endsWith('_id'))
          .flatMap((name) => {
            const lines = linesOf(ui, name, said(doc.body, name, ui.locale)?.text ?? doc.body[name]);
            return lines.length > 0
              ? [{ term: ui.t(`directory.vetting.field1.${name}`), value: <Lines lines={lines} /> }]
              : [];
          })}
      />
      {doc.body.confidential_place === true && <p>{ui.t('directory.records.placeIsHidden')}</p>}
    </Section>
  );

/** "As of": looks at a past day, and says so while it does. */
export function PastDay({ req, asOf, path }: { req: Req; asOf: AsOf | null; path: string }) {
  const { ui, ctx } = req;
  return (
    <>
      {asOf && (
        <Alert
          kind="info"
          announce={false}
          title={
            <>
              {ui.t('directory.records.asOf')} <DateText ui={ui} date={asOf.day} />
            </>
          }
        >
          {ui.t('directory.records.asOfLead')} <a href={ui.href(path)}>{ui.t('directory.records.asOfToday')}</a>
        </Alert>
      )}
      <Details summary={ui.t('directory.records.asOfOther')} open={asOf !== null}>
        <Form ui={ui} action={ui.href(path)} method="get" label={ui.t('directory.records.asOfOther')}>
          <DateField
            ui={ui}
            name="asOf"
            label={ui.t('directory.records.asOfDay')}
            value={asOf?.day}
            max={today(ctx)}
            filter
          />
          <Actions>
            <Submit kind="outline">{ui.t('directory.records.asOfGo')}</Submit>
          </Actions>
        </Form>
      </Details>
    </>
  );
}
