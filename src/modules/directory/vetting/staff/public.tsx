/** What the public may see of a listed provider, field by field, as the provider said: who said so, when and how. */
import { type Req, redirect } from '#kernel';
import { type Audience, type Rec } from '#modules/organisations';
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
} from '#ui';
import { choiceWays, markable, publishListing } from '../actions.ts';
import { valueLines } from '../values.tsx';
import { attempt, base, blank, reading, type Refused, VettingPage } from './frame.tsx';
import { readProvider, recordName } from './read.ts';

const isPublic = (rec: Rec, field: string) => (rec.marks[field] as Audience | undefined) === 'public';

export async function publicPage(req: Req, refused: Refused = blank, ticked: readonly string[] | null = null) {
  const { ui, ctx } = req;
  const view = await reading(ctx, (tx) => readProvider(tx, ctx, req.params.id ?? ''));
  const title = ui.t('directory.vetting.publish.title');
  const at = base(ctx, `/${view.organization.id}`);
  const { values, errors } = refused;
  const chosen = (rec: Rec, field: string) =>
    ticked ? ticked.includes(`${rec.id}:${field}`) : view.at.chosen ? isPublic(rec, field) : false;
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
              <Section title={`${ui.t(`directory.vetting.kind.${rec.kind}`)}: ${recordName(rec)}`}>
                {rec.confidential && <p>{ui.t('directory.vetting.publish.hidden')}</p>}
                <FieldGroup legend={ui.t('directory.vetting.publish.fields')}>
                  {markable(rec).map((field) => (
                    <Checkbox
                      ui={ui}
                      name={`f:${rec.id}:${field}`}
                      label={ui.t(`directory.vetting.field1.${field}`)}
                      hint={valueLines(ui, field, rec.fields[field]).join('; ').slice(0, 200)}
                      checked={chosen(rec, field)}
                      optional
                    />
                  ))}
                </FieldGroup>
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
