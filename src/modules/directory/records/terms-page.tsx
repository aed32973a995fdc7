/** Choosing the words of the taxonomy for a record: what a service is for, whom it knows well how to help, whom it takes in and whom not. */
import { Problem, type Req } from '#kernel';
import type { Rec } from '#modules/organisations';
import { Checkboxes, Details, Radios, type Ui } from '#ui';
import { ownTerms } from '../own/read.ts';
import { networkWords } from '../pages/words.ts';
import { FormPage, RecordForm } from './form.tsx';
import { attempt, blank, crumbsTo, nameOf, reading, recordPath, type Refused, saidOf } from './frame.tsx';
import { markOf, Seen } from './mark.tsx';
import { readRecord } from './read.ts';
import { save } from './saving.tsx';
import {
  answerIn,
  answers,
  attributesOf,
  type Offered,
  offered,
  type OfferedGroup,
  questions,
  type Use,
  usesOf,
  withAnswers,
  withTerms,
} from './terms.ts';
import { attributeWords } from './value.ts';

function useOf(req: Req, rec: Rec): Use {
  const found = usesOf(rec.kind).find((one) => one.key === req.params.use);
  if (!found) throw Problem.notFound();
  return found;
}

/** The terms chosen now, by term or, for what no vocabulary knows, by attribute. */
const chosenNow = (rec: Rec, one: Use): Map<string, string> =>
  new Map(
    attributesOf(rec.fields, one.types).map((child) => [
      String(child.taxonomy_term_id ?? child.id),
      String(child.link_type),
    ]),
  );

async function readTerms(req: Req) {
  const { ctx } = req;
  await networkWords(ctx.app, ctx.network!);
  const view = await reading(ctx, async (tx) => ({
    ...(await readRecord(tx, req)),
    own: await ownTerms(tx, ctx.network!.id),
  }));
  const one = useOf(req, view.rec);
  const now = chosenNow(view.rec, one);
  const groups = offered(one, view.own, new Set(now.keys()));
  const known = new Set(groups.flatMap(({ terms }) => terms.map(({ id }) => id)));
  const others = attributesOf(view.rec.fields, one.types).filter((child) => !known.has(String(child.taxonomy_term_id)));
  return { ...view, one, now, groups, known, others };
}

const label = (ui: Ui, term: Offered): string =>
  [...term.path.map((name) => name[ui.locale]), term.name[ui.locale]].join(' › ') +
  (term.ended ? ` (${ui.t('directory.records.terms.ended')})` : '');

export async function termsPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const { rec, provider, one, now, groups, others } = await readTerms(req);
  const title = ui.t(`directory.records.terms.${one.key}`);
  const typed = refused.values.seq !== undefined;
  const chosen = typed ? new Set(refused.lists.term ?? []) : new Set(now.keys());
  return (
    <FormPage
      req={req}
      title={title}
      eyebrow={nameOf(ui, rec)}
      lead={ui.t(`directory.records.termsLead.${one.key}`)}
      crumbs={crumbsTo(req, provider, rec, title)}
      refused={refused}
      labels={() => undefined}
      rec={rec}
    >
      <RecordForm
        req={req}
        action={recordPath(ctx, rec.id, `/terms/${one.key}`)}
        back={recordPath(ctx, rec.id)}
        save={ui.t('directory.records.save')}
        rec={rec}
      >
        {one.key === 'referrals'
          ? questions.map((question) => (
              <Radios
                ui={ui}
                name={question}
                label={ui.t(`directory.records.ask.${question}`)}
                value={typed ? (refused.values[question] ?? '') : answerIn(rec.fields, question)}
                optional
                options={[
                  ...answers[question].map((value) => ({ value, label: ui.t(`directory.records.choice.${value}`) })),
                  { value: '', label: ui.t('directory.records.ask.unknown') },
                ]}
              />
            ))
          : one.key === 'intake'
            ? groups
                .flatMap(({ terms }) => terms)
                .map((term) => (
                  <Radios
                    ui={ui}
                    name={`intake:${term.id}`}
                    label={label(ui, term)}
                    value={(typed ? refused.values[`intake:${term.id}`] : now.get(term.id)) ?? ''}
                    row
                    optional
                    options={[
                      { value: '', label: ui.t('directory.records.intake.silent') },
                      { value: 'eligibility_include', label: ui.t('directory.records.intake.include') },
                      { value: 'eligibility_exclude', label: ui.t('directory.records.intake.exclude') },
                    ]}
                  />
                ))
            : groups.map((group) => <Group ui={ui} group={group} chosen={chosen} alone={groups.length < 4} />)}
        {one.key !== 'referrals' && others.length > 0 && (
          <Checkboxes
            ui={ui}
            name="term"
            label={ui.t('directory.records.terms.others')}
            values={typed ? (refused.lists.term ?? []) : others.map((child) => child.id)}
            optional
            options={others.map((child) => ({ value: child.id, label: attributeWords(ui, child) }))}
          />
        )}
        <p class="wm-apart">
          {ui.t('directory.records.whoSees')}: <Seen ui={ui} audience={markOf(rec.marks, 'attributes')} />
        </p>
        <p class="wm-soft">{ui.t('directory.records.newChildMark')}</p>
      </RecordForm>
    </FormPage>
  );
}

function Group({
  ui,
  group,
  chosen,
  alone,
}: {
  ui: Ui;
  group: OfferedGroup;
  chosen: ReadonlySet<string>;
  alone: boolean;
}) {
  const here = group.terms.filter((term) => chosen.has(term.id)).length;
  const boxes = (
    <Checkboxes
      ui={ui}
      name="term"
      part={group.name.en}
      label={group.name[ui.locale]}
      values={[...chosen]}
      optional
      options={group.terms.map((term) => ({ value: term.id, label: label(ui, term) }))}
    />
  );
  return alone ? (
    boxes
  ) : (
    <Details
      summary={
        here > 0
          ? ui.t('directory.records.terms.chosen', { name: group.name[ui.locale], count: here })
          : group.name[ui.locale]
      }
      open={here > 0}
    >
      {boxes}
    </Details>
  );
}

export const postTerms = (req: Req) =>
  attempt(
    req,
    async () => {
      const { rec, one, known, others } = await readTerms(req);
      const form = await req.form();
      const shown = new Set([...known, ...others.map((child) => child.id)]);
      const chosen = new Map<string, string>();
      for (const id of form.lists.term ?? []) {
        const other = others.find((child) => child.id === id);
        if (shown.has(id)) chosen.set(id, other ? String(other.link_type) : one.types[0]!);
      }
      if (one.key === 'intake')
        for (const id of known) {
          const type = form.fields[`intake:${id}`] ?? '';
          if (one.types.includes(type)) chosen.set(id, type);
        }
      const fields =
        one.key === 'referrals' ? withAnswers(rec.fields, form.fields) : withTerms(rec.fields, one, shown, chosen);
      const { changed } = await save(req, rec, { fields });
      return saidOf(req, recordPath(req.ctx, rec.id), changed);
    },
    (refused) => termsPage(req, refused),
  );
