/** One record: every value with who may see it, who said it, when, from where, and when somebody last made sure; and what can be done with it. */
import { allows, dayIn, redirect, type Req } from '#kernel';
import type { Provenance } from '#modules/organisations';
import { Alert, DateText, ErrorSummary, LinkButton, Section, Table, Tag, type Ui } from '#ui';
import { revealers } from '../hidden-places.ts';
import { networkWords } from '../pages/words.ts';
import { CheckForm } from './check.tsx';
import { crumbsTo, leadsTo, nameOf, recordPath, RecordsPage, type Refused, blank } from './frame.tsx';
import { Lines } from './lines.tsx';
import { markOf, Seen } from './mark.tsx';
import { PastDay } from './provider.tsx';
import { PartForm } from './parting.tsx';
import { asItStood, asOfIn, readRecord, type RecordView } from './read.ts';
import { childrenIn, groupsOf, linksOf } from './sections.ts';
import { mayHide, RevealForm } from './places.tsx';
import { usesOf } from './terms.ts';
import { childWords, linesOf } from './value.ts';

export async function recordPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const now = await leadsTo(req);
  if (now) return redirect(req, recordPath(ctx, now), { said: 'directory.records.noted.leads' });
  await networkWords(ctx.app, ctx.network!);
  const asOf = asOfIn(req);
  const view = await asItStood(req, asOf, recordPath(ctx, req.params.id!), (tx) => readRecord(tx, req, asOf));
  if (view instanceof Response) return view;
  const { rec, provider } = view;
  const past = asOf !== null;
  const to = (rest: string) => ui.href(recordPath(ctx, rec.id, rest));
  const may = { hide: mayHide(ctx), reveal: allows(revealers, ctx) };
  const title = titleOf(ui, view);
  return (
    <RecordsPage
      req={req}
      title={title}
      eyebrow={
        <>
          {ui.t(`directory.vetting.kind.${rec.kind}`)}{' '}
          {rec.confidential && <Tag>{ui.t('directory.records.hidden')}</Tag>}
        </>
      }
      crumbs={
        rec.id === provider.id
          ? crumbsTo(req, provider, null, ui.t('directory.vetting.kind.organization'))
          : crumbsTo(req, provider, null, title)
      }
      actions={
        !past && (
          <>
            <LinkButton href={to('/marks')}>{ui.t('directory.records.marks.title')}</LinkButton>
            <LinkButton kind="outline" href={to('/history')}>
              {ui.t('directory.records.history.title')}
            </LinkButton>
          </>
        )
      }
    >
      <ErrorSummary ui={ui} errors={refused.errors} />
      <PastDay req={req} asOf={asOf} path={recordPath(ctx, rec.id)} />
      {rec.confidential && (
        <Alert kind="info" announce={false} title={ui.t('directory.records.place.isHidden')}>
          <p>{ui.t('directory.records.place.isHiddenLead')}</p>
        </Alert>
      )}
      {groupsOf(rec).map((group) => (
        <Section title={ui.t(`directory.records.group.${group.key}`)} id={group.key}>
          <Values ui={ui} view={view} names={group.values} />
          {!past && group.values.length > 0 && (
            <p>
              <a href={to(`/edit/${group.key}`)}>{ui.t('directory.records.change')}</a>
            </p>
          )}
          {group.lists.map((list) => (
            <ListOf
              req={req}
              view={view}
              list={list}
              past={past}
              under={ui.t(`directory.records.group.${group.key}`)}
            />
          ))}
        </Section>
      ))}
      {(usesOf(rec.kind).length > 0 || rec.fields.attributes !== undefined) && (
        <Section title={ui.t('directory.records.terms.title')} id="terms">
          <Terms ui={ui} view={view} />
          {!past && usesOf(rec.kind).length > 0 && (
            <>
              <p class="wm-apart">{ui.t('directory.records.terms.change')}</p>
              <ul class="wm-several">
                {usesOf(rec.kind).map(({ key }) => (
                  <li>
                    <a href={to(`/terms/${key}`)}>{ui.t(`directory.records.terms.${key}`)}</a>
                  </li>
                ))}
              </ul>
            </>
          )}
        </Section>
      )}
      <Linked req={req} view={view} past={past} />
      {!past && (
        <>
          <Section title={ui.t('directory.records.check.title')} id="check">
            <CheckForm req={req} rec={rec} refused={refused} />
          </Section>
          {rec.kind === 'location' && (may.hide || (rec.confidential && may.reveal)) && (
            <Section title={ui.t('directory.records.place.title')} id="place">
              {rec.confidential && may.reveal && <RevealForm req={req} rec={rec} refused={refused} />}
              {may.hide && (
                <p>
                  <a href={to(rec.confidential ? '/place' : '/hiding')}>
                    {ui.t(rec.confidential ? 'directory.records.place.move' : 'directory.records.place.hide')}
                  </a>
                </p>
              )}
            </Section>
          )}
          {view.merged.length > 0 && (
            <Section title={ui.t('directory.records.mergedHere')} id="merged">
              {view.merged.map((one) => (
                <PartForm req={req} merged={one} />
              ))}
            </Section>
          )}
        </>
      )}
    </RecordsPage>
  );
}

/** What a record is called; a service at a place has no name of its own and goes by those of both. */
const titleOf = (ui: Ui, { rec, linked }: RecordView): string =>
  (rec.kind === 'service_at_location' &&
    ['service_id', 'location_id']
      .flatMap((link) => linked.get(String(rec.fields[link])) ?? [])
      .map((other) => nameOf(ui, other))
      .join(' · ')) ||
  nameOf(ui, rec);

const Said = ({ ui, told }: { ui: Ui; told: Provenance | undefined }) => {
  if (!told) return <>–</>;
  const { since } = told;
  return (
    <>
      <DateText ui={ui} date={dayIn(since.at, ui.timeZone ?? 'UTC')} /> ·{' '}
      {(since as { by?: string | null }).by ?? ui.t('directory.records.nobody')}
      <span class="wm-soft"> · {ui.t(`directory.records.source.${since.source}`)}</span>
    </>
  );
};
const Verified = ({ ui, told }: { ui: Ui; told: Provenance | undefined }) =>
  told?.verified ? (
    <>
      <DateText ui={ui} date={told.verified.on} />
      <span class="wm-soft"> · {ui.t(`directory.records.way.${told.verified.how}`)}</span>
    </>
  ) : (
    <>{ui.t('directory.records.never')}</>
  );

function Values({ ui, view, names }: { ui: Ui; view: RecordView; names: readonly string[] }) {
  const { rec, provenance } = view;
  const spanish = (rec.fields.translations as { es?: Record<string, string> } | undefined)?.es ?? {};
  const rows = names.filter((name) => rec.fields[name] !== undefined);
  const missing = names.filter((name) => rec.fields[name] === undefined);
  return (
    <>
      {rows.length > 0 && (
        <Table
          ui={ui}
          caption={ui.t('directory.records.values')}
          captionHidden
          rows={rows}
          columns={[
            {
              key: 'field',
              label: ui.t('directory.records.field'),
              cell: (name) => ui.t(`directory.vetting.field1.${name}`),
            },
            {
              key: 'value',
              label: ui.t('directory.records.value'),
              cell: (name) => (
                <>
                  <Lines lines={linesOf(ui, name, rec.fields[name])} />
                  {spanish[name] && (
                    <p lang="es" class="wm-tight wm-soft wm-lines">
                      {spanish[name]}
                    </p>
                  )}
                </>
              ),
            },
            {
              key: 'seen',
              label: ui.t('directory.records.whoSees'),
              cell: (name) => <Seen ui={ui} audience={markOf(rec.marks, name)} />,
            },
            {
              key: 'said',
              label: ui.t('directory.records.whoSaid'),
              cell: (name) => <Said ui={ui} told={provenance.get(name)} />,
            },
            {
              key: 'verified',
              label: ui.t('directory.records.verified'),
              cell: (name) => <Verified ui={ui} told={provenance.get(name)} />,
            },
          ]}
        />
      )}
      {missing.length > 0 && (
        <p class="wm-soft wm-small">
          {ui.t('directory.records.notKnown')}{' '}
          {missing.map((name) => ui.t(`directory.vetting.field1.${name}`)).join(' · ')}
        </p>
      )}
    </>
  );
}

/** A list under its name, which is not said twice where the group around it, `under`, has the same. */
function ListOf({
  req,
  view,
  list,
  past,
  under,
}: {
  req: Req;
  view: RecordView;
  list: string;
  past: boolean;
  under: string;
}) {
  const { ui, ctx } = req;
  const { rec, provenance } = view;
  const all = childrenIn(rec.fields, list);
  const told = provenance.get(list);
  const to = (rest: string) => ui.href(recordPath(ctx, rec.id, rest));
  const label = ui.t(`directory.vetting.field1.${list}`);
  const body = (
    <>
      {all.length === 0 ? (
        <p class="wm-soft">{ui.t('directory.records.noneYet')}</p>
      ) : (
        <>
          <Table
            ui={ui}
            caption={label}
            captionHidden
            rows={all}
            columns={[
              {
                key: 'value',
                label: ui.t('directory.records.value'),
                cell: (child) =>
                  past ? (
                    childWords(ui, list, child)
                  ) : (
                    <a href={to(`/lists/${list}/${child.id}`)}>
                      {childWords(ui, list, child) || ui.t('directory.records.open')}
                    </a>
                  ),
              },
              {
                key: 'seen',
                label: ui.t('directory.records.whoSees'),
                cell: (child) => <Seen ui={ui} audience={markOf(rec.marks, list, child.id)} />,
              },
            ]}
          />
          <p class="wm-small">
            {ui.t('directory.records.whoSaid')}: <Said ui={ui} told={told} />. {ui.t('directory.records.verified')}:{' '}
            <Verified ui={ui} told={told} />
          </p>
        </>
      )}
      {!past && (
        <p class="wm-row">
          <a href={to(`/lists/${list}/new`)}>{ui.t(`directory.records.add.${list}`)}</a>
          {list === 'service_areas' && <a href={to('/areas/new')}>{ui.t('directory.records.area.add')}</a>}
          {list === 'schedules' && <a href={to('/hours')}>{ui.t('directory.records.hours.title')}</a>}
        </p>
      )}
    </>
  );
  return label === under ? (
    body
  ) : (
    <Section title={label} level={3} id={list}>
      {body}
    </Section>
  );
}

function Terms({ ui, view }: { ui: Ui; view: RecordView }) {
  const all = childrenIn(view.rec.fields, 'attributes');
  if (all.length === 0) return <p class="wm-soft">{ui.t('directory.records.noneYet')}</p>;
  return (
    <Table
      ui={ui}
      caption={ui.t('directory.records.terms.title')}
      captionHidden
      rows={all}
      columns={[
        { key: 'value', label: ui.t('directory.records.value'), cell: (child) => childWords(ui, 'attributes', child) },
        {
          key: 'seen',
          label: ui.t('directory.records.whoSees'),
          cell: (child) => <Seen ui={ui} audience={markOf(view.rec.marks, 'attributes', child.id)} />,
        },
      ]}
    />
  );
}

function Linked({ req, view, past }: { req: Req; view: RecordView; past: boolean }) {
  const { ui, ctx } = req;
  const { rec, linked, links } = view;
  const own = linksOf(rec.kind).flatMap((name) => {
    const other = linked.get(String(rec.fields[name]));
    return other && other.id !== rec.id ? [{ name, other }] : [];
  });
  if (rec.kind === 'organization' || rec.kind === 'program') return null;
  return (
    <Section title={ui.t('directory.records.links.title')} id="links">
      <ul class="wm-several">
        {own.map(({ name, other }) => (
          <li>
            {ui.t(`directory.records.link.${name}`)}:{' '}
            <a href={ui.href(recordPath(ctx, other.id))}>{nameOf(ui, other)}</a>
          </li>
        ))}
        {links.map(({ link, other }) => (
          <li>
            {ui.t(rec.kind === 'service' ? 'directory.records.link.location_id' : 'directory.records.link.service_id')}:{' '}
            {other && (
              <>
                <a href={ui.href(recordPath(ctx, other.id))}>{nameOf(ui, other)}</a> ·{' '}
              </>
            )}
            <a href={ui.href(recordPath(ctx, link.id))}>{ui.t('directory.records.links.there')}</a>
          </li>
        ))}
      </ul>
      {!past && rec.kind === 'service' && (
        <p>
          <a href={ui.href(recordPath(ctx, rec.id, '/links'))}>{ui.t('directory.records.links.change')}</a>
        </p>
      )}
    </Section>
  );
}
