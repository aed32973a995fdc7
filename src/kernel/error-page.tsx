/** The page for everything that did not work: says what happened, what to do next, and always how to reach help. */
import { Alert, Layout, LinkButton, PageHeader } from '#ui';
import type { Req } from './request.ts';
import type { Problem } from './problem.ts';

export function errorPage(
  req: Req,
  status: number,
  key: string,
  values: Record<string, unknown> = {},
  fields: Problem['fields'] = {},
  heading = status === 404 ? 'kernel.error.notFoundTitle' : 'kernel.error.title',
) {
  const { ui } = req;
  const title = ui.t(heading);
  const home = ui.network ? `/${ui.network.slug}` : '/';
  return (
    <Layout ui={ui} title={title} kind="public" noindex canonical={null}>
      <PageHeader title={title} lead={ui.t(key, values)} />
      {Object.keys(fields).length > 0 && (
        <Alert kind="error">
          <ul>
            {Object.entries(fields).map(([name, field]) => (
              <li>
                {name}: {ui.t(field.key, field.values)}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      <p>
        <LinkButton href={ui.href(home)}>{ui.t('kernel.error.home')}</LinkButton>
      </p>
    </Layout>
  );
}
