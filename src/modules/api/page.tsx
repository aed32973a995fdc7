/** The API for people: every address, what it takes, an example to try. */
import type { Req } from '#kernel';
import { Layout, PageHeader, Section, Table } from '#ui';
import { documented, parametersOf, template } from './openapi.ts';

export function apiPage(req: Req) {
  const { ui } = req;
  const routes = documented(req.module.values());
  return (
    <Layout ui={ui} title={ui.t('api.title')} description={ui.t('api.lead')}>
      <PageHeader title={ui.t('api.title')} lead={ui.t('api.lead')} />
      <p>
        <a href="/api/v1/openapi.json">{ui.t('api.document')}</a>
      </p>
      <p>{ui.t('api.conditional')}</p>
      {routes.map((route) => (
        <Section title={<code>{`${route.method} ${template(route.path)}`}</code>}>
          <p lang="en">{route.doc.summary}</p>
          <Table
            ui={ui}
            caption={ui.t('api.parameters')}
            columns={[
              { key: 'name', label: ui.t('api.name'), cell: (p) => <code>{p.name}</code> },
              { key: 'in', label: ui.t('api.in'), cell: (p) => ui.t(`api.in.${p.in}`) },
              { key: 'what', label: ui.t('api.what'), cell: (p) => <span lang="en">{p.description ?? ''}</span> },
            ]}
            rows={parametersOf(route)}
          />
        </Section>
      ))}
    </Layout>
  );
}
