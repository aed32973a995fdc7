/** What an import would change, value by value: the same two sides as a change that a provider asks for. */
import type { Req } from '#kernel';
import { Alert, Layout, PageHeader, Section, Table } from '#ui';
import { networkWords } from '../pages/words.ts';
import { Compared } from '../records/compared.tsx';
import { type Difference, viewDifferences } from './differences.ts';
import { base } from './preview-page.tsx';
import { columnWords } from './wording.ts';

export async function differencesPage(req: Req) {
  const { ui, ctx } = req;
  await networkWords(ctx.app, ctx.network!);
  const id = req.params.id!;
  const { filename, records, more } = await viewDifferences(ctx, { id });
  const title = ui.t('directory.exchange.title.differences');
  const back = ui.href(`${base(ctx)}/import/${id}`);
  return (
    <Layout
      ui={ui}
      title={title}
      kind="staff"
      crumbs={[
        { label: ui.t('directory.exchange.title.import'), href: ui.href(`${base(ctx)}/import`) },
        { label: ui.t('directory.exchange.title.preview'), href: back },
        { label: title },
      ]}
    >
      <PageHeader title={title} lead={ui.t('directory.exchange.lead.differences', { file: filename })} />
      {records.length === 0 && <p>{ui.t('directory.exchange.differences.none')}</p>}
      {records.map((one) => (
        <Section title={one.name || ui.t(`directory.vetting.kind.${one.kind}`)}>
          <p class="wm-soft">
            {ui.t(`directory.vetting.kind.${one.kind}`)} ·{' '}
            {ui.t('directory.exchange.where', { file: one.file, line: String(one.line) })}
          </p>
          {one.place && (
            <Alert kind="info" announce={false}>
              {ui.t(`directory.exchange.differences.${one.place}`)}
            </Alert>
          )}
          {one.fields.length > 0 && <Values ui={ui} one={one} />}
        </Section>
      ))}
      {more > 0 && <p>{ui.t('directory.exchange.differences.more', { count: more })}</p>}
      <p>
        <a href={back}>{ui.t('directory.exchange.differences.back')}</a>
      </p>
    </Layout>
  );
}

function Values({ ui, one }: { ui: Req['ui']; one: Difference }) {
  const side = (key: 'now' | 'wanted') => ({
    key,
    label: ui.t(`directory.exchange.differences.${key}`),
    cell: (field: Difference['fields'][number]) => (
      <Compared
        ui={ui}
        kind={one.kind}
        field={field.name}
        value={field[key]}
        other={field[key === 'now' ? 'wanted' : 'now']}
        mark={key === 'now' ? 'goes' : 'comes'}
      />
    ),
  });
  return (
    <Table
      ui={ui}
      caption={one.name || ui.t(`directory.vetting.kind.${one.kind}`)}
      captionHidden
      rows={one.fields}
      columns={[
        {
          key: 'field',
          label: ui.t('directory.exchange.differences.field'),
          cell: ({ name, locale }) => {
            const words = columnWords(ui.t, name.replace(/^parent_/, '')) ?? name;
            return locale ? `${words} (${ui.t(`ui.language.${locale}`)})` : words;
          },
        },
        side('now'),
        side('wanted'),
      ]}
    />
  );
}
