/** The parts of an area's page: the shape as it was understood, and how it stands with whoever runs a hidden place. */
import { authorOf, type Ctx, dayIn, type Req, type Tx } from '#kernel';
import { holdings } from '#modules/organisations';
import { Alert, DateText, Form, Hidden, Submit, SummaryList, type Ui } from '#ui';
import { runsHiddenPlace, shapeDigest, warningsOf } from '../areas/held.ts';
import { lookAt } from '../areas/looks.ts';
import type { Shape } from '../areas/polygon.ts';
import { AreaFigure, countiesWords, sizeWords } from '../pages/area-served.tsx';
import { drawnBy } from './area-look.ts';
import type { RecordView } from './read.ts';
import { childrenIn } from './sections.ts';

/** How the shape of an area stands. */
export interface AreaGuard {
  /** Its organisation runs a hidden place. */
  guarded: boolean;
  /** Digest of the shape; null where there is none. */
  shape: string | null;
  look: { by: string | null; at: Date } | null;
  /** The person who asks drew it. */
  own: boolean;
}

export async function guardOf(tx: Tx, ctx: Ctx, { rec, story }: RecordView, areaId: string): Promise<AreaGuard> {
  const networkId = ctx.network!.id;
  const extent = childrenIn(rec.fields, 'service_areas').find((one) => one.id === areaId)?.extent;
  const holding = (await holdings(tx, networkId, [rec.organizationId])).get(rec.organizationId);
  const guarded = holding !== undefined && runsHiddenPlace(holding);
  if (!guarded || typeof extent !== 'string') return { guarded, shape: null, look: null, own: false };
  const shape = shapeDigest(extent);
  const look = await lookAt(tx, networkId, { recordId: rec.id, areaId, shape });
  return { guarded, shape, look, own: drawnBy(story, areaId) === authorOf(ctx) };
}

/** Drawn and in numbers, with what could give a hidden place away. */
export function AreaShown({ ui, shape, guarded }: { ui: Ui; shape: Shape; guarded: boolean }) {
  const counties = countiesWords(ui, shape);
  return (
    <>
      <AreaFigure ui={ui} shapes={[shape]} />
      <SummaryList
        facts={[
          { term: ui.t('directory.records.area.size'), value: sizeWords(ui, shape) },
          {
            term: ui.t('directory.records.area.corners'),
            value: ui.t('directory.records.area.points', { points: shape.points, parts: shape.polygons.length }),
          },
          {
            term: ui.t('directory.records.area.where'),
            value: counties || ui.t('directory.records.area.nowhere'),
          },
        ]}
      />
      {guarded &&
        warningsOf(shape).map((warning) => (
          <Alert kind="warning" announce={false} title={ui.t(`directory.records.area.${warning}`)}>
            <p>{ui.t(`directory.records.area.${warning}Lead`)}</p>
          </Alert>
        ))}
    </>
  );
}

/** What the public and partners see of it, and the second look. */
export function Guard({ req, guard, here }: { req: Req; guard: AreaGuard; here: string }) {
  const { ui } = req;
  const { look, shape } = guard;
  if (!guard.guarded || shape === null) return null;
  if (look)
    return (
      <Alert kind="info" announce={false} title={ui.t('directory.records.area.looked')}>
        <p>
          {look.by ?? ui.t('directory.records.nobody')} ·{' '}
          <DateText ui={ui} date={dayIn(look.at, ui.timeZone ?? 'UTC')} />
        </p>
      </Alert>
    );
  return (
    <Alert kind="warning" announce={false} title={ui.t('directory.records.area.held')}>
      <p>{ui.t(`directory.records.area.${guard.own ? 'heldOwn' : 'heldLead'}`)}</p>
      {!guard.own && (
        <Form ui={ui} action={ui.href(`${here}/look`)} label={ui.t('directory.records.area.look')}>
          <Hidden name="seen" value={shape} />
          <Submit kind="outline">{ui.t('directory.records.area.look')}</Submit>
        </Form>
      )}
    </Alert>
  );
}
