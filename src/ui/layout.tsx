/**
 * The page around a page. Four kinds: `public` and `survivor` carry quick exit; `survivor` pages have a neutral title, name nothing on a shared
 * screen and send no referrer; `staff` pages have their navigation at the side; `bare` is for embedding and
 * brings its heading, the title, for assistive technology. Everything works without JavaScript.
 */
import type { Child } from 'hono/jsx';
import { defaultAccent } from './accent.ts';
import { QuickExit } from './exit.tsx';
import { DemoNotice, Footer, Header, OfficialBanner, SideNav } from './frame.tsx';
import { Alert } from './notes.tsx';
import { Script } from './script.tsx';
import { paths, type Ui } from './ui.ts';

export interface Crumb {
  label: Child;
  /** The last crumb, the page itself, has none. */
  href?: string;
}

export interface LayoutProps {
  ui: Ui;
  title: string;
  kind?: 'public' | 'survivor' | 'staff' | 'bare';
  /** One sentence for search engines and social cards. */
  description?: string;
  /** The path that is this page's own address, e.g. without filters; the current path unless given. Null: none. */
  canonical?: string | null;
  crumbs?: readonly Crumb[];
  /** Feeds and other formats of the same content. */
  alternates?: readonly { href: string; type: string; title?: string }[];
  /** Path of a picture for social cards (public pages only). */
  image?: string;
  /** Keep out of search engines. Staff pages and embeds always are. */
  noindex?: boolean;
  /** Says not even whose page it is: for what somebody was handed whose phone others may look at. */
  nameless?: boolean;
  children?: Child;
}

const ogLocale = { en: 'en_US', es: 'es_US' };

/** Links up the tree; the page itself is last and no link. */
export const Crumbs = ({ ui, crumbs }: { ui: Pick<Ui, 't'>; crumbs: readonly Crumb[] }) => (
  <nav class="wm-crumbs" aria-label={ui.t('ui.crumbs')}>
    <ol>
      {crumbs.map((crumb) => (
        <li>{crumb.href ? <a href={crumb.href}>{crumb.label}</a> : <span aria-current="page">{crumb.label}</span>}</li>
      ))}
    </ol>
  </nav>
);

/**
 * What was just done, told after a redirect: `?said=<message key>`. Only keys made for it are ever shown, so an address cannot put words on a page: of
 * what was done (`module.….said.…`), and of what was not and need not be (`module.….noted.…`). A key that does not exist says nothing.
 */
function said(ui: Ui): { text: string; kind: 'success' | 'info' } | null {
  const key = ui.query.said ?? '';
  const [, done] = /^[a-z]+\.(?:[\w-]+\.)*(said|noted)\.[\w-]+$/.exec(key) ?? [];
  if (!done) return null;
  try {
    // Counts travel beside the key; nothing but digits is taken, so that an address still cannot put words on a page.
    const counts = Object.entries(ui.query).filter(([, value]) => /^\d{1,9}$/.test(value));
    const text = ui.t(key, Object.fromEntries(counts.map(([name, value]) => [name, Number(value)])));
    return { text, kind: done === 'said' ? 'success' : 'info' };
  } catch {
    return null;
  }
}

function Head(props: LayoutProps) {
  const { ui, kind = 'public', description } = props;
  const origin = ui.origin ?? '';
  const canonical = props.canonical === undefined ? ui.path : props.canonical;
  // On a survivor's page the tab, the history and a shared link must not tell: the page's own neutral title stands alone.
  const title = kind === 'survivor' || !ui.network ? props.title : `${props.title} · ${ui.network.name}`;
  const open = kind === 'public';
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
      <title>{title}</title>
      {description && kind !== 'survivor' && <meta name="description" content={description} />}
      {kind === 'survivor' && <meta name="referrer" content="no-referrer" />}
      {(props.noindex || kind === 'staff' || kind === 'bare') && <meta name="robots" content="noindex" />}
      <meta name="format-detection" content="telephone=no" />
      <link rel="stylesheet" href={ui.asset('site.css')} />
      {ui.network && ui.network.accent.toLowerCase() !== defaultAccent && (
        <link rel="stylesheet" href={paths.accent(ui.network.accent)} />
      )}
      {(open || kind === 'survivor') && <Script ui={ui} name="exit" first />}
      <link rel="icon" href={ui.asset('icon.svg')} type="image/svg+xml" />
      {open && canonical && <link rel="canonical" href={origin + canonical} />}
      {open &&
        ui.languages.length > 1 &&
        ui.languages.map((locale) => (
          <link rel="alternate" hreflang={locale} href={origin + ui.languageHref(locale)} />
        ))}
      {props.alternates?.map((other) => (
        <link rel="alternate" type={other.type} title={other.title} href={other.href} />
      ))}
      {open && (
        <>
          <meta property="og:type" content="website" />
          <meta property="og:title" content={props.title} />
          {description && <meta property="og:description" content={description} />}
          {ui.network && <meta property="og:site_name" content={ui.network.name} />}
          {origin && canonical && <meta property="og:url" content={origin + canonical} />}
          {origin && props.image && <meta property="og:image" content={origin + props.image} />}
          <meta property="og:locale" content={ogLocale[ui.locale]} />
        </>
      )}
      {kind === 'bare' && <base target="_top" />}
    </head>
  );
}

/** A whole document, without its doctype (`renderPage` adds it). */
export function Layout(props: LayoutProps) {
  const { ui, kind = 'public', crumbs, nameless, children } = props;
  if (kind === 'bare') {
    return (
      <html lang={ui.locale}>
        <Head {...props} />
        <body class="wm-bare">
          {ui.network?.isDemo && <DemoNotice ui={ui} />}
          <main>
            <h1 class="wm-sr">{props.title}</h1>
            {children}
          </main>
        </body>
      </html>
    );
  }
  const exits = kind === 'public' || kind === 'survivor';
  const told = said(ui);
  const main = (
    <main class="wm-main" id="main" tabindex={-1}>
      {told && (
        <Alert kind={told.kind} announce>
          {told.text}
        </Alert>
      )}
      {children}
    </main>
  );
  return (
    <html lang={ui.locale}>
      <Head {...props} />
      <body
        class={
          exits ? (nameless ? 'wm-has-exit wm-nameless' : 'wm-has-exit') : kind === 'staff' ? 'wm-of-staff' : undefined
        }
      >
        <a class="usa-skipnav" href="#main">
          {ui.t('ui.skip')}
        </a>
        {ui.network?.isDemo && <DemoNotice ui={ui} />}
        {kind === 'public' && <OfficialBanner ui={ui} />}
        <Header ui={ui} staff={kind === 'staff'} nameless={nameless} />
        <div class="wm-wrap">
          {kind === 'staff' && ui.staffNav.length > 0 ? (
            <div class="wm-staff">
              <SideNav ui={ui} />
              <div>
                {crumbs && crumbs.length > 0 && <Crumbs ui={ui} crumbs={crumbs} />}
                {main}
              </div>
            </div>
          ) : (
            <>
              {crumbs && crumbs.length > 0 && <Crumbs ui={ui} crumbs={crumbs} />}
              {main}
            </>
          )}
        </div>
        {!nameless && <Footer ui={ui} />}
        {exits && <QuickExit ui={ui} />}
      </body>
    </html>
  );
}

/** The text of a document, ready to send. */
export async function renderPage(page: unknown): Promise<string> {
  return `<!doctype html>${String(await page)}`;
}
