/**
 * The frame of every form of the records. FormPage is the page around it: what is wrong, by field, and what others changed meanwhile. RecordForm is the
 * form: the version it was drawn from, a word why where it asks for one, the button that saves and the way back.
 */
import type { Child } from 'hono/jsx';
import type { Req } from '#kernel';
import type { Rec } from '#modules/organisations';
import { Actions, type ButtonKind, ErrorSummary, Form, LinkButton, Submit, TextField } from '#ui';
import { type Crumb, RecordsPage, type Refused } from './frame.tsx';
import { Meanwhile, Seq, since } from './saving.tsx';

/** `labels`: the words at a field, by its name, for the summary on top. `rec`: the record that the form changes. */
export async function FormPage(props: {
  req: Req;
  title: string;
  eyebrow?: Child;
  lead?: Child;
  crumbs: readonly Crumb[];
  refused: Refused;
  labels: (name: string) => string | undefined;
  rec?: Rec;
  children?: Child;
}) {
  const { req, refused, labels, rec, children, ...page } = props;
  const { ui } = req;
  return (
    <RecordsPage req={req} {...page}>
      <ErrorSummary ui={ui} errors={refused.errors} labels={labels} />
      {rec && <Meanwhile ui={ui} versions={await since(req, rec, refused)} />}
      {children}
    </RecordsPage>
  );
}

/** `action` and `back` are addresses; `save` is what the button says. */
export function RecordForm(props: {
  req: Req;
  action: string;
  back: string;
  save: string;
  kind?: ButtonKind;
  /** What the way back says, where it is not simply back. */
  again?: string;
  rec?: Rec;
  /** Asks why, for the history. */
  note?: Refused;
  files?: boolean;
  children?: Child;
}) {
  const { req, rec, note } = props;
  const { ui } = req;
  return (
    <Form ui={ui} action={ui.href(props.action)} files={props.files} unsaved>
      {rec && <Seq rec={rec} />}
      {props.children}
      {note && (
        <TextField
          ui={ui}
          name="note"
          label={ui.t('directory.records.note')}
          hint={ui.t('directory.records.noteHint')}
          value={note.values.note}
          errors={note.errors}
          maxlength={500}
          optional
        />
      )}
      <Actions>
        <Submit kind={props.kind}>{props.save}</Submit>
        <LinkButton kind="outline" href={ui.href(props.back)}>
          {props.again ?? ui.t('directory.records.back')}
        </LinkButton>
      </Actions>
    </Form>
  );
}
