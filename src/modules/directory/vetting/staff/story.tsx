/** What happened to a provider, told: the four steps with what they showed, and every event in its order. */
import type { Child } from 'hono/jsx';
import { formatDay, type Moment, Table, Tag, Timeline, type Ui } from '#ui';
import { nextStep, type Step, steps } from '../../listing.ts';
import { criteria, visitChecks, type VisitReport } from '../evidence.ts';
import type { ProviderView, Told } from './read.ts';

type Words = Pick<Ui, 't' | 'locale'>;

/** The last event that settled a step since it was last opened again. */
function settled(view: ProviderView, step: Step): Told | undefined {
  const found = view.events.findLast(
    (event) => event.kind === step || (event.kind === 'skipped' && event.data.step === step),
  );
  const again = view.events.findLast((event) => event.kind === 'reopened');
  const from = again ? steps.indexOf((again.data.step as Step | undefined) ?? 'reviewed') : steps.length;
  return found && again && view.events.indexOf(found) < view.events.indexOf(again) && steps.indexOf(step) >= from
    ? undefined
    : found;
}

/** The four steps as a list: done, skipped, next, to come. */
export function StepsDone({ ui, view }: { ui: Ui; view: ProviderView }) {
  const next = nextStep(view.at.state);
  return (
    <Table
      ui={ui}
      caption={ui.t('directory.vetting.steps')}
      captionHidden
      rows={steps.map((step) => ({ step, event: settled(view, step) }))}
      columns={[
        {
          key: 'step',
          label: ui.t('directory.vetting.stepWord'),
          cell: ({ step }) => ui.t(`directory.vetting.step.${step}`),
        },
        {
          key: 'state',
          label: ui.t('directory.vetting.queue.state'),
          cell: ({ step, event }) =>
            event?.kind === 'skipped' ? (
              <Tag>{ui.t('directory.vetting.stepState.skipped')}</Tag>
            ) : (
              ui.t(`directory.vetting.stepState.${event ? 'done' : step === next ? 'next' : 'later'}`)
            ),
        },
        {
          key: 'who',
          label: ui.t('directory.vetting.stepShown'),
          cell: ({ event }) => (event ? <Evidence ui={ui} event={event} view={view} /> : '–'),
        },
      ]}
    />
  );
}

/** What an event holds, in words. */
export function Evidence({ ui, event, view }: { ui: Words; event: Told; view: ProviderView }) {
  const { data } = event;
  const text = (name: string) => (typeof data[name] === 'string' ? (data[name] as string) : '');
  const found = (name: string) => (text(name) ? ui.t(`directory.vetting.finding.${text(name)}`) : '');
  const lines: Child[] = [];
  let report: VisitReport | null = null;
  if (event.kind === 'reviewed')
    for (const one of criteria)
      if (text(one)) lines.push(`${ui.t(`directory.vetting.criterion.${one}`)}: ${found(one)}`);
  if (text('spokeWith')) lines.push(ui.t('directory.vetting.told1.spokeWith', { who: text('spokeWith') }));
  for (const one of ['first', 'second'] as const) if (text(one)) lines.push(`${text(one)}: ${found(`${one}Said`)}`);
  if (text('visit')) {
    const visit = view.visits.find(({ id }) => id === text('visit'));
    report = visit?.report ?? null;
  }
  if (text('saidBy'))
    lines.push(
      ui.t('directory.vetting.told1.choice', {
        who: text('saidBy'),
        day: formatDay(ui.locale, text('saidOn')),
        how: ui.t(`directory.vetting.how.${text('how') || 'phone'}`),
      }),
    );
  if (data.by === 'applicant') lines.push(ui.t('directory.vetting.told1.applicant'));
  for (const name of ['note', 'reason', 'words'] as const) if (text(name)) lines.push(text(name));
  if (lines.length === 0 && !report) return <>{event.by ?? '–'}</>;
  return (
    <>
      {lines.length > 0 && (
        <ul class="wm-tight">
          {lines.map((line) => (
            <li class="wm-lines">{line}</li>
          ))}
        </ul>
      )}
      {report && <Report ui={ui} report={report} />}
    </>
  );
}

/** A visitor's report as lines. */
export const Report = ({ ui, report }: { ui: Words; report: VisitReport }) => (
  <ul class="wm-tight">
    {visitChecks.map((check) => (
      <li>
        {ui.t(`directory.vetting.check.${check}`)} <b>{ui.t(`directory.vetting.answer.${report[check]}`)}</b>
      </li>
    ))}
    <li>{ui.t('directory.vetting.told1.met', { who: report.met })}</li>
    <li class="wm-lines">{report.note}</li>
  </ul>
);

/** Every event, newest first. */
export function Story({ ui, view }: { ui: Ui; view: ProviderView }) {
  const moments = view.events.toReversed().map(
    (event): Moment => ({
      when: event.on,
      by: event.by ?? undefined,
      title:
        event.kind === 'skipped'
          ? ui.t('directory.vetting.event.skipped', { step: ui.t(`directory.vetting.step.${String(event.data.step)}`) })
          : ui.t(`directory.vetting.event.${event.kind}`),
      body: Object.keys(event.data).some((key) => !['application', 'step', 'audience'].includes(key)) ? (
        <Evidence ui={ui} event={event} view={view} />
      ) : undefined,
    }),
  );
  return <Timeline ui={ui} moments={moments} />;
}
