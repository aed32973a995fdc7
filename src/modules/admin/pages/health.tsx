/** How background work and mail are doing: one sentence first, then the numbers it rests on. */
import { type JobHealth, jobHealth, type Req } from '#kernel';
import { Alert, DateText, NumberText, Section, SummaryList, Table } from '#ui';
import { AdminPage } from './frame.tsx';

/** What has waited longer than this needs a person. */
const longMinutes = 15;

/** What is not as it should be, as message keys; empty when all is well. */
export function troublesOf(health: JobHealth, now: Date): string[] {
  const long = (since: Date | null) => since !== null && now.getTime() - since.getTime() > longMinutes * 60_000;
  const troubles: string[] = [];
  if (
    long(health.requests.oldestWaiting) ||
    long(health.outbox.oldestWaiting) ||
    health.queues.some((queue) => long(queue.oldestWaiting))
  ) {
    troubles.push('admin.health.stuck');
  }
  if (health.queues.some((queue) => queue.failed > 0) || health.outbox.givenUp > 0)
    troubles.push('admin.health.failedJobs');
  if (health.mail.failed > 0) troubles.push('admin.health.failedMail');
  if (long(health.mail.oldestWaiting)) troubles.push('admin.health.mailWaits');
  return troubles;
}

export async function healthPage(req: Req) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const health = await jobHealth(ctx.app);
  const troubles = troublesOf(health, ctx.app.clock());
  const schedules = health.schedules.filter((one) => one.networkId === null || one.networkId === ctx.network!.id);
  const when = (at: Date | null) => (at ? <DateText ui={ui} date={at} /> : t('admin.health.never'));
  const count = (value: number) => <NumberText ui={ui} value={value} />;
  return (
    <AdminPage req={req} tab="/admin/health" title={t('admin.health.title')} lead={t('admin.health.lead')}>
      {troubles.length === 0 ? (
        <Alert kind="success" announce={false}>
          {t('admin.health.well')}
        </Alert>
      ) : (
        <Alert kind="warning">
          <ul>
            {troubles.map((key) => (
              <li>{t(key)}</li>
            ))}
          </ul>
        </Alert>
      )}
      <h2>{t('admin.health.mail')}</h2>
      <SummaryList
        facts={[
          {
            term: t('admin.health.mailGoes'),
            value: t(ctx.app.config.smtpUrl ? 'admin.health.smtp' : 'admin.health.local'),
          },
          { term: t('admin.health.waiting'), value: count(health.mail.waiting) },
          { term: t('admin.health.failed'), value: count(health.mail.failed) },
        ]}
      />
      <Section title={t('admin.health.jobs')}>
        <Table
          ui={ui}
          caption={t('admin.health.jobs')}
          captionHidden
          rows={health.queues}
          empty={t('admin.health.noJobs')}
          columns={[
            { key: 'job', label: t('admin.health.job'), cell: (queue) => queue.job },
            { key: 'waiting', label: t('admin.health.waiting'), numeric: true, cell: (queue) => count(queue.waiting) },
            { key: 'active', label: t('admin.health.active'), numeric: true, cell: (queue) => count(queue.active) },
            { key: 'failed', label: t('admin.health.failed'), numeric: true, cell: (queue) => count(queue.failed) },
            { key: 'last', label: t('admin.health.lastSuccess'), cell: (queue) => when(queue.lastSuccess) },
          ]}
        />
      </Section>
      {schedules.length > 0 && (
        <div class="wm-section">
          <Table
            ui={ui}
            caption={t('admin.health.schedules')}
            rows={schedules}
            columns={[
              { key: 'job', label: t('admin.health.job'), cell: (one) => one.job },
              { key: 'cron', label: t('admin.health.cron'), cell: (one) => <code>{one.cron}</code> },
              { key: 'last', label: t('admin.health.lastSuccess'), cell: (one) => when(one.lastSuccess) },
            ]}
          />
        </div>
      )}
      <p class="wm-section wm-soft">{t('admin.health.events', { waiting: health.outbox.waiting })}</p>
    </AdminPage>
  );
}
