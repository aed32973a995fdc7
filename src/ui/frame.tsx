/** The parts that stand around every page: notices on top, header with navigation and languages, footer with the way to help. */
import { Form } from './form.tsx';
import { type NavItem, paths, type Ui } from './ui.ts';

/** “This is a demo”: on every page of an invented network, so that nobody looks for help there. */
export const DemoNotice = ({ ui }: { ui: Ui }) => (
  <div class="wm-demo" role="region" aria-label={ui.t('ui.demo.label')}>
    <div class="wm-wrap">
      <p>
        <strong>{ui.t('ui.demo.title')}</strong> {ui.t('ui.demo.text', { name: ui.network?.name ?? '' })}
      </p>
    </div>
  </div>
);

/** Who runs this site and how to tell, in the manner of public services. */
export function OfficialBanner({ ui }: { ui: Ui }) {
  if (!ui.network) return null;
  return (
    <details class="wm-banner">
      <summary>
        <span class="wm-wrap wm-banner__line">
          <span>{ui.t('ui.banner.text', { name: ui.network.name })}</span>
          <span class="wm-banner__more">{ui.t('ui.banner.how')}</span>
        </span>
      </summary>
      <div class="wm-banner__body wm-wrap">
        {ui.origin?.startsWith('https:') && <p>{ui.t('ui.banner.secure')}</p>}
        <p>{ui.t('ui.banner.asks')}</p>
      </div>
    </details>
  );
}

const List = ({ items }: { items: readonly NavItem[] }) => (
  <ul>
    {items.map((item) => (
      <li>
        <a href={item.href} aria-current={item.current ? 'page' : undefined}>
          {item.label}
        </a>
      </li>
    ))}
  </ul>
);

/** Links to this page in the network's other languages, each in its own words. */
export const Languages = ({ ui }: { ui: Ui }) => (
  <>
    {ui.languages
      .filter((locale) => locale !== ui.locale)
      .map((locale) => (
        <a href={ui.languageHref(locale)} lang={locale} hreflang={locale}>
          {ui.t(`ui.language.${locale}`)}
        </a>
      ))}
  </>
);

/**
 * Name, languages, account, navigation. On phones the navigation waits behind a word that the browser itself opens: for staff beside the name, so that what
 * they came for begins two lines down. On a page that is `nameless` there is nothing but the other languages.
 */
export function Header({ ui, staff, nameless = false }: { ui: Ui; staff: boolean; nameless?: boolean }) {
  const items = nameless ? [] : staff ? ui.staffNav : ui.nav;
  const menu = items.length > 0 && (
    <details class={staff ? 'wm-menu wm-menu--staff' : 'wm-menu wm-narrow'}>
      <summary>{ui.t('ui.menu')}</summary>
      <nav class="wm-nav" aria-label={ui.t('ui.nav')}>
        <List items={items} />
      </nav>
    </details>
  );
  return (
    <header class="wm-header">
      <div class="wm-wrap">
        <div class={staff ? 'wm-header__row wm-header__row--staff' : 'wm-header__row'}>
          {!nameless && (
            <p class="wm-header__name">
              <a href={ui.href(ui.network ? `/${ui.network.slug}` : '/')}>{ui.network?.name ?? ui.t('ui.product')}</a>
            </p>
          )}
          {staff && menu}
          <div class="wm-tools">
            <Languages ui={ui} />
            {!nameless && ui.person && (
              <a class="wm-tools__person" href={ui.href(paths.account)}>
                {ui.person.name}
              </a>
            )}
            {!nameless && ui.person && (
              <Form ui={ui} action={paths.signOut}>
                <button class="wm-linkbutton" type="submit">
                  {ui.t('ui.signOut')}
                </button>
              </Form>
            )}
          </div>
          {!staff && items.length > 0 && (
            <nav class="wm-nav wm-wide" aria-label={ui.t('ui.nav')}>
              <List items={items} />
            </nav>
          )}
          {!staff && menu}
        </div>
      </div>
    </header>
  );
}

/** Staff navigation on a desk. */
export const SideNav = ({ ui }: { ui: Ui }) => (
  <nav class="wm-nav wm-side" aria-label={ui.t('ui.staffNav')}>
    <List items={ui.staffNav} />
  </nav>
);

/** The way to help is the last line of every page, and small links under it. */
export const Footer = ({ ui }: { ui: Ui }) => (
  <footer class="wm-footer">
    <div class="wm-wrap">
      <p class="wm-help">
        {ui.t('ui.help.danger')}{' '}
        {ui.network && <a href={ui.href(paths.help(ui.network.slug))}>{ui.t('ui.help.link')}</a>}
      </p>
      <ul>
        {ui.footerNav?.map((item) => (
          <li>
            <a href={item.href}>{item.label}</a>
          </li>
        ))}
        {!ui.person && (
          <li>
            <a href={ui.href(paths.signIn)} rel="nofollow">
              {ui.t('ui.signIn')}
            </a>
          </li>
        )}
      </ul>
    </div>
  </footer>
);
