/** A visitor's pages: the visits asked of them, and one of them to print, to take along on a phone, and to write down what was seen. */
import { type Req, redirect, authorOf } from '#kernel';
import {
  Actions,
  Alert,
  DateField,
  DateText,
  Empty,
  ErrorSummary,
  Form,
  Hidden,
  Radios,
  Section,
  Submit,
  SummaryList,
  TextArea,
  TextField,
} from '#ui';
import { visitAnswers, visitChecks, visitReport } from '../evidence.ts';
import { ownVisits, reportVisit, revealForVisit, viewVisit } from '../visits.ts';
import { attempt, blank, type Refused, VettingPage } from './frame.tsx';
import { Report } from './story.tsx';

const at = (req: Req, rest = '') => `/${req.ctx.network!.slug}/staff/visits${rest}`;

export async function visitsPage(req: Req) {
  const { ui, ctx } = req;
  const rows = await ownVisits(ctx);
  const list = (title: string, some: typeof rows) =>
    some.length > 0 && (
      <Section title={title}>
        <ul class="wm-plain-list">
          {some.map((row) => (
            <li>
              <a href={ui.href(at(req, `/${row.id}`))}>{row.name}</a>
              {row.reported_at
                ? row.visited_on && (
                    <>
                      {' '}
                      · <DateText ui={ui} date={row.visited_on} />
                    </>
                  )
                : row.due_on && (
                    <>
                      {' '}
                      · {ui.t('directory.vetting.visit.due')} <DateText ui={ui} date={row.due_on} />
                    </>
                  )}
            </li>
          ))}
        </ul>
      </Section>
    );
  return (
    <VettingPage req={req} title={ui.t('directory.vetting.visit.mine')} lead={ui.t('directory.vetting.visit.mineLead')}>
      {rows.length === 0 && <Empty>{ui.t('directory.vetting.visit.none')}</Empty>}
      {list(
        ui.t('directory.vetting.visit.toCome'),
        rows.filter((row) => !row.reported_at),
      )}
      {list(
        ui.t('directory.vetting.visit.past'),
        rows.filter((row) => row.reported_at),
      )}
    </VettingPage>
  );
}

/** The words at a field of the report. */
const labelOf = (ui: Req['ui'], name: string): string =>
  (visitChecks as readonly string[]).includes(name)
    ? ui.t(`directory.vetting.check.${name}`)
    : ui.t(`directory.vetting.visit.${name === 'note' ? 'seen' : name}`);

export async function visitPage(
  req: Req,
  refused: Refused = blank,
  told: { place: string; address: string[] } | null = null,
) {
  const { ui, ctx } = req;
  const { visit, name, contact, places } = await viewVisit(ctx, { id: req.params.id ?? '' });
  const { values, errors } = refused;
  const open = !visit.reported_at && !visit.ended_at;
  const own = visit.visitor_id === authorOf(ctx);
  return (
    <VettingPage
      req={req}
      title={ui.t('directory.vetting.visit.page', { name })}
      lead={ui.t(open ? 'directory.vetting.visit.pageLead' : 'directory.vetting.visit.over')}
      crumbs={own ? [{ label: ui.t('directory.vetting.visit.mine'), href: ui.href(at(req)) }, { label: name }] : []}
    >
      <ErrorSummary ui={ui} errors={errors} labels={(name) => labelOf(ui, name)} />
      <SummaryList
        facts={[
          {
            term: ui.t('directory.vetting.visit.call'),
            value:
              contact && [contact.name, ...(contact.phones ?? []).map((one) => one.number)].filter(Boolean).join(', '),
          },
          {
            term: ui.t('directory.vetting.visit.dueOn'),
            value: visit.due_on && <DateText ui={ui} date={visit.due_on} />,
          },
          {
            term: ui.t('directory.vetting.visit.note'),
            value: visit.note && <span class="wm-lines">{visit.note}</span>,
          },
          ...places.map((place) => ({
            term: place.name || ui.t('directory.vetting.kind.location'),
            value:
              place.address !== null ? (
                place.address.join('; ')
              ) : told?.place === place.id ? (
                <b>{told.address.join('; ') || ui.t('directory.vetting.visit.noAddress')}</b>
              ) : place.mayAsk && own ? (
                <Form ui={ui} action={ui.href(at(req, `/${visit.id}/place`))}>
                  <Hidden name="place" value={place.id} />
                  <Submit kind="outline">{ui.t('directory.vetting.visit.reveal')}</Submit>
                </Form>
              ) : (
                ui.t('directory.vetting.visit.hidden')
              ),
          })),
        ]}
      />
      {told && (
        <Alert kind="warning" announce={false}>
          {ui.t('directory.vetting.visit.keep')}
        </Alert>
      )}
      {visit.report ? (
        <Section title={ui.t('directory.vetting.visit.report')}>
          <Report ui={ui} report={visit.report} />
        </Section>
      ) : (
        open && (
          <Section title={ui.t('directory.vetting.visit.form')}>
            <p>{ui.t('directory.vetting.visit.formLead')}</p>
            <Form ui={ui} action={ui.href(at(req, `/${visit.id}`))} unsaved>
              {visitChecks.map((check) => (
                <Radios
                  ui={ui}
                  name={check}
                  label={ui.t(`directory.vetting.check.${check}`)}
                  value={values[check]}
                  errors={errors}
                  options={visitAnswers.map((one) => ({ value: one, label: ui.t(`directory.vetting.answer.${one}`) }))}
                  row
                />
              ))}
              <TextField
                ui={ui}
                name="met"
                label={ui.t('directory.vetting.visit.met')}
                value={values.met}
                errors={errors}
              />
              <TextArea
                ui={ui}
                name="note"
                label={ui.t('directory.vetting.visit.seen')}
                hint={ui.t('directory.vetting.visit.seenHint')}
                rows={6}
                value={values.note}
                errors={errors}
              />
              <DateField
                ui={ui}
                name="on"
                label={ui.t('directory.vetting.visit.on')}
                value={values.on}
                errors={errors}
              />
              <Actions>
                <Submit>{ui.t('directory.vetting.visit.send')}</Submit>
              </Actions>
            </Form>
          </Section>
        )
      )}
    </VettingPage>
  );
}

/** The address is on this one answer, and gone with it. */
export async function postPlace(req: Req) {
  const { fields } = await req.form();
  const found = await revealForVisit(
    { ...req.ctx, purpose: 'visit' },
    { id: req.params.id ?? '', place: fields.place ?? '' },
  );
  return visitPage(req, blank, found);
}

export const postReport = (req: Req) =>
  attempt(
    req,
    async () => {
      const { fields } = await req.form();
      const { on, ...report } = fields;
      await reportVisit(req.ctx, {
        id: req.params.id ?? '',
        on: on ?? '',
        report: Object.fromEntries(Object.keys(visitReport.shape).map((name) => [name, report[name] ?? ''])) as never,
      });
      return redirect(req, at(req, `/${req.params.id}`), { said: 'directory.vetting.said.reported' });
    },
    (refused) => visitPage(req, refused),
  );
