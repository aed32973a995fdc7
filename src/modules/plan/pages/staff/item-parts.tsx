/** Parts of an item's working page: its public facts at a glance, its place, evidence, owners, internal notes, and what two people wrote at once. */
import type { Child } from 'hono/jsx';
import {
  Actions,
  Alert,
  Button,
  DateText,
  Diff,
  type FieldErrors,
  Form,
  formatMoney,
  Hidden,
  Section,
  Select,
  Submit,
  SummaryList,
  TextArea,
  TextField,
  type Ui,
} from '#ui';
import { buildOutline, walk } from '../../outline.ts';
import type { PlanItem } from '../../state.ts';
import { inLocale, langOf } from '../words.ts';
import type { Merged, Values } from './forms.ts';
import { day, itemName, NeverPublished } from './frame.tsx';
import { fieldWord } from './item-form.tsx';
import type { ItemView } from './item-read.ts';

/** What the public reads of an item, or will read. */
export function ItemFacts({ ui, view, link }: { ui: Ui; view: ItemView; link: (ref: number) => Child }) {
  const { item, state } = view;
  const themes = item.themes?.map((key) =>
    inLocale(state.fields.themes.find((one) => one.key === key)?.title ?? { en: key }, ui.locale),
  );
  const list = (refs: number[] | undefined) =>
    refs?.length
      ? refs.map((ref, n) => (
          <>
            {n > 0 && ', '}
            {link(ref)}
          </>
        ))
      : undefined;
  const waiting = state.items.filter((other) => other.dependsOn?.includes(item.ref)).map(({ ref }) => ref);
  return (
    <SummaryList
      facts={[
        {
          term: ui.t('plan.staff.item.description'),
          value: item.description && (
            <span lang={langOf(item.description, ui.locale)}>{inLocale(item.description, ui.locale)}</span>
          ),
        },
        { term: ui.t('plan.staff.item.lead'), value: item.lead },
        { term: ui.t('plan.staff.item.partnersShort'), value: item.partners?.join(', ') },
        { term: ui.t('plan.staff.item.due'), value: item.due && <DateText ui={ui} date={item.due} /> },
        { term: ui.t('plan.staff.item.themes'), value: themes?.join(', ') },
        {
          term: ui.t('plan.staff.item.pillarsShort'),
          value: item.pillars?.map((key) => pillarWord(ui, key)).join(', '),
        },
        {
          term: ui.t('plan.staff.item.fundingNeededShort'),
          value: item.fundingNeeded === undefined ? undefined : formatMoney(ui.locale, item.fundingNeeded),
        },
        {
          term: ui.t('plan.staff.item.fundingSecuredShort'),
          value: item.fundingSecured === undefined ? undefined : formatMoney(ui.locale, item.fundingSecured),
        },
        { term: ui.t('plan.staff.item.dependsOnShort'), value: list(item.dependsOn) },
        { term: ui.t('plan.staff.item.waitedForBy'), value: list(waiting) },
        {
          term: ui.t('plan.staff.item.milestones'),
          value: item.milestones?.length ? (
            <ul class="wm-plain-list">
              {item.milestones.map((one) => (
                <li>
                  {inLocale(one.title, ui.locale)}
                  {one.doneOn
                    ? ` · ${ui.t('plan.staff.item.doneOnDay', { day: day(ui, one.doneOn) })}`
                    : one.due
                      ? ` · ${ui.t('plan.staff.item.dueOnDay', { day: day(ui, one.due) })}`
                      : ''}
                </li>
              ))}
            </ul>
          ) : undefined,
        },
      ]}
    />
  );
}

const pillarKeys = ['partner', 'prevent', 'protect', 'prosecute', 'provide'];
export const pillarWord = (ui: Pick<Ui, 't'>, key: string): string =>
  pillarKeys.includes(key) ? ui.t(`plan.pillar.${key}`) : key;

/** Where an item may stand: the top level, and every item that has no status of its own and is not under it. */
export function parentOptions(ui: Ui, items: PlanItem[], ref: number | null) {
  const below = new Set<number | null>([ref]);
  const options: { value: string; label: string }[] = [];
  for (const { item, depth } of walk(buildOutline(items).roots)) {
    if (below.has(item.parentRef) && item.parentRef !== null) below.add(item.ref);
    if (!item.leaf && !below.has(item.ref))
      options.push({ value: String(item.ref), label: `${'– '.repeat(depth)}${itemName(item, ui)}` });
  }
  return options;
}

export function PlaceForm({
  ui,
  view,
  action,
  values,
  errors,
}: {
  ui: Ui;
  view: ItemView;
  action: string;
  values: Values;
  errors: FieldErrors;
}) {
  const { item, state } = view;
  const siblings = [...walk(buildOutline(state.items).roots)].filter(
    (branch) => branch.item.parentRef === item.parentRef,
  );
  const place = siblings.findIndex((branch) => branch.item.ref === item.ref) + 1;
  return (
    <Form ui={ui} action={action}>
      <Select
        ui={ui}
        errors={errors}
        name="place.parentRef"
        label={ui.t('plan.staff.item.parent')}
        value={values['place.parentRef'] ?? String(item.parentRef ?? '')}
        blank={ui.t('plan.staff.item.top')}
        options={parentOptions(ui, state.items, item.ref)}
      />
      <TextField
        ui={ui}
        errors={errors}
        name="place.place"
        label={ui.t('plan.staff.item.place')}
        hint={ui.t('plan.staff.item.placeHint')}
        value={values['place.place'] ?? String(place)}
        inputmode="numeric"
        small
      />
      <Actions>
        <Submit kind="outline">{ui.t('plan.staff.item.move')}</Submit>
      </Actions>
    </Form>
  );
}

export function Evidence({ ui, view, home }: { ui: Ui; view: ItemView; home: string }) {
  const own = view.state.indicators.filter(({ item }) => item === view.item.ref);
  return (
    <Section title={ui.t('plan.staff.item.evidence')} id="evidence">
      {own.length === 0 ? (
        <p class="wm-soft">{ui.t('plan.staff.item.noEvidence')}</p>
      ) : (
        <ul>
          {own.map((one) => (
            <li>
              <a href={ui.href(`${home}/indicators/${one.ref}`)}>{inLocale(one.title, ui.locale)}</a>
            </li>
          ))}
        </ul>
      )}
      {view.edit && (
        <p>
          <a href={ui.href(`${home}/indicators/new`, { item: String(view.item.ref) })}>
            {ui.t('plan.staff.indicator.add')}
          </a>
        </p>
      )}
    </Section>
  );
}

interface PartProps {
  ui: Ui;
  view: ItemView;
  at: string;
  values: Values;
  errors: FieldErrors;
}

export function Owners({ ui, view, at, values, errors }: PartProps) {
  const { owners } = view.around;
  const current = owners.filter(({ until }) => until === null);
  const free = view.people.filter(({ id }) => !current.some(({ person }) => person === id));
  return (
    <Section title={ui.t('plan.staff.owners.title')} id="owners">
      {current.length === 0 && <p class="wm-soft">{ui.t('plan.staff.owners.none')}</p>}
      <ul class="wm-plain-list">
        {current.map((owner) => (
          <li class="wm-row wm-between">
            <span>
              {owner.name} <span class="wm-soft">{ui.t('plan.staff.owners.since', { day: day(ui, owner.since) })}</span>
            </span>
            {view.edit && (
              <Form ui={ui} action={ui.href(`${at}/owners/end`)}>
                <Hidden name="person" value={owner.person} />
                <button class="wm-linkbutton" type="submit">
                  {ui.t('plan.staff.owners.end', { name: owner.name })}
                </button>
              </Form>
            )}
          </li>
        ))}
      </ul>
      {owners.some(({ until }) => until !== null) && (
        <p class="wm-soft wm-small">
          {ui.t('plan.staff.owners.before', {
            names: owners
              .flatMap((owner) =>
                owner.until ? [`${owner.name} (${day(ui, owner.since)} – ${day(ui, owner.until)})`] : [],
              )
              .join(', '),
          })}
        </p>
      )}
      {view.edit && free.length > 0 && (
        <Form ui={ui} action={ui.href(`${at}/owners`)} class="wm-filters">
          <Select
            ui={ui}
            errors={errors}
            name="owner.person"
            label={ui.t('plan.staff.owners.add')}
            value={values['owner.person']}
            blank={ui.t('plan.staff.choose')}
            options={free.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <Button kind="outline">{ui.t('plan.staff.owners.save')}</Button>
        </Form>
      )}
    </Section>
  );
}

export function Notes({ ui, view, at, values, errors, may }: PartProps & { may: boolean }) {
  return (
    <Section title={ui.t('plan.staff.notes.title')} id="notes">
      <NeverPublished ui={ui} />
      {view.around.notes.length === 0 && <p class="wm-soft">{ui.t('plan.staff.notes.none')}</p>}
      <ul class="wm-plain-list">
        {view.around.notes.map((note) => (
          <li>
            <p class="wm-soft wm-small">
              <DateText ui={ui} date={note.at} />
              {note.by && ` · ${note.by}`}
            </p>
            <p class="wm-lines">{note.body}</p>
          </li>
        ))}
      </ul>
      {may && (
        <Form ui={ui} action={ui.href(`${at}/notes`)} unsaved>
          <TextArea
            ui={ui}
            errors={errors}
            name="note.body"
            label={ui.t('plan.staff.notes.add')}
            value={values['note.body']}
            rows={3}
            maxlength={4000}
          />
          <Actions>
            <Submit kind="outline">{ui.t('plan.staff.notes.save')}</Submit>
          </Actions>
        </Form>
      )}
    </Section>
  );
}

/** What the other person wrote beside what you wrote. Nothing is saved yet and nothing is lost; the form below holds both. */
export function Meanwhile({
  ui,
  merged,
  by,
  at,
  word,
}: {
  ui: Ui;
  merged: Merged;
  by: string | null;
  at: Date;
  word?: (name: string) => string;
}) {
  const named = word ?? ((name: string) => fieldWord(ui, name));
  return (
    <Alert
      kind="warning"
      announce
      title={ui.t('plan.staff.meanwhile.title', { who: by ?? ui.t('plan.staff.somebody') })}
    >
      <p>
        <DateText ui={ui} date={at} />
      </p>
      <p>{ui.t(merged.both.length > 0 ? 'plan.staff.meanwhile.both' : 'plan.staff.meanwhile.apart')}</p>
      {merged.both.map(({ name, theirs, yours }) => (
        <div class="wm-meanwhile">
          <p class="wm-strong">{named(name)}</p>
          <p>{ui.t('plan.staff.meanwhile.theirs')}</p>
          <blockquote class="wm-lines">{theirs || ui.t('plan.staff.meanwhile.emptied')}</blockquote>
          <p>{ui.t('plan.staff.meanwhile.yours')}</p>
          <blockquote class="wm-lines">{yours || ui.t('plan.staff.meanwhile.emptied')}</blockquote>
          {theirs && yours && (
            <>
              <p>{ui.t('plan.staff.meanwhile.difference')}</p>
              <Diff ui={ui} before={theirs} after={yours} />
            </>
          )}
        </div>
      ))}
      {merged.taken.length > 0 && (
        <p>{ui.t('plan.staff.meanwhile.taken', { fields: merged.taken.map(named).join(', ') })}</p>
      )}
    </Alert>
  );
}
