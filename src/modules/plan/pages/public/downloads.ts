/** The plan as files: CSV and Excel with every field, JSON as the API gives it. */
import { download, type Req } from '#kernel';
import { writePlan } from '../../exchange/index.ts';
import { planFileOf } from '../../file.ts';
import { publicItemsInFull } from '../../public.ts';
import { planDetail } from '../../api.ts';
import { planOnDay } from './read.ts';

const types = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

export const downloadFile =
  (format: keyof typeof types) =>
  async (req: Req): Promise<Response> => {
    const { plan } = await planOnDay(req);
    const { items } = await publicItemsInFull(req.ctx.app, req.ctx.network!.id, plan.id);
    const bytes = await writePlan(planFileOf({ fields: plan.fields, items }), format);
    return download(bytes, types[format], `${req.ctx.network!.slug}-${plan.slug}.${format}`);
  };

export async function downloadJson(req: Req): Promise<Response> {
  const view = await planOnDay(req);
  return download(
    JSON.stringify(planDetail(req, view), null, 2),
    'application/json; charset=utf-8',
    `${req.ctx.network!.slug}-${view.plan.slug}.json`,
  );
}
