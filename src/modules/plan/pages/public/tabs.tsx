/** The views of one plan. */
import { Tabs, type Ui } from '#ui';

export function planTabs(ui: Ui, base: string, current: 'plan' | 'progress' | 'history') {
  return (
    <Tabs
      label={ui.t('plan.page.views')}
      tabs={[
        { href: ui.href(base), label: ui.t('plan.page.tabPlan'), current: current === 'plan' },
        { href: ui.href(`${base}/progress`), label: ui.t('plan.page.tabProgress'), current: current === 'progress' },
        { href: ui.href(`${base}/history`), label: ui.t('plan.page.tabHistory'), current: current === 'history' },
      ]}
    />
  );
}
