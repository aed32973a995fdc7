/** What a file brings, before it is written: counts, what is not kept and why, likely duplicates, the columns of a plain list, and the choices. */
import type { Ctx, Req } from '#kernel';
import {
  Actions,
  Alert,
  Checkbox,
  Details,
  ErrorSummary,
  type FieldErrors,
  Form,
  formatNumber,
  Hidden,
  Layout,
  PageHeader,
  Radios,
  Section,
  Select,
  Steps,
  Submit,
  Table,
  type Ui,
} from '#ui';
import { flatFields } from './flat.ts';
import type { ShownImport } from './pending.ts';
import type { Fault } from './rows.ts';
import { showings } from './store.ts';
import type { Likeness, Summary } from './summary.ts';
import { columnWords, reasonInWords } from './wording.ts';

export const base = (ctx: Pick<Ctx, 'network'>): string => `/${ctx.network!.slug}/staff/directory`;
export const crumbs = ({ ui, ctx }: Req, title: string) => [
  { label: ui.t('directory.records.title'), href: ui.href(base(ctx)) },
  { label: title },
];
export const importSteps = (ui: Pick<Ui, 't'>): string[] =>
  ['file', 'look', 'write'].map((step) => ui.t(`directory.exchange.step.${step}`));

/** Lines of a list that a page shows; the rest is counted. */
const mostLines = 200;
/** A longer list of what may be the same is folded up: the choices stand below it. */
const mostOpen = 10;
const kinds = ['organization', 'program', 'service', 'location', 'service_at_location'] as const;

export function previewPage(req: Req, shown: ShownImport, errors: FieldErrors = {}) {
  const { ui, ctx } = req;
  const { summary } = shown;
  const title = ui.t('directory.exchange.title.preview');
  const nothing =
    !summary.stopped && Object.keys(summary.new).length === 0 && Object.keys(summary.changed).length === 0;
  const at = `${base(ctx)}/import/${shown.id}`;
  const kept = summary.notes.filter(({ key }) => key.startsWith('kept')).length;
  const changed = Object.values(summary.changed).reduce((sum, n) => sum + n, 0);
  return (
    <Layout
      ui={ui}
      title={title}
      kind="staff"
      crumbs={[
        { label: ui.t('directory.exchange.title.import'), href: ui.href(`${base(ctx)}/import`) },
        { label: title },
      ]}
    >
      <PageHeader
        title={title}
        lead={shown.confirmed_at ? shown.filename : ui.t('directory.exchange.lead.preview', { file: shown.filename })}
      />
      <ErrorSummary ui={ui} errors={errors} />
      <Steps ui={ui} steps={importSteps(ui)} current={shown.confirmed_at ? 2 : 1} />
      {summary.stopped && (
        <Alert kind="error" title={ui.t('directory.exchange.stopped')} announce={false}>
          {ui.t('directory.exchange.stoppedText')}
        </Alert>
      )}
      {nothing && !shown.confirmed_at && (
        <Alert kind={kept > 0 ? 'info' : 'success'} announce={false}>
          {kept > 0 ? ui.t('directory.exchange.nothingKept', { count: kept }) : ui.t('directory.exchange.nothing')}
        </Alert>
      )}
      {summary.hidden > 0 && (
        <Alert kind="info" announce={false}>
          {ui.t('directory.exchange.hidden', { count: summary.hidden })}
        </Alert>
      )}
      <CountsTable ui={ui} summary={summary} />
      {!shown.confirmed_at && changed > 0 && (
        <p>
          <a href={ui.href(`${at}/differences`)}>{ui.t('directory.exchange.differences.see', { count: changed })}</a>
        </p>
      )}
      <Section title={ui.t('directory.exchange.rejected', { count: summary.rejected.length + summary.more })}>
        <Faults ui={ui} faults={summary.rejected} more={summary.more} />
      </Section>
      {summary.notes.length > 0 && (
        <Details summary={ui.t('directory.exchange.notes', { count: summary.notes.length })}>
          <Faults ui={ui} faults={summary.notes} more={0} />
        </Details>
      )}
      {summary.duplicates.length > 0 && <Duplicates ui={ui} pairs={summary.duplicates} />}
      {shown.confirmed_at ? (
        <Listing req={req} shown={shown} />
      ) : (
        <Choices ui={ui} at={at} shown={shown} errors={errors} />
      )}
      {!shown.confirmed_at && (
        <Form ui={ui} action={ui.href(`${at}/confirmation`)}>
          <Hidden name="basis" value={summary.basis} />
          <Actions>
            {!summary.stopped && !nothing && <Submit>{ui.t('directory.exchange.confirm')}</Submit>}
            <a href={ui.href(`${base(ctx)}/import`)}>{ui.t('directory.exchange.cancel')}</a>
          </Actions>
        </Form>
      )}
      {!shown.confirmed_at && (
        <Form ui={ui} action={ui.href(`${at}/removal`)}>
          <Actions>
            <Submit kind="outline">{ui.t('directory.exchange.drop')}</Submit>
          </Actions>
        </Form>
      )}
    </Layout>
  );
}

function CountsTable({ ui, summary }: { ui: Ui; summary: Summary }) {
  const plural = (kind: string) => `${kind}s`;
  const count = (n: number | undefined) => formatNumber(ui.locale, n ?? 0);
  const column = (key: string, of: (kind: string) => number | undefined) => ({
    key,
    label: ui.t(`directory.exchange.table.${key}`),
    numeric: true,
    cell: (kind: string) => count(of(kind)),
  });
  return (
    <Section title={ui.t('directory.exchange.counts')}>
      <Table
        ui={ui}
        caption={ui.t('directory.exchange.counts')}
        captionHidden
        rows={kinds.filter((kind) => (summary.read[plural(kind)] ?? 0) > 0)}
        columns={[
          {
            key: 'what',
            label: ui.t('directory.exchange.table.what'),
            cell: (kind) => ui.t(`directory.exchange.kind.${kind}`),
          },
          column('read', (kind) => summary.read[plural(kind)]),
          column('new', (kind) => summary.new[kind]),
          column('changed', (kind) => summary.changed[kind]),
          column('same', (kind) => summary.unchanged[kind]),
        ]}
      />
    </Section>
  );
}

/** What a column holds, and what it is called in the file. */
function ColumnName({ ui, fault }: { ui: Ui; fault: Fault }) {
  const { column, field } = fault;
  if (column === undefined) return <>–</>;
  const words = columnWords(ui.t, field ?? column);
  return (
    <>
      {words} <code>{column}</code>
    </>
  );
}

function Faults({ ui, faults, more }: { ui: Ui; faults: readonly Fault[]; more: number }) {
  const hidden = more + Math.max(0, faults.length - mostLines);
  return (
    <>
      <Table
        ui={ui}
        caption={ui.t('directory.exchange.column.why')}
        captionHidden
        empty={ui.t('directory.exchange.rejected.none')}
        rows={faults.slice(0, mostLines)}
        columns={[
          {
            key: 'where',
            label: ui.t('directory.exchange.column.where'),
            cell: (fault) => ui.t('directory.exchange.where', { file: fault.file, line: String(fault.line) }),
          },
          {
            key: 'field',
            label: ui.t('directory.exchange.column.field'),
            cell: (fault) => <ColumnName ui={ui} fault={fault} />,
          },
          { key: 'why', label: ui.t('directory.exchange.column.why'), cell: (fault) => reasonInWords(ui.t, fault) },
        ]}
      />
      {hidden > 0 && <p>{ui.t('directory.exchange.rejected.more', { count: hidden })}</p>}
    </>
  );
}

function Duplicates({ ui, pairs }: { ui: Ui; pairs: readonly Likeness[] }) {
  const list = (
    <Table
      ui={ui}
      caption={ui.t('directory.exchange.duplicates', { count: pairs.length })}
      captionHidden
      rows={pairs.slice(0, mostLines)}
      columns={[
        { key: 'new', label: ui.t('directory.exchange.duplicates.new'), cell: (pair) => pair.name },
        {
          key: 'other',
          label: ui.t('directory.exchange.duplicates.other'),
          cell: (pair) =>
            pair.other.inFile
              ? `${pair.other.name} (${ui.t('directory.exchange.duplicates.inFile')})`
              : pair.other.name,
        },
        {
          key: 'because',
          label: ui.t('directory.exchange.duplicates.because'),
          cell: (pair) => pair.because.map((one) => ui.t(`directory.exchange.because.${one}`)).join(', '),
        },
      ]}
    />
  );
  return (
    <Section title={ui.t('directory.exchange.duplicates', { count: pairs.length })}>
      <p>{ui.t('directory.exchange.duplicates.lead')}</p>
      {pairs.length > mostOpen ? <Details summary={ui.t('directory.exchange.duplicates.show')}>{list}</Details> : list}
    </Section>
  );
}

function Choices({ ui, at, shown, errors }: { ui: Ui; at: string; shown: ShownImport; errors: FieldErrors }) {
  const { choices, summary } = shown;
  const { list } = summary;
  const box = (name: 'skipBroken' | 'overwrite' | 'hidden') => (
    <Checkbox
      ui={ui}
      name={name}
      value="yes"
      label={ui.t(`directory.exchange.choice.${name}`)}
      checked={choices[name]}
      errors={errors}
    />
  );
  return (
    <Section title={ui.t('directory.exchange.choices')}>
      <Form ui={ui} action={ui.href(at)}>
        {list && (
          <Details summary={ui.t('directory.exchange.mapping')} open>
            <p>{ui.t('directory.exchange.mapping.lead')}</p>
            {list.headings.map((heading, i) => (
              <Select
                ui={ui}
                name={`column.${i}`}
                label={ui.t('directory.exchange.mapping.column', { column: heading || String(i + 1) })}
                blank={ui.t('directory.exchange.mapping.none')}
                value={list.mapping[heading]}
                options={Object.keys(flatFields).map((field) => ({
                  value: field,
                  label: ui.t(`directory.exchange.flat.${field}`),
                }))}
                errors={errors}
              />
            ))}
            {box('hidden')}
          </Details>
        )}
        <Radios
          ui={ui}
          name="show"
          label={ui.t('directory.exchange.choice.show')}
          value={choices.show}
          options={showings.map((value) => ({
            value,
            label: ui.t(`directory.exchange.choice.show.${value}`),
            hint: ui.t(`directory.exchange.choice.show.${value}.hint`),
          }))}
          errors={errors}
        />
        {box('skipBroken')}
        {box('overwrite')}
        <Actions>
          <Submit kind="outline">{ui.t('directory.exchange.reread')}</Submit>
        </Actions>
      </Form>
    </Section>
  );
}

function Listing({ req, shown }: { req: Req; shown: ShownImport }) {
  const { ui, ctx } = req;
  if (shown.choices.show === 'vetting' || shown.listed_at) return null;
  const who = ui.t(`directory.exchange.list.${shown.choices.show}`);
  const { actor } = ctx;
  const may = actor.kind === 'person' && actor.roles.has('directory_approver') && actor.personId !== shown.author_id;
  return (
    <Section title={ui.t('directory.exchange.asked')}>
      <p>{ui.t('directory.exchange.listText', { person: shown.author ?? '', who })}</p>
      {may ? (
        <Form ui={ui} action={ui.href(`${base(ctx)}/import/${shown.id}/listing`)}>
          <Submit>{ui.t('directory.exchange.list')}</Submit>
        </Form>
      ) : (
        <p>{ui.t('directory.exchange.problem.another')}</p>
      )}
    </Section>
  );
}
