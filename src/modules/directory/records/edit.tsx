/** Changing the single values of one group of a record, with Spanish beside English where there are words. */
import { Problem, type Req } from '#kernel';
import { type Rec, required, shape } from '#modules/organisations';
import { controlOf } from './controls.ts';
import { enteredGroup } from './entered.ts';
import { FormPage, RecordForm } from './form.tsx';
import {
  attempt,
  blank,
  crumbsTo,
  Entered,
  nameOf,
  reading,
  recordOf,
  recordPath,
  type Refused,
  saidOf,
} from './frame.tsx';
import { OneField, WordsField } from './field.tsx';
import { markOf, Seen } from './mark.tsx';
import { readRecord } from './read.ts';
import { save } from './saving.tsx';
import { type Group, groupsOf } from './sections.ts';

function groupOf(req: Req, rec: Rec): Group {
  const found = groupsOf(rec).find((group) => group.key === req.params.group && group.values.length > 0);
  if (!found) throw Problem.notFound();
  return found;
}

export async function editPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const { rec, provider } = await reading(ctx, (tx) => readRecord(tx, req));
  const group = groupOf(req, rec);
  const title = ui.t(`directory.records.group.${group.key}`);
  const typed = refused.values.seq !== undefined;
  const spanish = (rec.fields.translations as { es?: Record<string, string> } | undefined)?.es ?? {};
  const value = (name: string, now: unknown) =>
    typed ? (refused.values[name] ?? '') : now === undefined ? '' : String(now);
  return (
    <FormPage
      req={req}
      title={title}
      eyebrow={nameOf(ui, rec)}
      crumbs={crumbsTo(req, provider, rec, title)}
      refused={refused}
      labels={(name) => ui.t(`directory.vetting.field1.${name}`)}
      rec={rec}
    >
      {rec.confidential && <p>{ui.t('directory.records.place.nameHint')}</p>}
      <RecordForm
        req={req}
        action={recordPath(ctx, rec.id, `/edit/${group.key}`)}
        back={recordPath(ctx, rec.id)}
        save={ui.t('directory.records.save')}
        rec={rec}
        note={refused}
      >
        {group.values.map((name) => {
          const shared = {
            ui,
            name,
            label: ui.t(`directory.vetting.field1.${name}`),
            control: controlOf(name),
            errors: refused.errors,
            optional: !required[rec.kind].includes(name),
          };
          return (
            <div>
              {shape[rec.kind][name]!.words ? (
                <WordsField
                  {...shared}
                  value={{ en: value(`${name}.en`, rec.fields[name]), es: value(`${name}.es`, spanish[name]) }}
                />
              ) : (
                <OneField {...shared} value={value(name, rec.fields[name]) || undefined} />
              )}
              <p class="wm-small wm-soft wm-tight">
                {ui.t('directory.records.whoSees')}: <Seen ui={ui} audience={markOf(rec.marks, name)} />
              </p>
            </div>
          );
        })}
        <p class="wm-soft wm-apart">{ui.t('directory.records.marksStay')}</p>
      </RecordForm>
    </FormPage>
  );
}

export const postEdit = (req: Req) =>
  attempt(
    req,
    async () => {
      const rec = await reading(req.ctx, (tx) => recordOf(tx, req));
      const group = groupOf(req, rec);
      const { fields, errors } = enteredGroup(req.ui, rec.kind, rec.fields, group.values, await req.form());
      if (Object.keys(errors).length > 0) throw new Entered(errors);
      for (const name of required[rec.kind])
        if (fields[name] === undefined)
          throw new Entered({
            [shape[rec.kind][name]!.words ? `${name}.en` : name]: req.ui.t('kernel.field.required'),
          });
      const { changed } = await save(req, rec, { fields });
      return saidOf(req, recordPath(req.ctx, rec.id), changed);
    },
    (refused) => editPage(req, refused),
  );
