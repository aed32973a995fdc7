/** Hidden places on a service's page: each opens alone, with a reason; what is opened stands on one answer and is gone with it. */
import type { Req } from '#kernel';
import { type Fields, holdings } from '#modules/organisations';
import { Alert, Details, Form, Hidden, Section, Submit, SummaryList, TextField, type Ui } from '#ui';
import type { HiddenPlace } from '../../hidden-places.ts';
import { linesOf } from '../../records/value.ts';
import { addressLine } from '../facts.tsx';
import type { ServiceView } from '../read.ts';
import { mayReveal, pathOf } from './who.ts';

/** What a page shows once, after a form was sent. */
export interface Shown {
  /** What a form could not take, by field. */
  errors?: Record<string, string>;
  typed?: Record<string, string>;
  revealed?: { location: string; name?: string; place: HiddenPlace | null };
}

/** The ids of the hidden places that a service is given at. */
export async function hiddenPlacesOf(req: Req, view: ServiceView): Promise<string[]> {
  const { ctx } = req;
  const held = await ctx.app.db.run({ networkId: ctx.network!.id }, (tx) =>
    holdings(tx, ctx.network!.id, [view.organization.id]),
  );
  const holding = held.get(view.organization.id);
  const at = new Set(
    holding?.links
      .filter((link) => link.fields.service_id === view.service.id)
      .map((link) => String(link.fields.location_id)),
  );
  return (holding?.locations ?? []).filter((place) => place.confidential && at.has(place.id)).map((place) => place.id);
}

/** Each opens alone, with a reason; what is opened stands on this one answer and is gone with it. */
export function HiddenPlaces({ req, places, shown }: { req: Req; places: string[]; shown: Shown }) {
  const { ui, ctx } = req;
  if (places.length === 0 || !mayReveal(ctx)) return null;
  return (
    <Section title={ui.t('directory.desk.hidden')} id="hidden">
      {places.map((id, at) =>
        shown.revealed?.location === id ? (
          <Alert kind="warning" title={ui.t('directory.desk.revealed')}>
            <RevealedPlace ui={ui} name={shown.revealed.name} place={shown.revealed.place} />
          </Alert>
        ) : (
          <Details
            summary={
              places.length > 1 ? ui.t('directory.desk.revealNumber', { n: at + 1 }) : ui.t('directory.desk.reveal')
            }
            open={shown.typed?.location === id}
          >
            <Form ui={ui} action={ui.href(`${pathOf(req)}/places#hidden`)}>
              <Hidden name="location" value={id} />
              <TextField
                ui={ui}
                name={at === 0 ? 'reason' : `reason-${at}`}
                label={ui.t('directory.desk.reason')}
                hint={ui.t('directory.desk.reasonHint')}
                errors={shown.errors}
                maxlength={200}
                autocomplete="off"
              />
              <div class="wm-actions">
                <Submit kind="outline">{ui.t('directory.desk.revealNow')}</Submit>
              </div>
            </Form>
          </Details>
        ),
      )}
    </Section>
  );
}

/** All that was sealed of a place, the address first and as it would be read out; where it lies on a map is for machines. */
function RevealedPlace({ ui, name, place }: { ui: Ui; name?: string; place: HiddenPlace | null }) {
  const { addresses: _, latitude: __, longitude: ___, ...others }: Fields = place ?? {};
  const address = addressLine({ kind: 'location', id: '', organizationId: '', name: '', body: place ?? {} });
  const facts = Object.entries(others).flatMap(([field, value]) => {
    const lines = linesOf(ui, field, value);
    return lines.length > 0
      ? [{ term: ui.t(`directory.vetting.field1.${field}`), value: <span class="wm-lines">{lines.join('\n')}</span> }]
      : [];
  });
  if (!address && facts.length === 0) return <p>{ui.t('directory.desk.nothingKept')}</p>;
  return (
    <>
      {name && <p>{name}</p>}
      {address && <p class="wm-strong">{address}</p>}
      {facts.length > 0 && <SummaryList facts={facts} />}
    </>
  );
}
