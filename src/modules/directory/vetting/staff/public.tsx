/** What the public may see of a listed provider, field by field, as the provider said: who said so, when and how. */
import { type Req, redirect } from '#kernel';
import { type Rec, shape } from '#modules/organisations';
import {
  Actions,
  Alert,
  Checkbox,
  DateField,
  ErrorSummary,
  FieldGroup,
  Form,
  Radios,
  Section,
  Submit,
  TextField,
  type Ui,
} from '#ui';
import { choosable, markable, openNow } from '../../choice.ts';
import { recordName } from '../../pages/said.tsx';
import { networkWords } from '../../pages/words.ts';
import { childrenIn } from '../../records/sections.ts';
import { childWords, linesOf } from '../../records/value.ts';
import { choiceWays, publishListing } from '../actions.ts';
import { attempt, base, blank, reading, type Refused, VettingPage } from './frame.tsx';
import { readProvider } from './read.ts';

export async function publicPage(req: Req, refused: Refused = blank, ticked: readonly string[] | null = null) {
  const { ui, ctx } = req;
  await networkWords(ctx.app, ctx.network!);
  const view = await reading(ctx, (tx) => readProvider(tx, ctx, req.params.id ?? ''));
  const title = ui.t('directory.vetting.publish.title');
  const at = base(ctx, `/${view.organization.id}`);
  const { values, errors } = refused;
  const open = new Set(view.records.flatMap((rec) => openNow(rec).map((name) => `${rec.id}:${name}`)));
  const chosen = (rec: Rec, name: string) =>
    ticked ? ticked.includes(`${rec.id}:${name}`) : view.at.chosen && open.has(`${rec.id}:${name}`);
  return (
    <VettingPage
      req={req}
      title={title}
      eyebrow={view.name}
      lead={ui.t('directory.vetting.publish.lead')}
      crumbs={[
        { label: ui.t('directory.vetting.queue.title'), href: ui.href(base(ctx)) },
        { label: view.name, href: ui.href(at) },
        { label: title },
      ]}
    >
      <ErrorSummary
        ui={ui}
        errors={errors}
        labels={(name) => (name.startsWith('f:') ? undefined : ui.t(`directory.vetting.publish.${name}`))}
      />
      {view.at.state !== 'listed' ? (
        <Alert kind="info" announce={false}>
          {ui.t('directory.vetting.refused.published')}
        </Alert>
      ) : (
        <Form ui={ui} action={ui.href(`${at}/public`)}>
          <Section title={ui.t('directory.vetting.publish.who')}>
            <TextField
              ui={ui}
              name="saidBy"
              label={ui.t('directory.vetting.publish.saidBy')}
              value={values.saidBy}
              errors={errors}
            />
            <DateField
              ui={ui}
              name="saidOn"
              label={ui.t('directory.vetting.publish.saidOn')}
              value={values.saidOn}
              errors={errors}
            />
            <Radios
              ui={ui}
              name="how"
              label={ui.t('directory.vetting.publish.how')}
              value={values.how}
              errors={errors}
              options={choiceWays.map((way) => ({ value: way, label: ui.t(`directory.vetting.how.${way}`) }))}
            />
          </Section>
          {view.records
            .filter((rec) => markable(rec).length > 0)
            .map((rec) => (
              <Section title={`${ui.t(`directory.vetting.kind.${rec.kind}`)}: ${recordName(ui, rec)}`}>
                {rec.confidential && <p>{ui.t('directory.vetting.publish.hidden')}</p>}
                <Choices ui={ui} rec={rec} chosen={chosen} />
              </Section>
            ))}
          <Actions>
            <Submit>{ui.t('directory.vetting.publish.do')}</Submit>
          </Actions>
        </Form>
      )}
    </VettingPage>
  );
}

/** Single values under one heading; each list under its own, child by child. */
function Choices({ ui, rec, chosen }: { ui: Ui; rec: Rec; chosen: (rec: Rec, name: string) => boolean }) {
  const box = (name: string, label: string, hint?: string) => (
    <Checkbox ui={ui} name={`f:${rec.id}:${name}`} label={label} hint={hint} checked={chosen(rec, name)} optional />
  );
  const singles = choosable(rec).filter((name) => !name.includes('/'));
  return (
    <>
      {singles.length > 0 && (
        <FieldGroup legend={ui.t('directory.vetting.publish.fields')}>
          {singles.map((name) =>
            box(
              name,
              ui.t(`directory.vetting.field1.${name}`),
              linesOf(ui, name, rec.fields[name]).join('; ').slice(0, 200),
            ),
          )}
        </FieldGroup>
      )}
      {markable(rec)
        .filter((name) => shape[rec.kind][name]!.list)
        .map((list) => (
          <FieldGroup legend={ui.t(`directory.vetting.field1.${list}`)}>
            {childrenIn(rec.fields, list).map((child) =>
              box(`${list}/${child.id}`, childWords(ui, list, child) || ui.t(`directory.vetting.field1.${list}`)),
            )}
          </FieldGroup>
        ))}
    </>
  );
}

export async function postPublic(req: Req) {
  const { fields } = await req.form();
  const ticked = Object.keys(fields).flatMap((name) => (name.startsWith('f:') ? [name.slice(2)] : []));
  return attempt(
    req,
    async () => {
      await publishListing(req.ctx, {
        organization: req.params.id ?? '',
        fields: ticked,
        saidBy: fields.saidBy ?? '',
        saidOn: fields.saidOn ?? '',
        how: fields.how as 'phone',
      });
      return redirect(req, base(req.ctx, `/${req.params.id}`), { said: 'directory.vetting.said.published' });
    },
    (refused) => publicPage(req, refused, ticked),
  );
}
