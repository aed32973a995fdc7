/** The addresses of published plans for search engines: each plan and its items. */
import type { Ctx } from '#kernel';
import { publicItemsInFull, publicPlans } from '../../public.ts';

export async function planSitemap(ctx: Ctx): Promise<string[]> {
  if (!ctx.network) return [];
  const paths = ['/plans'];
  for (const plan of await publicPlans(ctx.app, ctx.network.id)) {
    const base = `/plans/${plan.slug}`;
    paths.push(base, `${base}/progress`, `${base}/history`);
    const { items } = await publicItemsInFull(ctx.app, ctx.network.id, plan.id);
    paths.push(...items.map((item) => `${base}/items/${item.ref}`));
  }
  return paths;
}
