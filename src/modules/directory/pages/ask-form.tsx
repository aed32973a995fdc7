/** The search form: three questions, and the rest for who wants more. One form for the public and for staff; staff are asked more. */
import { Checkbox, Checkboxes, Details, Form, Select, Submit, TextField, type Ui } from '#ui';
import { termByCode, termsOf } from '../taxonomy/index.ts';
import { type Asked, languageChoices, mileChoices, needButtons, whoChoices } from './ask.ts';

type FormProps = { ui: Ui; action: string; asked: Asked; staff?: boolean };

const anything = (asked: Asked): boolean =>
  asked.languages.length + asked.accessibility.length + asked.trafficking.length > 0 ||
  asked.open ||
  asked.free ||
  asked.accepting ||
  asked.warmTransfer;

const milesChoices = (ui: Ui) =>
  mileChoices.map((miles) => ({
    value: String(miles),
    label: miles === 0 ? ui.t('directory.page.ask.anywhere') : ui.t('directory.page.ask.miles', { miles }),
  }));

/** For whom: one list, the two most frequent answers first. */
const Who = ({ ui, asked }: { ui: Ui; asked: Asked }) => (
  <Select
    ui={ui}
    name="who"
    filter
    label={ui.t('directory.page.ask.who')}
    value={asked.who}
    blank={ui.t('directory.page.ask.anyone')}
    options={[{ value: 'minors', label: ui.t('directory.page.ask.minors') }, ...whoChoices(ui.locale)]}
  />
);

export function AskForm({ ui, action, asked, staff = false }: FormProps) {
  const { locale } = ui;
  const kinds = termsOf('accessibility').slice(0, staff ? 17 : 8);
  return (
    <Form ui={ui} action={action} class="wm-ask" label={ui.t('directory.page.ask.label')}>
      <TextField
        ui={ui}
        name="what"
        type="search"
        filter
        label={ui.t('directory.page.ask.what')}
        hint={staff ? undefined : ui.t('directory.page.ask.whatHint')}
        value={asked.what}
        maxlength={200}
        autocomplete="off"
        spellcheck={false}
      />
      <TextField
        ui={ui}
        name="where"
        filter
        label={ui.t('directory.page.ask.where')}
        hint={staff ? undefined : ui.t('directory.page.ask.whereHint')}
        value={asked.where}
        maxlength={120}
        autocomplete="off"
        spellcheck={false}
      />
      <Who ui={ui} asked={asked} />
      <Details summary={ui.t('directory.page.ask.more')} open={anything(asked)}>
        <Select
          ui={ui}
          name="languages"
          filter
          label={ui.t('directory.page.ask.language')}
          value={asked.languages[0]}
          blank={ui.t('directory.page.ask.anyLanguage')}
          options={languageChoices(locale)}
        />
        <Select
          ui={ui}
          name="miles"
          filter
          label={ui.t('directory.page.ask.distance')}
          value={String(asked.miles)}
          options={milesChoices(ui)}
        />
        <Checkbox ui={ui} name="open" filter label={ui.t('directory.page.ask.open')} checked={asked.open} />
        <Checkbox ui={ui} name="free" filter label={ui.t('directory.page.ask.free')} checked={asked.free} />
        <Checkbox
          ui={ui}
          name="accepting"
          filter
          label={ui.t('directory.page.ask.accepting')}
          checked={asked.accepting}
        />
        {staff && (
          <Checkbox
            ui={ui}
            name="warmTransfer"
            filter
            label={ui.t('directory.page.ask.warmTransfer')}
            checked={asked.warmTransfer}
          />
        )}
        {staff && (
          <Select
            ui={ui}
            name="needs"
            filter
            label={ui.t('directory.page.ask.need')}
            value={asked.needs[0]}
            blank={ui.t('directory.page.ask.anyNeed')}
            options={termsOf('service').map((term) => ({
              value: term.id,
              label: `${term.parent ? '– ' : ''}${term.name[locale]}`,
            }))}
          />
        )}
        {staff && (
          <Select
            ui={ui}
            name="trafficking"
            filter
            label={ui.t('directory.page.ask.situation')}
            value={asked.trafficking[0]}
            blank={ui.t('directory.page.ask.anySituation')}
            options={termsOf('situation').map((term) => ({ value: term.id, label: term.name[locale] }))}
          />
        )}
        <Checkboxes
          ui={ui}
          name="accessibility"
          filter
          label={ui.t('directory.page.ask.accessibility')}
          values={asked.accessibility}
          options={kinds.map((term) => ({ value: term.id, label: term.name[locale] }))}
        />
      </Details>
      <div class="wm-actions">
        <Submit>{ui.t('directory.page.ask.find')}</Submit>
      </div>
    </Form>
  );
}

/** One press for what people come for most. A form of its own, so that Enter in the other one never presses these. */
export const NeedButtons = ({ ui, action }: { ui: Ui; action: string }) => (
  <Form ui={ui} action={action} class="wm-needs" label={ui.t('directory.page.ask.needs')}>
    {needButtons.map((code) => (
      <Submit kind="outline" name="need" value={code}>
        {termByCode(code)!.name[ui.locale]}
      </Submit>
    ))}
  </Form>
);

/** Two questions and a button, for the home page and for other sites. */
export const ShortForm = ({ ui, action, id = '' }: { ui: Ui; action: string; id?: string }) => (
  <Form ui={ui} action={action} class="wm-filters" label={ui.t('directory.page.ask.label')} id={id || undefined}>
    <TextField
      ui={ui}
      name="what"
      type="search"
      filter
      label={ui.t('directory.page.ask.what')}
      maxlength={200}
      autocomplete="off"
      spellcheck={false}
    />
    <TextField
      ui={ui}
      name="where"
      filter
      label={ui.t('directory.page.ask.where')}
      maxlength={120}
      autocomplete="off"
      spellcheck={false}
    />
    <Submit>{ui.t('directory.page.ask.find')}</Submit>
  </Form>
);
