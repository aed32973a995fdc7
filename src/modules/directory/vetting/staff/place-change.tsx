/**
 * A hidden place that moved, as its provider says: opened with a reason, on one answer that is kept nowhere; accepted from there, or turned down without
 * being opened.
 */
import { z } from 'zod';
import { Problem, type Req, redirect, page } from '#kernel';
import {
  Actions,
  Alert,
  DateText,
  ErrorSummary,
  Form,
  Hidden,
  Section,
  Submit,
  SummaryList,
  TextArea,
  TextField,
} from '#ui';
import type { HiddenPlace } from '../../hidden-places.ts';
import { Lines } from '../../records/lines.tsx';
import { linesOf } from '../../records/value.ts';
import { decidePlace, openProposedPlace } from '../place-proposals.ts';
import { vetting } from '../tables.ts';
import { attempt, base, blank, reading, type Refused, VettingPage } from './frame.tsx';
import { namesOf } from './read.ts';

interface Opened {
  place: HiddenPlace;
  read: string;
}

const rowOf = ({ ctx, params }: Req) =>
  reading(ctx, async (tx) => {
    const id = z.uuid().safeParse(params.id);
    const row = id.success
      ? await vetting(tx)
          .selectFrom('app.directory_place_proposal')
          .select(['id', 'organization_id', 'location_id', 'proposed_at', 'via', 'outcome', 'reason'])
          .where('network_id', '=', ctx.network!.id)
          .where('id', '=', id.data)
          .executeTakeFirst()
      : undefined;
    if (!row) throw Problem.notFound();
    const names = await namesOf(tx, ctx.network!.id, [row.organization_id, row.location_id]);
    return { ...row, name: names.get(row.organization_id) ?? '', place: names.get(row.location_id) ?? '' };
  });

const labels: Record<string, string> = {
  why: 'directory.records.place.reason',
  reason: 'directory.vetting.place.why',
};

export async function placeChangePage(req: Req, refused: Refused = blank, opened: Opened | null = null) {
  const { ui, ctx } = req;
  const row = await rowOf(req);
  const title = ui.t('directory.vetting.place.title');
  const here = base(ctx, `/changes/places/${row.id}`);
  return (
    <VettingPage
      req={req}
      title={title}
      eyebrow={row.name}
      lead={ui.t(row.via === 'link' ? 'directory.vetting.change.viaLink' : 'directory.vetting.change.viaAccount')}
      crumbs={[
        { label: ui.t('directory.vetting.change.title'), href: ui.href(base(ctx, '/changes')) },
        { label: title },
      ]}
    >
      <ErrorSummary ui={ui} errors={refused.errors} labels={(name) => ui.t(labels[name] ?? name)} />
      <p>
        {row.place && `${ui.t('directory.vetting.kind.location')}: ${row.place} · `}
        <DateText ui={ui} date={row.proposed_at} />
      </p>
      {row.outcome ? (
        <Alert kind="info" announce={false} title={ui.t(`directory.vetting.outcome.${row.outcome}`)}>
          {row.reason}
        </Alert>
      ) : opened ? (
        <>
          <Alert kind="warning" title={ui.t('directory.vetting.place.opened')}>
            {ui.t('directory.vetting.place.openedLead')}
          </Alert>
          <SummaryList
            facts={Object.entries(opened.place).map(([name, value]) => ({
              term: ui.t(`directory.vetting.field1.${name}`),
              value: <Lines lines={linesOf(ui, name, value)} />,
            }))}
          />
          <Form ui={ui} action={ui.href(here)}>
            <Hidden name="accept" value="yes" />
            <Hidden name="read" value={opened.read} />
            <Actions>
              <Submit>{ui.t('directory.vetting.place.accept')}</Submit>
            </Actions>
          </Form>
        </>
      ) : (
        <Form ui={ui} action={ui.href(`${here}/opening`)} label={ui.t('directory.vetting.place.open')}>
          <p>{ui.t('directory.vetting.place.openLead')}</p>
          <TextField
            ui={ui}
            name="why"
            label={ui.t('directory.records.place.reason')}
            value={refused.values.why}
            errors={refused.errors}
            maxlength={300}
            autocomplete="off"
          />
          <Actions>
            <Submit>{ui.t('directory.vetting.place.open')}</Submit>
          </Actions>
        </Form>
      )}
      {!row.outcome && (
        <Section title={ui.t('directory.vetting.place.reject')}>
          <Form ui={ui} action={ui.href(here)} label={ui.t('directory.vetting.place.reject')}>
            <TextArea
              ui={ui}
              name="reason"
              label={ui.t('directory.vetting.place.why')}
              hint={ui.t('directory.vetting.place.reasonHint')}
              rows={3}
              value={refused.values.reason}
              errors={refused.errors}
            />
            <Actions>
              <Submit kind="outline">{ui.t('directory.vetting.place.reject')}</Submit>
            </Actions>
          </Form>
        </Section>
      )}
    </VettingPage>
  );
}

/** What is opened stands on this one answer, and is gone with it. */
export const postPlaceOpening = (req: Req) =>
  attempt(
    req,
    async () => {
      const { fields } = await req.form();
      const opened = await openProposedPlace({ ...req.ctx, purpose: fields.why ?? '' }, { id: req.params.id ?? '' });
      return page(await placeChangePage(req, blank, opened));
    },
    ({ values, errors }) =>
      placeChangePage(req, { values, errors: { ...errors, ...(errors.reason && { why: errors.reason, reason: '' }) } }),
  );

export const postPlaceChange = (req: Req) =>
  attempt(
    req,
    async () => {
      const { fields } = await req.form();
      await decidePlace(req.ctx, {
        id: req.params.id ?? '',
        accept: fields.accept === 'yes',
        read: fields.read ?? '',
        reason: fields.reason ?? '',
      });
      return redirect(req, base(req.ctx, '/changes'), { said: 'directory.vetting.said.changeDecided' });
    },
    (refused) => placeChangePage(req, refused),
  );
