/** Where an administrator begins: what is done, what is next, each step with where to do it. */
import { type Req } from '#kernel';
import { Alert, LinkButton, StatusTag } from '#ui';
import { guideFor } from '../guide.ts';
import { AdminPage } from './frame.tsx';

export async function guidePage(req: Req) {
  const { ui, ctx } = req;
  const steps = await guideFor(
    ctx,
    [...req.module.values()].flatMap((module) => module.setup),
  );
  const done = steps.filter((step) => step.isDone).length;
  const next = steps.find((step) => !step.isDone);
  const to = (path: string) => ui.href(`/${ctx.network!.slug}${path}`);
  return (
    <AdminPage
      req={req}
      tab="/admin"
      title={ctx.t('admin.guide.title')}
      lead={ctx.t('admin.guide.lead', { done, total: steps.length })}
      actions={
        next && <LinkButton href={to(next.path)}>{ctx.t('admin.guide.next', { step: ctx.t(next.label) })}</LinkButton>
      }
    >
      {!next && (
        <Alert kind="success" announce={false}>
          {ctx.t('admin.guide.allDone')}
        </Alert>
      )}
      <ol class="wm-plain-list">
        {steps.map((step) => (
          <li>
            <div class="wm-row wm-between">
              <a href={to(step.path)}>{ctx.t(step.label)}</a>
              <StatusTag
                ui={ui}
                status={step.isDone ? 'done' : 'notBegun'}
                label={ctx.t(step.isDone ? 'admin.guide.done' : 'admin.guide.open')}
              />
            </div>
          </li>
        ))}
      </ol>
    </AdminPage>
  );
}
