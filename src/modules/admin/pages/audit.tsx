/** The audit page: who did, read or was refused what, newest first. Filters stay in the address as ids and days, never as names. */
import { download, pick, type Req, today } from '#kernel';
import { Alert, DateField, Form, Pager, pageFrom, Select, Submit, Table } from '#ui';
import {
  type AuditFilter,
  type AuditLine,
  auditCsv,
  checkChain,
  exportAudit,
  filterFrom,
  outcomes,
  pageSize,
  readAudit,
} from '../audit-log.ts';
import { adminPath, AdminPage } from './frame.tsx';

/** Who acted, in words. */
function actorOf(req: Req, line: AuditLine): string {
  const { t } = req.ctx;
  if (line.actorName) return line.actorName;
  if (line.actorKind.startsWith('system:')) return t('admin.audit.system', { job: line.actorKind.slice(7) });
  return t(line.actorKind === 'person' ? 'admin.audit.gone' : 'admin.audit.visitor');
}

/** Ids in a table are there to tell rows apart; the first eight characters do. The download has them whole. */
const shortened = (subject: string): string => subject.replace(/([0-9a-f]{8})-[0-9a-f-]{27}/g, '$1');

/** Day and time of an entry, to the second, where the network is. */
function When({ req, at }: { req: Req; at: Date }) {
  const { locale, network } = req.ctx;
  const words = new Intl.DateTimeFormat(locale === 'es' ? 'es-US' : 'en-US', {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: network!.timezone,
  }).format(at);
  return <time datetime={at.toISOString()}>{words}</time>;
}

const queryOf = (filter: AuditFilter): Record<string, string | undefined> => ({ ...filter });

export async function auditPage(req: Req) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const filter = filterFrom(req.query);
  const wanted = pageFrom(req.query, Number.MAX_SAFE_INTEGER, pageSize);
  const { lines, total, page, actions, people } = await readAudit(ctx, { filter, page: wanted });
  const check = req.query.check === 'yes' ? await checkChain(ctx, {}) : null;
  const address = adminPath(req, '/audit');
  return (
    <AdminPage
      req={req}
      tab="/admin/audit"
      title={t('admin.audit.title')}
      lead={t('admin.audit.lead')}
      actions={
        <>
          <a href={ui.href(`${address}.csv`, queryOf(filter))} download>
            {t('admin.audit.csv')}
          </a>
          <a href={ui.href(address, { ...queryOf(filter), check: 'yes' })}>{t('admin.audit.check')}</a>
        </>
      }
    >
      {check && (
        <Alert kind={check.broken === null ? 'success' : 'error'}>
          {check.broken === null
            ? t('admin.audit.whole', { entries: check.entries })
            : t('admin.audit.broken', { entry: check.broken })}
        </Alert>
      )}
      <Form ui={ui} action={ui.href(address)} method="get" class="wm-filters" label={t('admin.audit.filter')}>
        <Select
          ui={ui}
          name="outcome"
          label={t('admin.audit.outcome')}
          blank={t('admin.audit.any')}
          options={outcomes.map((value) => ({ value, label: t(`admin.audit.outcome.${value}`) }))}
          value={filter.outcome}
        />
        <Select
          ui={ui}
          name="action"
          label={t('admin.audit.action')}
          blank={t('admin.audit.any')}
          options={actions.map((value) => ({ value, label: value }))}
          value={filter.action}
        />
        <Select
          ui={ui}
          name="person"
          label={t('admin.audit.person')}
          blank={t('admin.audit.any')}
          options={people.map((person) => ({ value: person.id, label: person.name }))}
          value={filter.person}
        />
        <DateField ui={ui} name="from" label={t('admin.audit.from')} value={filter.from} />
        <DateField ui={ui} name="to" label={t('admin.audit.to')} value={filter.to} />
        <Submit kind="outline">{t('admin.audit.show')}</Submit>
      </Form>
      <Table
        ui={ui}
        caption={t('admin.audit.title')}
        captionHidden
        rows={lines}
        empty={t('admin.audit.none')}
        columns={[
          { key: 'at', label: t('admin.audit.at'), cell: (line) => <When req={req} at={line.at} /> },
          { key: 'who', label: t('admin.audit.person'), cell: (line) => actorOf(req, line) },
          {
            key: 'action',
            label: t('admin.audit.action'),
            cell: (line) => {
              const outcome = t(`admin.audit.outcome.${line.outcome}`);
              return (
                <>
                  {line.outcome === 'denied' ? <strong>{outcome}</strong> : outcome} <span>{line.action}</span>
                </>
              );
            },
          },
          {
            key: 'what',
            label: t('admin.audit.what'),
            cell: (line) => (
              <>
                <span title={line.subject}>{shortened(line.subject)}</span>
                {line.fields.length > 0 && <span class="wm-soft"> {line.fields.join(', ')}</span>}
                {line.reason && <span class="wm-soft"> ({line.reason})</span>}
              </>
            ),
          },
        ]}
      />
      <Pager ui={ui} total={total} size={pageSize} page={page} />
    </AdminPage>
  );
}

export async function auditDownload(req: Req) {
  const lines = await exportAudit(req.ctx, filterFrom(req.query));
  const name = `${pick(req.ctx.network!.name, 'en')}-audit-${today(req.ctx)}.csv`;
  return download(auditCsv(lines), 'text/csv; charset=utf-8', name);
}
