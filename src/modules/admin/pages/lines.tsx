/** Help lines: the list in the order the public sees, and one form for a line. Adding, moving and removing are ordinary forms. */
import { type HelpLine, Problem, pick, type Req, redirect } from '#kernel';
import {
  Actions,
  Alert,
  BilingualField,
  Empty,
  type FieldErrors,
  Form,
  Hidden,
  LinkButton,
  Submit,
  SummaryList,
  Table,
  TextField,
} from '#ui';
import { orAgain, versionOf } from '../forms.ts';
import { addLine, raiseLine, readLines, removeLine, saveLine } from '../lines.ts';
import { adminPath, AdminPage } from './frame.tsx';

type Entered = Record<string, string>;

const enteredFrom = (line: HelpLine): Entered => ({
  'name.en': line.name.en,
  'name.es': line.name.es ?? '',
  'for.en': line.for.en,
  'for.es': line.for.es ?? '',
  phone: line.phone ?? '',
  sms: line.sms ?? '',
  smsWord: line.smsWord ?? '',
  chatUrl: line.chatUrl ?? '',
  'hours.en': line.hours.en,
  'hours.es': line.hours.es ?? '',
  'languages.en': line.languages.en,
  'languages.es': line.languages.es ?? '',
});

/** How a line is reached, in one row of words. */
const waysOf = (req: Req, line: HelpLine): string =>
  [
    line.phone && req.ctx.t('admin.lines.call', { number: line.phone }),
    line.sms && req.ctx.t('admin.lines.text', { number: line.sms, word: line.smsWord ?? '' }),
    line.chatUrl && req.ctx.t('admin.lines.chat', { host: new URL(line.chatUrl).host }),
  ]
    .filter(Boolean)
    .join(', ');

export async function linesPage(req: Req) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const lines = await readLines(ctx);
  const at = (key: string, rest = '') => ui.href(adminPath(req, `/lines/${key}${rest}`));
  return (
    <AdminPage
      req={req}
      tab="/admin/lines"
      title={t('admin.lines.title')}
      lead={t('admin.lines.lead')}
      actions={<LinkButton href={at('new')}>{t('admin.lines.add')}</LinkButton>}
    >
      {lines.length === 0 ? (
        <Empty>{t('admin.lines.none')}</Empty>
      ) : (
        <Table
          ui={ui}
          caption={t('admin.lines.title')}
          captionHidden
          rows={lines}
          columns={[
            {
              key: 'name',
              label: t('admin.lines.name'),
              cell: (line) => <a href={at(line.key)}>{pick(line.name, ctx.locale)}</a>,
            },
            { key: 'ways', label: t('admin.lines.ways'), cell: (line) => waysOf(req, line) },
            {
              key: 'order',
              label: t('admin.lines.order'),
              quiet: true,
              cell: (line) =>
                lines.indexOf(line) === 0 ? (
                  ''
                ) : (
                  <Form ui={ui} action={at(line.key, '/place')}>
                    <button class="wm-linkbutton wm-nowrap" type="submit">
                      {t('admin.lines.up')}
                      <span class="wm-sr"> {pick(line.name, ctx.locale)}</span>
                    </button>
                  </Form>
                ),
            },
          ]}
        />
      )}
    </AdminPage>
  );
}

export const newLinePage = (req: Req) => drawForm(req, null, {});

export async function lineAdded(req: Req) {
  const { fields } = await req.form();
  return orAgain(
    req,
    async () => {
      await addLine(req.ctx, fields as never);
      return redirect(req, adminPath(req, '/lines'), { said: 'admin.said.lineAdded' });
    },
    (errors) => drawForm(req, null, fields, errors),
  );
}

/** The line named in the address. Throws Problem.notFound. */
async function lineHere(req: Req): Promise<HelpLine> {
  const found = (await readLines(req.ctx)).find((line) => line.key === req.params.key);
  if (!found) throw Problem.notFound();
  return found;
}

export async function linePage(req: Req) {
  const line = await lineHere(req);
  return drawForm(req, line, enteredFrom(line));
}

export async function lineSaved(req: Req) {
  const { fields } = await req.form();
  const key = req.params.key ?? '';
  return orAgain(
    req,
    async () => {
      await saveLine(req.ctx, { ...fields, key } as never);
      return redirect(req, adminPath(req, '/lines'), { said: 'admin.said.lineSaved' });
    },
    async (errors, problem) => {
      const now = (await readLines(req.ctx)).find((line) => line.key === key) ?? null;
      // Removed by someone else meanwhile: what was entered is kept, and saving adds it again.
      if (!now) return drawForm(req, null, fields, errors);
      if (problem.kind !== 'conflict') return drawForm(req, now, fields, errors, fields.version);
      return drawForm(req, now, fields, errors, versionOf(now), now);
    },
  );
}

export async function lineRaised(req: Req) {
  await raiseLine(req.ctx, { key: req.params.key ?? '' });
  return redirect(req, adminPath(req, '/lines'), { said: 'admin.said.lineMoved' });
}

/** Removing takes a second look, because the public loses a number. */
export async function lineRemovalPage(req: Req) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const line = await lineHere(req);
  const last = ctx.network!.lines.length === 1;
  return (
    <AdminPage
      req={req}
      tab="/admin/lines"
      title={t('admin.lines.removeTitle')}
      lead={t(last ? 'admin.lines.removeLast' : 'admin.lines.removeLead')}
      up={{ label: t('admin.lines.title'), path: '/admin/lines' }}
    >
      <SummaryList
        facts={[
          { term: t('admin.lines.name'), value: pick(line.name, ctx.locale) },
          { term: t('admin.lines.ways'), value: waysOf(req, line) },
        ]}
      />
      <Form ui={ui} action={ui.href(adminPath(req, `/lines/${line.key}/removal`))}>
        <Actions>
          <Submit kind="danger">{t('admin.lines.remove')}</Submit>
          <a href={ui.href(adminPath(req, `/lines/${line.key}`))}>{t('admin.cancel')}</a>
        </Actions>
      </Form>
    </AdminPage>
  );
}

export async function lineRemoved(req: Req) {
  await removeLine(req.ctx, { key: req.params.key ?? '' });
  return redirect(req, adminPath(req, '/lines'), { said: 'admin.said.lineRemoved' });
}

function drawForm(
  req: Req,
  line: HelpLine | null,
  entered: Entered,
  errors?: FieldErrors,
  version?: string,
  savedMeanwhile?: HelpLine,
) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const title = line ? t('admin.lines.edit') : t('admin.lines.add');
  const both = (name: string) => ({ en: entered[`${name}.en`], es: entered[`${name}.es`] });
  return (
    <AdminPage
      req={req}
      tab="/admin/lines"
      title={title}
      errors={errors}
      up={{ label: t('admin.lines.title'), path: '/admin/lines' }}
    >
      {savedMeanwhile && (
        <Alert kind="warning" title={t('admin.conflictNow')} announce={false}>
          <SummaryList
            facts={[
              { term: t('admin.lines.name'), value: pick(savedMeanwhile.name, ctx.locale) },
              { term: t('admin.lines.for'), value: pick(savedMeanwhile.for, ctx.locale) },
              { term: t('admin.lines.ways'), value: waysOf(req, savedMeanwhile) },
              { term: t('admin.lines.hours'), value: pick(savedMeanwhile.hours, ctx.locale) },
              { term: t('admin.lines.languages'), value: pick(savedMeanwhile.languages, ctx.locale) },
            ]}
          />
        </Alert>
      )}
      <Form ui={ui} action={ui.href(adminPath(req, line ? `/lines/${line.key}` : '/lines'))} unsaved>
        {line && <Hidden name="version" value={version ?? versionOf(line)} />}
        <BilingualField
          ui={ui}
          name="name"
          label={t('admin.lines.name')}
          value={both('name')}
          errors={errors}
          maxlength={120}
        />
        <BilingualField
          ui={ui}
          name="for"
          label={t('admin.lines.for')}
          hint={t('admin.lines.forHint')}
          value={both('for')}
          errors={errors}
          maxlength={300}
          optional
        />
        <TextField
          ui={ui}
          name="phone"
          type="tel"
          label={t('admin.lines.phone')}
          hint={t('admin.lines.phoneHint')}
          value={entered.phone}
          errors={errors}
          maxlength={30}
          optional
        />
        <TextField
          ui={ui}
          name="sms"
          type="tel"
          label={t('admin.lines.sms')}
          value={entered.sms}
          errors={errors}
          maxlength={30}
          optional
        />
        <TextField
          ui={ui}
          name="smsWord"
          label={t('admin.lines.smsWord')}
          hint={t('admin.lines.smsWordHint')}
          value={entered.smsWord}
          errors={errors}
          maxlength={20}
          small
          optional
        />
        <TextField
          ui={ui}
          name="chatUrl"
          type="url"
          label={t('admin.lines.chatUrl')}
          hint={t('admin.lines.chatHint')}
          value={entered.chatUrl}
          errors={errors}
          maxlength={300}
          optional
        />
        <BilingualField
          ui={ui}
          name="hours"
          label={t('admin.lines.hours')}
          hint={t('admin.lines.hoursHint')}
          value={both('hours')}
          errors={errors}
          maxlength={200}
          optional
        />
        <BilingualField
          ui={ui}
          name="languages"
          label={t('admin.lines.languages')}
          hint={t('admin.lines.languagesHint')}
          value={both('languages')}
          errors={errors}
          maxlength={200}
          optional
        />
        <Actions>
          <Submit>{t('admin.save')}</Submit>
          {line ? (
            <a href={ui.href(adminPath(req, `/lines/${line.key}/removal`))}>{t('admin.lines.removeLink')}</a>
          ) : (
            <a href={ui.href(adminPath(req, '/lines'))}>{t('admin.cancel')}</a>
          )}
        </Actions>
      </Form>
    </AdminPage>
  );
}
