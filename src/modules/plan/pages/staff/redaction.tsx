/** Taking published text out: hiding it, at once and alone; and what became of earlier requests. The second person's page is redaction-decision.tsx. */
import { allows, type Req, redirect, type Tx } from '#kernel';
import {
  Actions,
  Alert,
  DateText,
  ErrorSummary,
  Form,
  Hidden,
  Radios,
  Section,
  Submit,
  Table,
  Tag,
  TextArea,
  type Ui,
} from '#ui';
import { networkId } from '../../drafting.ts';
import { factTexts, hideText, redactionDeciders, redactionReasons } from '../../redaction.ts';
import { readPlan } from '../../state.ts';
import { plans } from '../../tables.ts';
import { attempt, blank, type Refused } from './forms.ts';
import { base, me, PlanPage } from './frame.tsx';
import { planHere, reading } from './reading.ts';

export interface ListedRedaction {
  id: string;
  why: string;
  askedBy: string;
  askedByName: string | null;
  askedAt: Date;
  decidedByName: string | null;
  decidedAt: Date | null;
  outcome: 'confirmed' | 'refused' | null;
  places: number | null;
}

/** Every redaction of the network, newest first; never the text. */
export const listRedactions = (tx: Tx, network: string): Promise<ListedRedaction[]> =>
  plans(tx)
    .selectFrom('app.plan_redaction as r')
    .leftJoin('app.person as a', 'a.id', 'r.asked_by')
    .leftJoin('app.person as d', 'd.id', 'r.decided_by')
    .select([
      'r.id',
      'r.why',
      'r.asked_by as askedBy',
      'a.name as askedByName',
      'r.asked_at as askedAt',
      'd.name as decidedByName',
      'r.decided_at as decidedAt',
      'r.outcome',
      'r.places',
    ])
    .where('r.network_id', '=', network)
    .orderBy('r.asked_at', 'desc')
    .limit(200)
    .execute();

export const redactionsAt = (req: Req): string => `${base(req.ctx, req.params.plan)}/redactions`;

const isId = /^[0-9a-f-]{36}$/;

export async function redactionsPage(req: Req, form: Refused = blank) {
  const { ui, ctx } = req;
  const fact = form.values.fact ?? req.query.fact ?? '';
  const view = await reading(ctx, async (tx) => {
    const plan = await planHere(tx, ctx, req.params.plan);
    return {
      plan,
      fields: (await readPlan(tx, plan, 'draft')).fields,
      list: await listRedactions(tx, networkId(ctx)),
      whole: isId.test(fact) ? (await factTexts(tx, plan.id, fact)).texts : null,
    };
  });
  const title = ui.t('plan.staff.redaction.title');
  return (
    <PlanPage
      req={req}
      plan={view.plan}
      fields={view.fields}
      tab={null}
      title={title}
      lead={ui.t('plan.staff.redaction.lead')}
      crumbs={[{ label: title }]}
    >
      <ErrorSummary ui={ui} errors={form.errors} />
      <Form ui={ui} action={ui.href(redactionsAt(req))} unsaved>
        {view.whole ? <Whole ui={ui} fact={fact} texts={view.whole} /> : <Wording ui={ui} form={form} />}
        <Radios
          ui={ui}
          errors={form.errors}
          name="why"
          label={ui.t('plan.staff.redaction.why')}
          hint={ui.t('plan.staff.redaction.whyHint')}
          value={form.values.why}
          options={redactionReasons.map((why) => ({ value: why, label: ui.t(`plan.staff.redaction.why.${why}`) }))}
        />
        <p>{ui.t('plan.staff.redaction.atOnce')}</p>
        <Actions>
          <Submit kind="danger">{ui.t('plan.staff.redaction.hide')}</Submit>
        </Actions>
      </Form>
      <Elsewhere ui={ui} />
      <Requests req={req} list={view.list} />
    </PlanPage>
  );
}

const Wording = ({ ui, form }: { ui: Ui; form: Refused }) => (
  <>
    <TextArea
      ui={ui}
      name="text"
      label={ui.t('plan.staff.redaction.text')}
      hint={ui.t('plan.staff.redaction.textHint')}
      value={form.values.text}
      errors={form.errors}
      rows={3}
      maxlength={8000}
    />
    <TextArea
      ui={ui}
      name="other"
      label={ui.t('plan.staff.redaction.other')}
      hint={ui.t('plan.staff.redaction.otherHint')}
      value={form.values.other}
      errors={form.errors}
      rows={3}
      maxlength={8000}
      optional
    />
  </>
);

const Whole = ({ ui, fact, texts }: { ui: Ui; fact: string; texts: string[] }) => (
  <>
    <Hidden name="fact" value={fact} />
    <h2>{ui.t('plan.staff.redaction.whole')}</h2>
    {texts.map((text) => (
      <blockquote class="wm-lines">{text}</blockquote>
    ))}
  </>
);

/** What this cannot reach, said before anybody relies on it. */
export const Elsewhere = ({ ui }: { ui: Ui }) => (
  <Section title={ui.t('plan.staff.redaction.elsewhere')}>
    <ul>
      {(['search', 'backups', 'files', 'people', 'again'] as const).map((part) => (
        <li>{ui.t(`plan.staff.redaction.elsewhere.${part}`)}</li>
      ))}
    </ul>
  </Section>
);

function Requests({ req, list }: { req: Req; list: ListedRedaction[] }) {
  const { ui, ctx } = req;
  const mayDecide = (row: ListedRedaction) => allows(redactionDeciders, ctx) && row.askedBy !== me(ctx);
  const somebody = ui.t('plan.staff.somebody');
  return (
    <Section title={ui.t('plan.staff.redaction.requests')} id="requests">
      <Table
        ui={ui}
        caption={ui.t('plan.staff.redaction.requests')}
        captionHidden
        rows={list}
        empty={ui.t('plan.staff.redaction.none')}
        columns={[
          {
            key: 'asked',
            label: ui.t('plan.staff.redaction.askedBy'),
            cell: (row) => (
              <>
                {row.askedByName ?? somebody} · <DateText ui={ui} date={row.askedAt} />
              </>
            ),
          },
          {
            key: 'why',
            label: ui.t('plan.staff.redaction.whyShort'),
            cell: (row) => ui.t(`plan.staff.redaction.why.${row.why}`),
          },
          {
            key: 'fate',
            label: ui.t('plan.staff.history.fate'),
            cell: (row) =>
              row.outcome !== null ? (
                <>
                  {ui.t(`plan.staff.redaction.${row.outcome}`, {
                    who: row.decidedByName ?? somebody,
                    count: row.places ?? 0,
                  })}{' '}
                  <DateText ui={ui} date={row.decidedAt!} />
                </>
              ) : (
                <>
                  <Tag>{ui.t('plan.staff.redaction.hidden')}</Tag>{' '}
                  {mayDecide(row) ? (
                    <a href={ui.href(`${redactionsAt(req)}/${row.id}`)}>{ui.t('plan.staff.redaction.decide')}</a>
                  ) : (
                    ui.t('plan.staff.redaction.waits')
                  )}
                </>
              ),
          },
        ]}
      />
    </Section>
  );
}

export async function postRedaction(req: Req) {
  const { fields: values } = await req.form();
  return attempt(
    req,
    async () => {
      const whole = isId.test(values.fact ?? '');
      await hideText(req.ctx, {
        plan: req.params.plan!,
        ...(whole ? { fact: values.fact } : { text: values.text ?? '', ...(values.other && { other: values.other }) }),
        why: values.why as (typeof redactionReasons)[number],
      });
      return redirect(req, `${redactionsAt(req)}#requests`, { said: 'plan.staff.said.hidden' });
    },
    (errors) => redactionsPage(req, { values, errors }),
  );
}

/** A line on other pages while something is hidden: nothing can be published until it is decided. */
export const HiddenNote = ({ ui, href }: { ui: Ui; href: string }) => (
  <Alert kind="warning" announce={false} title={ui.t('plan.staff.redaction.waiting')}>
    <p>
      {ui.t('plan.problem.redactionWaiting')} <a href={href}>{ui.t('plan.staff.redaction.see')}</a>
    </p>
  </Alert>
);
