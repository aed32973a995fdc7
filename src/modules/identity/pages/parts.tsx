/** Pieces that several account pages draw: the passkey button, the square for a phone, codes on paper, names of roles, sessions. */
import { identity, type Req } from '#kernel';
import {
  Alert,
  Button,
  CodeSquare,
  CopyLine,
  DateText,
  Form,
  Hidden,
  LinkButton,
  PageHeader,
  Script,
  Table,
  TextField,
  type Ui,
} from '#ui';
import type { Child } from 'hono/jsx';

/**
 * A form whose one button makes or uses a passkey. The button appears when the script can run; without it a sentence says so, and the other way
 * in on the same page needs no script.
 */
export function PasskeyForm(props: {
  req: Req;
  kind: 'register' | 'authenticate';
  action: string;
  options: string;
  label: string;
  children?: Child;
}) {
  const { ui, ctx } = props.req;
  const { t } = ctx;
  return (
    <Form ui={ui} action={props.action}>
      {props.children}
      <Hidden name="handle" value="" />
      <Hidden name="response" value="" />
      <div class="wm-actions">
        <button
          class="usa-button"
          type="submit"
          id="passkey"
          data-passkey={props.kind}
          data-options={props.options}
          data-waiting={t('identity.passkey.waiting')}
          data-cancelled={t('identity.passkey.cancelled')}
          data-already={t('identity.passkey.already')}
          data-failed={t('identity.passkey.failed')}
          data-unsupported={t('identity.passkey.unsupported')}
          hidden
        >
          {props.label}
        </button>
      </div>
      {/* The script takes this sentence away; without one it stays. */}
      <p class="wm-soft" id="passkey-told" role="status">
        {t('identity.passkey.noScript')}
      </p>
      <Script ui={ui} name="passkey" />
    </Form>
  );
}

/** The square to scan, and the same secret as text for who cannot scan. */
export function CodeSecret({ req, secret, label }: { req: Req; secret: string; label: string }) {
  const { t } = req.ctx;
  return (
    <div class="wm-section">
      <p>{t('identity.code.scan')}</p>
      <CodeSquare text={identity.codeAddress(secret, 'Waymark', label)} label={t('identity.code.square')} />
      <p>
        {t('identity.code.orType')} <code id="secret">{identity.spacedSecret(secret)}</code>
      </p>
    </div>
  );
}

/** Password, the square, and the first code: choosing the second way in. */
export function PasswordFields(props: {
  req: Req;
  handle: string;
  secret: string;
  label: string;
  errors?: Record<string, string | undefined>;
}) {
  const { req, errors } = props;
  const { ui, ctx } = req;
  return (
    <>
      <Hidden name="handle" value={props.handle} />
      {/* Lets a password manager know which account this is. */}
      <input
        class="wm-sr"
        type="email"
        name="account"
        value={props.label}
        autocomplete="username"
        readonly
        tabindex={-1}
        aria-hidden="true"
      />
      <TextField
        ui={ui}
        name="password"
        type="password"
        label={ctx.t('identity.password.new')}
        hint={ctx.t('identity.password.hint')}
        autocomplete="new-password"
        errors={errors}
      />
      <CodeSecret req={req} secret={props.secret} label={props.label} />
      <TextField
        ui={ui}
        name="code"
        label={ctx.t('identity.code.first')}
        hint={ctx.t('identity.code.firstHint')}
        inputmode="numeric"
        autocomplete="one-time-code"
        small
        errors={errors}
      />
    </>
  );
}

/** Shown once, because only hashes are kept. */
export function RecoveryCodes({ req, codes, next }: { req: Req; codes: string[]; next: string }) {
  const { ui, ctx } = req;
  return (
    <>
      <PageHeader title={ctx.t('identity.codes.title')} lead={ctx.t('identity.codes.lead')} />
      <ol id="codes">
        {codes.map((code) => (
          <li>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <p>{ctx.t('identity.codes.once')}</p>
      <p>
        <LinkButton href={ui.href(next)}>{ctx.t('identity.codes.kept')}</LinkButton>
      </p>
    </>
  );
}

/** Names of roles in the reader's language, as one sentence part. */
export function roleNames(req: Req, roles: readonly string[]): string {
  const names = roles.map((role) => {
    const key = req.ctx.app.services.registry.roles.get(role);
    return key ? req.ctx.t(key) : role;
  });
  return new Intl.ListFormat(req.ctx.locale, { type: 'conjunction' }).format(names);
}

/** 'Firefox on Windows' from what a browser says of itself; only the parts that a person would recognise. */
export function browserName(req: Req, userAgent: string): string {
  const has = (pairs: [RegExp, string][]) => pairs.find(([rule]) => rule.test(userAgent))?.[1];
  const browser = has([
    [/Edg\//, 'Edge'],
    [/Firefox|FxiOS/, 'Firefox'],
    [/Chrome|CriOS/, 'Chrome'],
    [/Safari/, 'Safari'],
  ]);
  const system = has([
    [/iPhone/, 'iPhone'],
    [/iPad/, 'iPad'],
    [/Android/, 'Android'],
    [/Windows/, 'Windows'],
    [/Mac OS/, 'Mac'],
    [/CrOS/, 'Chromebook'],
    [/Linux/, 'Linux'],
  ]);
  if (!browser && !system) return req.ctx.t('identity.session.unknown');
  return browser && system ? req.ctx.t('identity.session.on', { browser, system }) : (browser ?? system)!;
}

/** Where somebody is signed in. `end` draws the button that ends one; the current one says that it is this. */
export function Sessions(props: {
  req: Req;
  /** With the time zone that instants are shown in. */
  ui: Ui;
  rows: identity.SessionRow[];
  currentId?: string;
  end?: (id: string) => string;
}) {
  const { req, ui, end } = props;
  const { t } = req.ctx;
  return (
    <Table
      ui={ui}
      caption={t('identity.session.title')}
      captionHidden
      rows={props.rows}
      empty={t('identity.session.none')}
      columns={[
        { key: 'where', label: t('identity.session.where'), cell: (row) => browserName(req, row.userAgent) },
        { key: 'how', label: t('identity.session.how'), cell: (row) => t(`identity.method.${row.method}`) },
        { key: 'since', label: t('identity.session.since'), cell: (row) => <DateText ui={ui} date={row.startedAt} /> },
        { key: 'seen', label: t('identity.session.seen'), cell: (row) => <DateText ui={ui} date={row.seenAt} /> },
        ...(end
          ? [
              {
                key: 'end',
                label: t('identity.session.action'),
                quiet: true,
                cell: (row: identity.SessionRow) =>
                  row.id === props.currentId ? (
                    t('identity.session.this')
                  ) : (
                    <Form ui={ui} action={end(row.id)}>
                      <Button kind="outline">{t('identity.session.end')}</Button>
                    </Form>
                  ),
              },
            ]
          : []),
      ]}
    />
  );
}

/** Where a network's administration stands. */
export const base = (req: Req): string => `/${req.ctx.network!.slug}/admin`;

/** A link that has to be handed over by hand, because this deployment sends no mail. */
export const HandOver = ({ req, link }: { req: Req; link: string }) => (
  <Alert kind="warning" title={req.ctx.t('identity.handOver.title')}>
    <p>{req.ctx.t('identity.handOver.text')}</p>
    <CopyLine ui={req.ui} id="link" label={req.ctx.t('identity.handOver.link')} value={link} />
  </Alert>
);
