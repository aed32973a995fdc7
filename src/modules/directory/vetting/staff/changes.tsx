/** Changes that providers propose: the list, and one of them field by field, what stands there now beside what is wanted. */
import { allows, Problem, type Req, redirect } from '#kernel';
import { type Audience, type Rec, recordsById, sameValue, shape } from '#modules/organisations';
import {
  Actions,
  Alert,
  Checkbox,
  DateText,
  ErrorSummary,
  Form,
  Section,
  Submit,
  Table,
  Tag,
  TextArea,
  type Ui,
} from '#ui';
import { decideProposal, proposalById } from '../proposals.ts';
import { recordName } from '../../pages/said.tsx';
import { networkWords } from '../../pages/words.ts';
import { Compared } from '../../records/compared.tsx';
import { placeReviewers } from '../place-proposals.ts';
import { attempt, base, blank, reading, type Refused, VettingPage } from './frame.tsx';
import { namesOf, waitingPlaces, waitingProposals } from './read.ts';
import { whoWillSee } from './who-will-see.ts';

export async function changesPage(req: Req) {
  const { ui, ctx } = req;
  const { rows, places } = await reading(ctx, async (tx) => ({
    rows: await waitingProposals(tx, ctx.network!.id),
    places: await waitingPlaces(tx, ctx.network!.id),
  }));
  const title = ui.t('directory.vetting.change.title');
  return (
    <VettingPage req={req} title={title} lead={ui.t('directory.vetting.change.lead')}>
      <Table
        ui={ui}
        caption={title}
        captionHidden
        rows={[...places, ...rows]}
        empty={ui.t('directory.vetting.change.none')}
        columns={[
          {
            key: 'name',
            label: ui.t('directory.vetting.queue.name'),
            cell: (row) =>
              row.hidden && !allows(placeReviewers, ctx) ? (
                row.name
              ) : (
                <a href={ui.href(base(ctx, `/changes/${row.hidden ? 'places/' : ''}${row.id}`))}>{row.name}</a>
              ),
          },
          {
            key: 'fields',
            label: ui.t('directory.vetting.change.fields'),
            cell: (row) =>
              row.hidden
                ? ui.t('directory.vetting.place.word')
                : row.fields.map((field) => ui.t(`directory.vetting.field1.${field}`)).join(', '),
          },
          { key: 'at', label: ui.t('directory.vetting.change.at'), cell: (row) => <DateText ui={ui} date={row.at} /> },
        ]}
      />
    </VettingPage>
  );
}

/** Says of a list who will see what is added to it and what is put right in it. */
function ListSeen({ ui, rec, field, wanted }: { ui: Ui; rec: Rec; field: string; wanted: unknown }) {
  const { added, changed } = whoWillSee(rec, field, wanted);
  const words = (audience: Audience) => ui.t(`directory.records.seen.${audience}`);
  return (
    <>
      {changed.length > 0 && (
        <p class="wm-soft">
          {ui.t('directory.vetting.change.changedSeen', { audience: changed.map(words).join(', ') })}
        </p>
      )}
      {added && <p class="wm-soft">{ui.t('directory.vetting.change.newSeen', { audience: words(added) })}</p>}
    </>
  );
}

export async function changePage(req: Req, refused: Refused = blank, ticked: readonly string[] | null = null) {
  const { ui, ctx } = req;
  await networkWords(ctx.app, ctx.network!);
  const id = req.params.id ?? '';
  const view = await reading(ctx, async (tx) => {
    const row = /^[0-9a-f-]{36}$/.test(id) ? await proposalById(tx, ctx.network!.id, id) : undefined;
    const [rec] = row ? await recordsById(tx, ctx.network!.id, [row.record_id]) : [];
    if (!row || !rec) throw Problem.notFound();
    const names = await namesOf(tx, ctx.network!.id, [row.organization_id]);
    return { row, rec, name: names.get(row.organization_id) ?? '' };
  });
  const { row, rec } = view;
  const fields = Object.keys(row.fields);
  const title = ui.t('directory.vetting.change.one');
  return (
    <VettingPage
      req={req}
      title={title}
      eyebrow={view.name}
      lead={ui.t(row.via === 'link' ? 'directory.vetting.change.viaLink' : 'directory.vetting.change.viaAccount')}
      crumbs={[
        { label: ui.t('directory.vetting.change.title'), href: ui.href(base(ctx, '/changes')) },
        { label: view.name, href: ui.href(base(ctx, `/${row.organization_id}`)) },
        { label: title },
      ]}
    >
      <ErrorSummary ui={ui} errors={refused.errors} labels={(name) => ui.t(`directory.vetting.change.${name}`)} />
      <p>
        {ui.t(`directory.vetting.kind.${rec.kind}`)}: {recordName(ui, rec)} ·{' '}
        <DateText ui={ui} date={row.proposed_at} />
      </p>
      {row.outcome && (
        <Alert kind="info" announce={false} title={ui.t(`directory.vetting.outcome.${row.outcome}`)}>
          {row.reason}
        </Alert>
      )}
      <Form ui={ui} action={ui.href(base(ctx, `/changes/${row.id}`))}>
        {fields.map((field) => (
          <Section title={ui.t(`directory.vetting.field1.${field}`)}>
            <Table
              ui={ui}
              caption={ui.t(`directory.vetting.field1.${field}`)}
              captionHidden
              rows={[
                { word: 'now', value: rec.fields[field] },
                { word: 'wanted', value: row.fields[field] },
              ]}
              columns={[
                {
                  key: 'word',
                  label: ui.t('directory.vetting.change.which'),
                  cell: ({ word }) => ui.t(`directory.vetting.change.${word}`),
                },
                {
                  key: 'value',
                  label: ui.t('directory.vetting.change.value'),
                  cell: ({ word, value }) => (
                    <Compared
                      ui={ui}
                      kind={rec.kind}
                      field={field}
                      value={value}
                      other={word === 'now' ? row.fields[field] : rec.fields[field]}
                      mark={word === 'now' ? 'goes' : 'comes'}
                    />
                  ),
                },
              ]}
            />
            {!row.outcome && shape[rec.kind][field]?.list && (
              <ListSeen ui={ui} rec={rec} field={field} wanted={row.fields[field]} />
            )}
            {!row.outcome && !sameValue(rec.fields[field] ?? null, row.before[field] ?? null) && (
              <p>
                <Tag>{ui.t('directory.vetting.change.meanwhile')}</Tag>
              </p>
            )}
            {!row.outcome && (
              <Checkbox
                ui={ui}
                name={`accept:${field}`}
                label={ui.t('directory.vetting.change.accept', { field: ui.t(`directory.vetting.field1.${field}`) })}
                checked={ticked ? ticked.includes(field) : true}
                optional
              />
            )}
          </Section>
        ))}
        {!row.outcome && (
          <>
            <TextArea
              ui={ui}
              name="reason"
              label={ui.t('directory.vetting.change.reason')}
              hint={ui.t('directory.vetting.change.reasonHint')}
              rows={3}
              value={refused.values.reason}
              errors={refused.errors}
              optional
            />
            <Actions>
              <Submit>{ui.t('directory.vetting.change.do')}</Submit>
            </Actions>
          </>
        )}
      </Form>
    </VettingPage>
  );
}

export async function postChange(req: Req) {
  const { fields } = await req.form();
  const accept = Object.keys(fields).flatMap((name) => (name.startsWith('accept:') ? [name.slice(7)] : []));
  return attempt(
    req,
    async () => {
      await decideProposal(req.ctx, { id: req.params.id ?? '', accept, reason: fields.reason ?? '' });
      return redirect(req, base(req.ctx, '/changes'), { said: 'directory.vetting.said.changeDecided' });
    },
    (refused) => changePage(req, refused, accept),
  );
}
