/**
 * What the modules show on the home page and on the staff start page. Each panel stands for itself: one that fails says so in its place and
 * takes nothing else with it; one that has nothing to say returns null.
 */
import { allows, cleanError, type Panel, type Req } from '#kernel';
import { Alert } from '#ui';

/** The panels of a place that this reader may see, drawn, in order, without the empty ones. */
export async function panelsFor(req: Req, place: Panel['place']): Promise<unknown[]> {
  const { ctx } = req;
  const panels = [...req.module.values()]
    .flatMap((module) => module.panels)
    .filter((panel) => panel.place === place && allows(panel.access, ctx))
    .sort((a, b) => a.order - b.order);
  const drawn = await Promise.all(
    panels.map(async (panel) => {
      try {
        return await panel.render(req);
      } catch (error) {
        req.doNotKeep();
        ctx.app.log.error({ requestId: ctx.requestId, place, err: cleanError(error) }, 'panel failed');
        return <Alert kind="warning">{ctx.t('site.panel.failed')}</Alert>;
      }
    }),
  );
  return drawn.filter((one) => one !== null && one !== undefined && one !== false);
}
