/** The shape of what a service serves, drawn over county borders, with the same in words for whoever does not see it. */
import type { Fields } from '#modules/organisations';
import { formatNumber, Section, type Ui } from '#ui';
import { countiesServed } from '../areas/served.ts';
import { squareKm } from '../areas/measure.ts';
import type { Shape } from '../areas/polygon.ts';
import { shapeOfExtent } from '../areas/shape.ts';
import { placeLabel } from '../gazetteer/index.ts';
import { AreaPath, Borders, cornersOf, height, projection, Towns, width } from './drawing.tsx';
import type { ServiceView } from './read.ts';
import { areaSaid, Words } from './said.tsx';

type Speaker = Pick<Ui, 't' | 'locale'>;

/** The areas of a document that have a shape. */
const shapesIn = (body: Fields): { area: Fields; shape: Shape }[] =>
  ((body.service_areas as Fields[] | undefined) ?? []).flatMap((area) => {
    const shape = shapeOfExtent(area.extent as string | undefined);
    return shape ? [{ area, shape }] : [];
  });

/** The shapes that a service serves, its own and those at its places. */
export const shapesOf = ({ service, places }: ServiceView) =>
  [service.body, ...places.map(({ link }) => link.body)].flatMap(shapesIn);

const squareMiles = (km2: number): number => km2 / 1.609344 ** 2;
/** Large numbers without a point; a small one to what matters. */
const size = (ui: Speaker, value: number): string =>
  formatNumber(ui.locale, Number(value.toPrecision(3)), value < 10 ? 2 : value < 100 ? 1 : 0);

/** "1,780 square miles (4,610 km²)" */
export const sizeWords = (ui: Speaker, shape: Shape): string => {
  const km2 = squareKm(shape);
  return ui.t('directory.page.areaSize', { miles: size(ui, squareMiles(km2)), km: size(ui, km2) });
};

const mostNamed = 12;

/** "Parts or all of Harris County, TX and Waller County, TX." Empty far from every county. */
export function countiesWords(ui: Speaker, shape: Shape): string {
  const counties = countiesServed(shape);
  if (counties.length === 0) return '';
  const list = new Intl.ListFormat(ui.locale === 'es' ? 'es-US' : 'en-US');
  const named = counties.slice(0, mostNamed).map((one) => placeLabel(one, ui.locale));
  const more = counties.length - named.length;
  return ui.t('directory.page.areaCounties', {
    counties: list.format([...named, ...(more > 0 ? [ui.t('directory.page.areaMore', { count: more })] : [])]),
    count: counties.length,
  });
}

export function AreaFigure({ ui, shapes }: { ui: Ui; shapes: readonly Shape[] }) {
  const flat = projection(cornersOf(shapes, 0.3), 0.15);
  return (
    <figure class="wm-map">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={ui.t('directory.page.areaMap')}>
        <Borders flat={flat} />
        {shapes.map((shape) => (
          <AreaPath flat={flat} shape={shape} />
        ))}
        <Towns flat={flat} />
      </svg>
    </figure>
  );
}

/** Nothing for a service whose areas are names alone: those stand among its facts. */
export function AreaServed({ ui, view }: { ui: Ui; view: ServiceView }) {
  const areas = shapesOf(view);
  if (areas.length === 0) return null;
  return (
    <Section title={ui.t('directory.page.area')} id="area">
      {areas.map(({ area, shape }) => {
        const name = areaSaid(area, ui.locale);
        return (
          <p>
            {name ? (
              <>
                {ui.t('directory.page.areaNamed')} <Words of={name} />.
              </>
            ) : (
              ui.t('directory.page.areaDrawn')
            )}{' '}
            {countiesWords(ui, shape)} {sizeWords(ui, shape)}
          </p>
        );
      })}
      <AreaFigure ui={ui} shapes={areas.map(({ shape }) => shape)} />
    </Section>
  );
}
