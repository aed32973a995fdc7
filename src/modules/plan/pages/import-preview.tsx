/** What a file turned out to hold and what importing it would change, on one page, with everything that was guessed ready to be corrected. */
import type { Child } from 'hono/jsx';
import type { Req } from '#kernel';
import {
  Actions,
  Alert,
  DateField,
  Details,
  ErrorSummary,
  type FieldErrors,
  Form,
  formatDay,
  formatNumber,
  formatPercent,
  Hidden,
  Layout,
  PageHeader,
  Radios,
  Section,
  Select,
  Steps,
  Submit,
  SummaryList,
  StatusTag,
  Table,
  TextField,
  type Ui,
} from '#ui';
import type { Preview } from '../importing.ts';
import { wholePercent } from '../progress.ts';
import { statusClasses } from '../shape.ts';
import { ChangeLists, More, mostLines } from './import-lists.tsx';
import { base } from './staff/frame.tsx';
import { inLocale } from './words.ts';

export const importSteps = (ui: Pick<Ui, 't'>): string[] => [
  ui.t('plan.import.step.choose'),
  ui.t('plan.import.step.check'),
  ui.t('plan.import.step.done'),
];

export function previewPage(req: Req, shown: Preview, errors: FieldErrors) {
  const { ui, ctx } = req;
  const { changes } = shown;
  const home = shown.planExists ? base(ctx, shown.slug) : base(ctx);
  const name = inLocale(changes.fields.title, ui.locale);
  return (
    <Layout
      ui={ui}
      title={ui.t('plan.import.check')}
      kind="staff"
      crumbs={[
        { label: ui.t('plan.import.crumb.plans'), href: ui.href(base(ctx)) },
        ...(shown.planExists ? [{ label: name, href: ui.href(home) }] : []),
        { label: ui.t('plan.import.check') },
      ]}
    >
      <PageHeader
        title={ui.t('plan.import.check')}
        eyebrow={shown.planExists ? name : ui.t('plan.import.newPlan', { plan: name, slug: shown.slug })}
        lead={ui.t('plan.import.checkLead', { file: shown.filename, day: formatDay(ui.locale, shown.asOf) })}
      />
      <ErrorSummary ui={ui} errors={errors} />
      <Steps ui={ui} steps={importSteps(ui)} current={1} />
      <Verdict ui={ui} shown={shown} />
      <Summary ui={ui} shown={shown} />
      <Problems ui={ui} shown={shown} />
      <Totals ui={ui} shown={shown} />
      <Mapping req={req} shown={shown} errors={errors} />
      <ChangeLists ui={ui} shown={shown} />
      {shown.ready && !shown.nothing ? (
        <Form ui={ui} action={ui.href(`${base(ctx)}/import/${shown.id}/confirmation`)}>
          <Hidden name="basis" value={shown.basis} />
          <p>{ui.t('plan.import.confirmNote')}</p>
          <Actions>
            <Submit>{ui.t('plan.import.confirm')}</Submit>
            <a href={ui.href(home)}>{ui.t('plan.import.cancel')}</a>
          </Actions>
        </Form>
      ) : (
        <p>
          <a href={ui.href(shown.ready ? home : `${base(ctx)}/import`)}>
            {ui.t(shown.ready ? 'plan.import.back' : 'plan.import.otherFile')}
          </a>
        </p>
      )}
    </Layout>
  );
}

function Verdict({ ui, shown }: { ui: Ui; shown: Preview }) {
  const stops = shown.problems.filter((problem) => problem.severity === 'error').length;
  if (stops > 0)
    return (
      <Alert kind="error" title={ui.t('plan.import.stops', { count: stops })} announce={false}>
        {ui.t('plan.import.stopsWhat')}
      </Alert>
    );
  if (shown.nothing)
    return (
      <Alert kind="success" title={ui.t('plan.import.nothing')} announce={false}>
        {ui.t('plan.import.nothingWhat')}
      </Alert>
    );
  return null;
}

function Summary({ ui, shown }: { ui: Ui; shown: Preview }) {
  const { changes, choices } = shown;
  const count = (n: number) => formatNumber(ui.locale, n);
  const moved = changes.changed.filter((change) => change.moved).length;
  const scoped = changes.scope.filter((change) => change.row).length;
  const removing = choices.missing === 'remove';
  return (
    <Section title={ui.t('plan.import.what')}>
      <SummaryList
        facts={[
          { term: ui.t('plan.import.added'), value: count(changes.added.length) },
          { term: ui.t('plan.import.changed'), value: count(changes.changed.length) },
          moved > 0 && { term: ui.t('plan.import.moved'), value: count(moved) },
          { term: ui.t('plan.import.statuses'), value: count(changes.statuses.length) },
          scoped > 0 && { term: ui.t('plan.import.scope'), value: count(scoped) },
          { term: ui.t('plan.import.untouched'), value: count(changes.untouched) },
          changes.missing.length > 0 && {
            term: ui.t(removing ? 'plan.import.leaving' : 'plan.import.missing'),
            value: count(changes.missing.length),
          },
          changes.totals && {
            term: ui.t('plan.import.totals'),
            value: ui.t('plan.import.totalsOf', { day: formatDay(ui.locale, changes.totals.asOf) }),
          },
        ]}
      />
    </Section>
  );
}

function Problems({ ui, shown }: { ui: Ui; shown: Preview }) {
  if (shown.problems.length === 0) return null;
  const list = [...shown.problems].sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
  return (
    <Section title={ui.t('plan.import.problems')} id="problems">
      <Table
        ui={ui}
        caption={ui.t('plan.import.problems')}
        captionHidden
        rows={list.slice(0, mostLines)}
        columns={[
          {
            key: 'line',
            label: ui.t('plan.import.line'),
            cell: (problem) =>
              problem.cell ?? ui.t('plan.import.lineNumber', { line: formatNumber(ui.locale, problem.line) }),
          },
          {
            key: 'kind',
            label: ui.t('plan.import.kind'),
            cell: (problem) => ui.t(`plan.import.severity.${problem.severity}`),
          },
          { key: 'said', label: ui.t('plan.import.said'), cell: (problem) => problem.message },
        ]}
      />
      <More ui={ui} all={list.length} />
    </Section>
  );
}

/** What the document prints beside what was counted in it. */
function Totals({ ui, shown: { counted, leaves, read } }: { ui: Ui; shown: Preview }) {
  const printed = read.published;
  const rows = statusClasses
    .filter((status) => counted[status] > 0 || (printed && status in printed))
    .map((status) => ({
      name: <StatusTag ui={ui} status={status} />,
      printed: printed && status in printed ? printed[status as 'done'] : null,
      counted: counted[status],
    }));
  const counting = leaves - counted.excluded;
  const known = counting - counted.unknown;
  const figures: { name: Child; printed: string; counted: string }[] = rows.map((row) => ({
    name: row.name,
    printed: row.printed === null ? '' : formatNumber(ui.locale, row.printed),
    counted: formatNumber(ui.locale, row.counted),
  }));
  figures.push({
    name: ui.t('plan.import.all'),
    printed: printed
      ? formatNumber(ui.locale, printed.done + printed.active + printed.notBegun + printed.excluded)
      : '',
    counted: formatNumber(ui.locale, leaves),
  });
  const percent = known > 0 ? wholePercent(counted.done, counting) : null;
  figures.push({
    name: ui.t('plan.import.percent'),
    printed: printed?.percent === undefined ? '' : formatPercent(ui.locale, printed.percent),
    counted: percent === null ? ui.t('plan.import.noPercent') : formatPercent(ui.locale, percent),
  });
  return (
    <Section title={ui.t('plan.import.found')}>
      <p>
        {read.levels.map(({ name, count }) => ui.t('plan.import.levelCount', { name, count })).join(', ')}
        {'. '}
        {printed
          ? ui.t('plan.import.printedOn', { day: formatDay(ui.locale, printed.asOf) })
          : ui.t('plan.import.noneprinted')}
      </p>
      <Table
        ui={ui}
        caption={ui.t('plan.import.found')}
        captionHidden
        narrow="scroll"
        rows={figures}
        columns={[
          { key: 'name', label: ui.t('plan.import.status'), cell: (row) => row.name },
          ...(printed
            ? [
                {
                  key: 'printed',
                  label: ui.t('plan.import.printed'),
                  numeric: true,
                  cell: (row: (typeof figures)[number]) => row.printed,
                },
              ]
            : []),
          { key: 'counted', label: ui.t('plan.import.counted'), numeric: true, cell: (row) => row.counted },
        ]}
      />
    </Section>
  );
}

/** Everything that was guessed. */
function Mapping({ req, shown, errors }: { req: Req; shown: Preview; errors: FieldErrors }) {
  const { ui, ctx } = req;
  const { read, changes, choices } = shown;
  const unmapped = read.statusWords.some((word) => word.class === null);
  const levels = changes.fields.levels.map((level) => inLocale(level.one, ui.locale));
  return (
    <Section title={ui.t('plan.import.mapping')} id="mapping">
      <p>{ui.t(unmapped ? 'plan.import.mappingNeeded' : 'plan.import.mappingLead')}</p>
      <Form ui={ui} action={ui.href(`${base(ctx)}/import/${shown.id}`)}>
        {!shown.planExists && (
          <TextField
            ui={ui}
            name="title"
            label={ui.t('plan.import.field.title')}
            value={changes.fields.title.en}
            maxlength={200}
            errors={errors}
          />
        )}
        <Details summary={ui.t('plan.import.levels', { names: levels.join(' → ') })}>
          {changes.fields.levels.map((level, n) => (
            <TextField
              ui={ui}
              name={`level.${n}`}
              label={ui.t('plan.import.levelName', { n: n + 1, count: read.levels[n]?.count ?? 0 })}
              value={choices.levelNames?.[n] || inLocale(level.one, 'en')}
              maxlength={60}
              errors={errors}
            />
          ))}
        </Details>
        {read.statusWords.length > 0 && (
          <Details summary={ui.t('plan.import.words', { count: read.statusWords.length })} open={unmapped}>
            {read.statusWords.map((word, n) => (
              <>
                <Hidden name={`word.${n}`} value={word.word} />
                <Select
                  ui={ui}
                  name={`class.${n}`}
                  label={ui.t('plan.import.word', { word: word.word, count: word.count })}
                  value={word.class ?? ''}
                  {...(word.class === null ? { blank: ui.t('plan.import.choose') } : {})}
                  options={statusClasses.map((status) => ({ value: status, label: ui.t(`ui.status.${status}`) }))}
                  errors={errors}
                />
              </>
            ))}
          </Details>
        )}
        <Details
          summary={ui.t('plan.import.day', { day: formatDay(ui.locale, shown.asOf) })}
          open={Boolean(errors.asOf)}
        >
          <DateField
            ui={ui}
            name="asOf"
            label={ui.t('plan.import.field.asOf')}
            hint={ui.t('plan.import.field.asOfHint')}
            value={shown.asOf}
            errors={errors}
          />
        </Details>
        {changes.missing.length > 0 && (
          <Details
            summary={ui.t('plan.import.missingWhat', { count: changes.missing.length })}
            open={choices.missing === 'remove' || Boolean(errors.removedOn)}
          >
            <Radios
              ui={ui}
              name="missing"
              label={ui.t('plan.import.missingLabel')}
              value={choices.missing ?? 'keep'}
              options={[
                { value: 'keep', label: ui.t('plan.import.missingKeep') },
                { value: 'remove', label: ui.t('plan.import.missingRemove'), hint: ui.t('plan.import.missingHint') },
              ]}
              errors={errors}
            />
            <DateField
              ui={ui}
              name="removedOn"
              label={ui.t('plan.import.removedOn')}
              value={choices.removedOn ?? shown.asOf}
              errors={errors}
              optional
            />
          </Details>
        )}
        <Actions>
          <Submit kind="outline">{ui.t('plan.import.again')}</Submit>
        </Actions>
      </Form>
    </Section>
  );
}
