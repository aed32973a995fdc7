/** Every version of a record with what changed, word by word, and every time somebody made sure; of a merged record too. */
import { Problem, type Req } from '#kernel';
import {
  type Audience,
  type Check,
  currentId,
  type Fields,
  type Marks,
  recordKind,
  recordsById,
  sameValue,
  storiesOf,
  type Version,
} from '#modules/organisations';
import { Alert, DateText, Diff, type Moment, Section, Timeline, type Ui } from '#ui';
import { networkWords } from '../pages/words.ts';
import { crumbsTo, isId, nameOf, reading, recordPath, RecordsPage } from './frame.tsx';
import { markOf, Seen } from './mark.tsx';
import { type Child, childrenIn } from './sections.ts';
import { childWords, valueWords } from './value.ts';

const mostShown = 100;

export async function historyPage(req: Req) {
  const { ui, ctx } = req;
  const id = req.params.id;
  if (!isId(id)) throw Problem.notFound();
  const networkId = ctx.network!.id;
  await networkWords(ctx.app, ctx.network!);
  const view = await reading(ctx, async (tx) => {
    const row = await recordKind(tx, networkId, id);
    if (!row) throw Problem.notFound();
    const story = (await storiesOf(tx, networkId, [id])).get(id)!;
    const now = await currentId(tx, networkId, id);
    const found = await recordsById(tx, networkId, [now, row.organizationId]);
    const into = found.find((one) => one.id === now) ?? null;
    return {
      kind: row.kind,
      story,
      merged: now !== id,
      into,
      provider: found.find((one) => one.id === (into?.organizationId ?? '')) ?? null,
    };
  });
  const { versions, checks } = view.story;
  const title = ui.t('directory.records.history.title');
  const newest = versions.at(-1);
  return (
    <RecordsPage
      req={req}
      title={title}
      eyebrow={newest && nameOf(ui, { kind: view.kind, fields: newest.fields })}
      lead={ui.t('directory.records.history.lead')}
      crumbs={crumbsTo(req, view.provider, view.into, title)}
    >
      {view.merged && view.into && (
        <Alert kind="info" announce={false} title={ui.t('directory.records.history.merged')}>
          <a href={ui.href(recordPath(ctx, view.into.id))}>{nameOf(ui, view.into)}</a>
        </Alert>
      )}
      <Section title={ui.t('directory.records.history.versions', { count: versions.length })}>
        <Timeline ui={ui} moments={momentsOf(ui, versions)} />
        {versions.length > mostShown && <p class="wm-soft">{ui.t('directory.records.history.older')}</p>}
      </Section>
      <Section title={ui.t('directory.records.history.checks')}>
        {checks.length === 0 ? (
          <p class="wm-soft">{ui.t('directory.records.neverChecked')}</p>
        ) : (
          <Checks ui={ui} checks={checks} />
        )}
      </Section>
    </RecordsPage>
  );
}

function momentsOf(ui: Ui, versions: readonly Version[]): Moment[] {
  return versions
    .map((version, i): Moment => {
      const before = versions[i - 1];
      return {
        when: version.at,
        by: version.by ?? ui.t('directory.records.nobody'),
        title: ui.t(`directory.records.source.${version.source}`),
        body: (
          <>
            {version.note && !['public', 'merge'].includes(version.note) && <p>{version.note}</p>}
            {version.note === 'merge' && <p>{ui.t('directory.records.history.moved')}</p>}
            {before ? (
              <Changes ui={ui} before={before} after={version} />
            ) : (
              <p>{ui.t('directory.records.history.first')}</p>
            )}
          </>
        ),
      };
    })
    .reverse()
    .slice(0, mostShown);
}

/** What one version changed: texts word by word, lists child by child, translations, and who may see it. */
export function Changes({
  ui,
  before,
  after,
}: {
  ui: Ui;
  before: Pick<Version, 'fields' | 'marks'>;
  after: Pick<Version, 'fields' | 'marks'>;
}) {
  const names = [...new Set([...Object.keys(before.fields), ...Object.keys(after.fields)])].filter(
    (name) => name !== 'translations' && !sameValue(before.fields[name], after.fields[name]),
  );
  const spanish = (one: Pick<Version, 'fields'>) =>
    (one.fields.translations as { es?: Record<string, string> } | undefined)?.es ?? {};
  const [old, young] = [spanish(before), spanish(after)];
  const translated = [...new Set([...Object.keys(old), ...Object.keys(young)])].filter(
    (name) => old[name] !== young[name],
  );
  const marks = changedMarks(before.marks, after.marks);
  if (names.length + translated.length + marks.size === 0) return <p>{ui.t('directory.records.history.same')}</p>;
  return (
    <dl class="wm-summary">
      {names.map((name) => (
        <div>
          <dt>
            {name.endsWith('_id') ? ui.t(`directory.records.link.${name}`) : ui.t(`directory.vetting.field1.${name}`)}
          </dt>
          <dd>
            <Difference ui={ui} name={name} before={before.fields[name]} after={after.fields[name]} />
          </dd>
        </div>
      ))}
      {translated.map((name) => (
        <div>
          <dt>
            {ui.t(`directory.vetting.field1.${name}`)} ({ui.t('ui.language.es')})
          </dt>
          <dd lang="es">
            <Diff ui={ui} before={old[name] ?? ''} after={young[name] ?? ''} />
          </dd>
        </div>
      ))}
      {[...marks.values()].map(({ was, is, names }) => (
        <div>
          <dt>{ui.t('directory.records.whoSees')}</dt>
          <dd>
            <Seen ui={ui} audience={was} /> → <Seen ui={ui} audience={is} />
            <p class="wm-tight">{names.map((name) => markWords(ui, name, before.fields, after.fields)).join(' · ')}</p>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** What a mark is of: a value, or one child of a list. */
function markWords(ui: Ui, mark: string, before: Fields, after: Fields): string {
  const [field = '', child] = mark.split('/');
  const which = child && [...childrenIn(after, field), ...childrenIn(before, field)].find((one) => one.id === child);
  return ui.t(`directory.vetting.field1.${field}`) + (which ? `: ${childWords(ui, field, which)}` : '');
}

/** Marks that changed, those from and to the same audience together: a provider that is opened changes most of them at once. */
function changedMarks(before: Marks, after: Marks): Map<string, { was: Audience; is: Audience; names: string[] }> {
  const out = new Map<string, { was: Audience; is: Audience; names: string[] }>();
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [field = '', child] = name.split('/');
    const [was, is] = [markOf(before, field, child), markOf(after, field, child)];
    if (was === is) continue;
    const alike = out.get(`${was} ${is}`);
    if (alike) alike.names.push(name);
    else out.set(`${was} ${is}`, { was, is, names: [name] });
  }
  return out;
}

export function Difference({ ui, name, before, after }: { ui: Ui; name: string; before: unknown; after: unknown }) {
  if (!Array.isArray(before) && !Array.isArray(after))
    return <Diff ui={ui} before={valueWords(ui, name, before)} after={valueWords(ui, name, after)} />;
  const [old, young] = [(before as Child[] | undefined) ?? [], (after as Child[] | undefined) ?? []];
  const ids = [...new Set([...old, ...young].map((one) => one.id))];
  const words = (list: Child[], id: string) => {
    const one = list.find((child) => child.id === id);
    return one ? childWords(ui, name, one) : '';
  };
  const changed = ids.filter(
    (id) =>
      !sameValue(
        old.find((one) => one.id === id),
        young.find((one) => one.id === id),
      ),
  );
  return (
    <>
      {changed.map((id) => (
        <Diff ui={ui} before={words(old, id)} after={words(young, id)} />
      ))}
    </>
  );
}

const Checks = ({ ui, checks }: { ui: Ui; checks: readonly Check[] }) => (
  <ul class="wm-plain-list">
    {checks
      .toReversed()
      .slice(0, mostShown)
      .map((check) => (
        <li>
          <DateText ui={ui} date={check.on} /> ·{' '}
          {check.field === '*' ? ui.t('directory.records.check.all') : ui.t(`directory.vetting.field1.${check.field}`)}{' '}
          · {ui.t(`directory.records.way.${check.how}`)} · {check.by ?? ui.t('directory.records.nobody')}
        </li>
      ))}
  </ul>
);
