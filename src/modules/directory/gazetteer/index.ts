/**
 * The gazetteer: places of the United States, kept here so that no search ever asks an outside service. States, counties, towns and ZIP codes with
 * a point and a reach each, county outlines for maps. Loaded on first use. Sources and licences: README.md beside this file.
 */
export { findPlaces } from './find.ts';
export { type Point, kilometres } from './geometry.ts';
export { countiesNear, countyAt, outline } from './outlines.ts';
export { type OwnPlace, type Place, countiesOf, county, placeLabel, zip } from './place.ts';
