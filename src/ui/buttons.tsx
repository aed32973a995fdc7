/** Buttons do something; link buttons go somewhere. One main action a page; the others are `outline` or plain links. */
import type { Child } from 'hono/jsx';

export type ButtonKind = 'main' | 'outline' | 'danger';

const classes: Record<ButtonKind, string> = {
  main: 'usa-button',
  outline: 'usa-button usa-button--outline',
  danger: 'usa-button usa-button--secondary',
};

/** A button inside a form. `name` and `value` say which button was pressed; `formaction` sends the form elsewhere. */
export const Button = (props: {
  kind?: ButtonKind;
  type?: 'submit' | 'button';
  name?: string;
  value?: string;
  formaction?: string;
  form?: string;
  id?: string;
  hidden?: boolean;
  children?: Child;
}) => (
  <button
    class={classes[props.kind ?? 'main']}
    type={props.type ?? 'submit'}
    name={props.name}
    value={props.value}
    formaction={props.formaction}
    form={props.form}
    id={props.id}
    hidden={props.hidden}
  >
    {props.children}
  </button>
);

/** The main action of a form. */
export const Submit = (props: { name?: string; value?: string; kind?: ButtonKind; children?: Child }) => (
  <Button {...props} type="submit" />
);

/** A link that looks like a button. */
export const LinkButton = (props: { href: string; kind?: ButtonKind; download?: boolean; children?: Child }) => (
  <a class={classes[props.kind ?? 'main']} href={props.href} download={props.download}>
    {props.children}
  </a>
);
