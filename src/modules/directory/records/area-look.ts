/** Giving a second look to the shape of whoever runs a hidden place: never by who drew it. */
import { z } from 'zod';
import { action, authorOf, Problem } from '#kernel';
import { type Rec, recordsById, storiesOf, type Story } from '#modules/organisations';
import { shapeDigest } from '../areas/held.ts';
import { project } from '../project.ts';
import { directory } from '../tables.ts';
import { keepers } from './actions.ts';
import { childrenIn } from './sections.ts';

/** Who drew the shape that an area has now: the author of the oldest version since which it is the same. Null when that was no person. */
export function drawnBy(story: Story, areaId: string): string | null {
  const extentIn = ({ fields }: Story['versions'][number]) =>
    childrenIn(fields, 'service_areas').find((area) => area.id === areaId)?.extent;
  const now = story.versions.at(-1);
  const other = story.versions.findLastIndex((version) => now && extentIn(version) !== extentIn(now));
  return story.versions[other + 1]?.authorId ?? null;
}

const extentOf = (rec: Rec, areaId: string): string | null => {
  const extent = childrenIn(rec.fields, 'service_areas').find((area) => area.id === areaId)?.extent;
  return typeof extent === 'string' ? extent : null;
};

/** `shape` is the digest of what the person saw: a shape that somebody changed meanwhile is not looked at unseen. */
export const lookAtArea = action('directory.area.look', {
  input: z.object({ record: z.uuid(), area: z.uuid(), shape: z.string().length(43) }),
  may: keepers,
  public: true,
  load: async ({ tx, input, ctx }) => {
    const [rec] = await recordsById(tx, ctx.network!.id, [input.record]);
    const extent = rec ? extentOf(rec, input.area) : null;
    if (!rec || extent === null) throw Problem.notFound();
    const stories = await storiesOf(tx, ctx.network!.id, [rec.id]);
    return { rec, extent, drawnBy: drawnBy(stories.get(rec.id)!, input.area) };
  },
  check: ({ input, loaded, ctx }) => {
    if (shapeDigest(loaded.extent) !== input.shape) throw Problem.conflict('directory.records.area.changed');
    if (loaded.drawnBy === authorOf(ctx)) throw Problem.conflict('directory.records.area.ownLook');
  },
  run: async ({ tx, input, loaded, ctx, emit }) => {
    await directory(tx)
      .insertInto('app.directory_area_look')
      .values({
        network_id: ctx.network!.id,
        record_id: loaded.rec.id,
        area_id: input.area,
        shape: input.shape,
        author_id: authorOf(ctx)!,
        at: ctx.app.clock(),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await project(tx, ctx, [loaded.rec.organizationId]);
    emit('directory.changed', { record: loaded.rec.id });
  },
  audit: ({ loaded }) => ({ subject: `${loaded.rec.kind}:${loaded.rec.id}`, fields: ['service_areas'] }),
});
