/** The frame of the administration pages: staff layout, the pages of this module as tabs, and what is wrong with a form on top. */
import { allows, type Req } from '#kernel';
import { ErrorSummary, type FieldErrors, Layout, PageHeader, Tabs } from '#ui';

const tabs = [
  { path: '/admin', label: 'admin.tab.guide', access: ['network_admin'] },
  { path: '/admin/settings', label: 'admin.tab.settings', access: ['network_admin'] },
  { path: '/admin/lines', label: 'admin.tab.lines', access: ['network_admin'] },
  { path: '/admin/people', label: 'admin.tab.people', access: ['network_admin'] },
  { path: '/admin/agencies', label: 'admin.tab.agencies', access: ['network_admin'] },
  { path: '/admin/audit', label: 'admin.tab.audit', access: ['network_admin', 'auditor'] },
  { path: '/admin/health', label: 'admin.tab.health', access: ['network_admin'] },
] as const;

export function AdminPage(props: {
  req: Req;
  title: string;
  /** Path of the tab this page belongs to. */
  tab: (typeof tabs)[number]['path'];
  lead?: unknown;
  actions?: unknown;
  errors?: FieldErrors;
  /** The page is below its tab: a link leads back up. */
  up?: { label: string; path: string };
  children?: unknown;
}) {
  const { req, title } = props;
  const { ui, ctx } = req;
  const base = `/${ctx.network!.slug}`;
  const mine = tabs.filter((tab) => allows(tab.access, ctx));
  const failed = Object.values(props.errors ?? {}).some(Boolean);
  return (
    <Layout
      ui={ui}
      title={failed ? ctx.t('admin.titleWithError', { title }) : title}
      kind="staff"
      crumbs={props.up ? [{ label: props.up.label, href: ui.href(base + props.up.path) }, { label: title }] : undefined}
    >
      {mine.length > 1 && (
        <Tabs
          label={ctx.t('admin.tabs')}
          tabs={mine.map((tab) => ({
            href: ui.href(base + tab.path),
            label: ctx.t(tab.label),
            current: tab.path === props.tab,
          }))}
        />
      )}
      <PageHeader title={title} lead={props.lead as string} actions={props.actions as string} />
      <ErrorSummary ui={ui} errors={props.errors} />
      {props.children as string}
    </Layout>
  );
}

/** Address of an administration page of this network. */
export const adminPath = (req: Req, rest: string): string => `/${req.ctx.network!.slug}/admin${rest}`;
