/** An export as HSDS JSON. */
import type { Ctx } from '#kernel';
import type { Fields, Kind } from '#modules/organisations';
import { type ExportJob, hsdsOf, type OnProgress, placesOf, slices } from './export-slices.ts';

/**
 * One page of whole services, as an HSDS API gives it, and beside it every organisation with its programs and with places at which it offers nothing:
 * together all there is.
 */
export async function* jsonOf(ctx: Ctx, job: ExportJob, onProgress: OnProgress): AsyncGenerator<string> {
  yield '{\n"contents": [';
  let count = 0;
  for await (const made of slices(ctx, job, onProgress, 0, 2)) {
    const places = await placesOf(ctx, job, made);
    for (const docs of made) {
      const [owner] = docs;
      if (!owner) continue;
      const by = (kind: Kind) => docs.filter((doc) => doc.kind === kind);
      const programs = new Map(by('program').map((doc) => [doc.id, hsdsOf(job, doc)]));
      const organization = hsdsOf(job, owner);
      for (const doc of by('service')) {
        const links = by('service_at_location').filter(
          (link) => link.body.service_id === doc.id && places.has(String(link.body.location_id)),
        );
        const program = programs.get(String(doc.body.program_id));
        const whole: Fields = {
          ...hsdsOf(job, doc),
          organization,
          ...(program ? { program } : {}),
          ...(links.length > 0
            ? {
                service_at_locations: links.map((link) => ({
                  ...hsdsOf(job, link),
                  location: hsdsOf(job, places.get(String(link.body.location_id))!),
                })),
              }
            : {}),
        };
        yield `${count++ > 0 ? ',' : ''}\n${JSON.stringify(whole)}`;
      }
    }
  }
  yield `\n],\n"total_items": ${count}, "total_pages": 1, "page_number": 1, "size": ${count}, "first_page": true, "last_page": true, "empty": ${count === 0},\n"organizations": [`;
  let organizations = 0;
  for await (const made of slices(ctx, job, onProgress, 1, 2)) {
    for (const docs of made) {
      const [owner] = docs;
      if (!owner) continue;
      const linked = new Set(
        docs.filter((doc) => doc.kind === 'service_at_location').map((doc) => doc.body.location_id),
      );
      const programs = docs.filter((doc) => doc.kind === 'program').map((doc) => hsdsOf(job, doc));
      const locations = docs
        .filter((doc) => doc.kind === 'location' && !linked.has(doc.id))
        .map((doc) => hsdsOf(job, doc));
      const whole = {
        ...hsdsOf(job, owner),
        ...(programs.length > 0 ? { programs } : {}),
        ...(locations.length > 0 ? { locations } : {}),
      };
      yield `${organizations++ > 0 ? ',' : ''}\n${JSON.stringify(whole)}`;
    }
  }
  yield '\n]\n}\n';
}
