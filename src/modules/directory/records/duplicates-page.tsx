/** Likely duplicates: the list, and two records side by side; the look at what merging them does is in merge-page.tsx. */
import { page, Problem, type Req } from '#kernel';
import { type Rec, recordsById, shape } from '#modules/organisations';
import {
  Actions,
  Alert,
  Empty,
  Form,
  Hidden,
  Pager,
  pageFrom,
  Radios,
  Section,
  Submit,
  Table,
  Tag,
  TextField,
} from '#ui';
import { networkWords } from '../pages/words.ts';
import { likelyDuplicates, saysOther } from './duplicates.ts';
import { FormPage } from './form.tsx';
import {
  attempt,
  base,
  blank,
  crumbsTo,
  Entered,
  isId,
  nameOf,
  reading,
  recordPath,
  RecordsPage,
  type Refused,
} from './frame.tsx';
import { Lines } from './lines.tsx';
import { duplicateCrumbs, mergePage, postMerge } from './merge-page.tsx';
import { linesOf } from './value.ts';

const size = 50;

export async function duplicatesPage(req: Req) {
  const { ui, ctx } = req;
  const { pairs, comparing } = await likelyDuplicates(ctx);
  const at = pageFrom(req.query, pairs.length, size);
  const title = ui.t('directory.records.duplicates.title');
  return (
    <RecordsPage
      req={req}
      title={title}
      lead={ui.t('directory.records.duplicates.lead')}
      crumbs={crumbsTo(req, null, null, title)}
    >
      {comparing && (
        <Alert kind="info" announce={false}>
          {ui.t(`directory.records.duplicates.${pairs.length === 0 ? 'comparingFirst' : 'comparing'}`)}{' '}
          <a href={ui.href(base(ctx, '/duplicates'))}>{ui.t('directory.records.duplicates.again')}</a>
        </Alert>
      )}
      {pairs.length === 0 && comparing ? null : pairs.length === 0 ? (
        <Empty>{ui.t('directory.records.duplicates.none')}</Empty>
      ) : (
        <Table
          ui={ui}
          caption={title}
          captionHidden
          rows={pairs.slice((at - 1) * size, at * size)}
          columns={[
            {
              key: 'pair',
              label: ui.t('directory.records.duplicates.pair'),
              cell: (pair) => (
                <a href={ui.href(base(ctx, `/duplicates/${pair.id}/${pair.other.id}`))}>
                  {pair.name} / {pair.other.name}
                </a>
              ),
            },
            {
              key: 'kind',
              label: ui.t('directory.records.kind'),
              cell: (pair) => ui.t(`directory.vetting.kind.${pair.kind}`),
            },
            {
              key: 'because',
              label: ui.t('directory.records.duplicates.because'),
              cell: (pair) => pair.because.map((word) => ui.t(`directory.records.because.${word}`)).join(', '),
            },
          ]}
        />
      )}
      {pairs.length > 0 && <Pager ui={ui} total={pairs.length} size={size} page={at} />}
    </RecordsPage>
  );
}

async function twoOf(req: Req): Promise<[Rec, Rec]> {
  const { a, b } = req.params;
  if (!isId(a) || !isId(b) || a === b) throw Problem.notFound();
  const found = await reading(req.ctx, (tx) => recordsById(tx, req.ctx.network!.id, [a, b]));
  const [one, two] = [found.find((rec) => rec.id === a), found.find((rec) => rec.id === b)];
  if (!one || !two || one.kind !== two.kind || one.confidential !== two.confidential) throw Problem.notFound();
  return [one, two];
}

export async function comparePage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  await networkWords(ctx.app, ctx.network!);
  const pair = await twoOf(req);
  const [one, two] = pair;
  const title = ui.t('directory.records.duplicates.compare');
  const names = Object.keys(shape[one.kind]).filter(
    (name) =>
      shape[one.kind][name]!.class !== 'link' && (one.fields[name] !== undefined || two.fields[name] !== undefined),
  );
  const into = refused.values.into;
  const here = ui.href(base(ctx, `/duplicates/${one.id}/${two.id}`));
  return (
    <FormPage
      req={req}
      title={title}
      crumbs={duplicateCrumbs(req, title)}
      refused={refused}
      labels={(name) => ui.t(`directory.records.duplicates.${name}`)}
    >
      <Table
        ui={ui}
        caption={title}
        captionHidden
        rows={names}
        columns={[
          {
            key: 'field',
            label: ui.t('directory.records.field'),
            cell: (name) => (
              <>
                {ui.t(`directory.vetting.field1.${name}`)}{' '}
                {saysOther(one.fields[name], two.fields[name]) && (
                  <Tag>{ui.t('directory.records.duplicates.differs')}</Tag>
                )}
              </>
            ),
          },
          ...pair.map((rec, i) => ({
            key: String(i),
            label: `${i + 1}: ${nameOf(ui, rec)}`,
            cell: (name: string) => {
              const lines = linesOf(ui, name, rec.fields[name]);
              return lines.length > 0 ? <Lines lines={lines} /> : '–';
            },
          })),
        ]}
      />
      <p class="wm-row">
        {pair.map((rec, i) => (
          <a href={ui.href(recordPath(ctx, rec.id))}>
            {i + 1}: {nameOf(ui, rec)}
          </a>
        ))}
      </p>
      <Section title={ui.t('directory.records.duplicates.merge')}>
        <p>{ui.t('directory.records.duplicates.before')}</p>
        <Form ui={ui} action={here}>
          <Hidden name="step" value="look" />
          <Radios
            ui={ui}
            name="into"
            label={ui.t('directory.records.duplicates.into')}
            value={into}
            errors={refused.errors}
            options={pair.map((rec, i) => ({ value: rec.id, label: `${i + 1}: ${nameOf(ui, rec)}` }))}
          />
          <TextField
            ui={ui}
            name="reason"
            label={ui.t('directory.records.duplicates.reason')}
            value={refused.values.reason}
            errors={refused.errors}
            maxlength={500}
          />
          <Actions>
            <Submit>{ui.t('directory.records.duplicates.look')}</Submit>
          </Actions>
        </Form>
      </Section>
    </FormPage>
  );
}

export const postCompare = (req: Req) =>
  attempt(
    req,
    async () => {
      const [one, two] = await twoOf(req);
      const { fields } = await req.form();
      const { into, reason = '' } = fields;
      const errors: Record<string, string> = {};
      if (into !== one.id && into !== two.id) errors.into = req.ui.t('directory.records.duplicates.choose');
      if (reason.trim().length < 3) errors.reason = req.ui.t('directory.records.duplicates.reasonNeeded');
      if (Object.keys(errors).length > 0) throw new Entered(errors);
      const [stays, goes] = into === two.id ? [two, one] : [one, two];
      return fields.step === 'merge'
        ? postMerge(req, stays, goes, fields)
        : page(await mergePage(req, stays, goes, reason.trim()));
    },
    (refused) => comparePage(req, refused),
  );
