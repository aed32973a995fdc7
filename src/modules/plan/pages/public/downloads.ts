/** The plan as files: CSV and Excel with every field, JSON as the API gives it. */
import { download, type Req } from '#kernel';
import { writePlan } from '../../exchange/index.ts';
import { exportPlan } from '../../exporting.ts';
import { planDetail } from '../../api.ts';
import { planOnDay } from './read.ts';

const types = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

export const downloadFile =
  (format: keyof typeof types) =>
  async (req: Req): Promise<Response> => {
    const { network, app } = req.ctx;
    const slug = req.params.plan ?? '';
    const bytes = await writePlan(await exportPlan(app, network!.id, slug, 'published'), format);
    return download(bytes, types[format], `${network!.slug}-${slug}.${format}`);
  };

export async function downloadJson(req: Req): Promise<Response> {
  const view = await planOnDay(req);
  return download(
    JSON.stringify(planDetail(req, view), null, 2),
    'application/json; charset=utf-8',
    `${req.ctx.network!.slug}-${view.plan.slug}.json`,
  );
}
