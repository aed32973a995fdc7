/** A provider says where a hidden place of its own is now. What was sealed before is never shown here, and what is sent is not shown again. */
import { z } from 'zod';
import { page, Problem, type Req, redirect } from '#kernel';
import { recordsById } from '#modules/organisations';
import { Actions, ErrorSummary, Form, LinkButton, Submit } from '#ui';
import { blank, Entered, type Refused } from '../../records/frame.tsx';
import { placeFrom, PlaceFields, placeLabel } from '../../records/places.tsx';
import { ownOrganization } from '../accounts.ts';
import { askForMove } from '../place-proposals.ts';
import { reading, VettingPage } from '../staff/frame.tsx';

const at = (req: Req, rest = '') => `/${req.ctx.network!.slug}/staff/my-organization${rest}`;

/** The id of a hidden place of the provider's own. Throws Problem.notFound for any other. */
const placeOf = ({ ctx, params }: Req): Promise<string> =>
  reading(ctx, async (tx) => {
    const id = await ownOrganization(tx, ctx);
    const asked = z.uuid().safeParse(params.id);
    const [rec] = asked.success ? await recordsById(tx, ctx.network!.id, [asked.data]) : [];
    if (!rec?.confidential || rec.organizationId !== id) throw Problem.notFound();
    return rec.id;
  });

export async function ownPlacePage(req: Req, refused: Refused = blank) {
  const { ui } = req;
  const id = await placeOf(req);
  const title = ui.t('directory.vetting.own.moved');
  return (
    <VettingPage
      req={req}
      title={title}
      lead={ui.t('directory.vetting.own.movedLead')}
      crumbs={[{ label: ui.t('directory.vetting.own.title'), href: ui.href(at(req)) }, { label: title }]}
    >
      <ErrorSummary ui={ui} errors={refused.errors} labels={(name) => placeLabel(ui, name)} />
      <Form ui={ui} action={ui.href(at(req, `/${id}/place`))}>
        <PlaceFields ui={ui} refused={refused} />
        <Actions>
          <Submit>{ui.t('directory.vetting.own.moveSend')}</Submit>
          <LinkButton kind="outline" href={ui.href(at(req))}>
            {ui.t('directory.records.back')}
          </LinkButton>
        </Actions>
      </Form>
    </VettingPage>
  );
}

export async function postOwnPlace(req: Req): Promise<Response> {
  const location = await placeOf(req);
  const { fields: values, lists } = await req.form();
  try {
    await askForMove(req.ctx, { location, place: placeFrom(req, values) });
  } catch (error) {
    const errors =
      error instanceof Entered
        ? error.errors
        : error instanceof Problem && error.kind === 'invalid'
          ? Object.fromEntries(Object.entries(error.fields).map(([name, one]) => [name, req.ui.t(one.key, one.values)]))
          : null;
    if (!errors) throw error;
    return page(await ownPlacePage(req, { values, lists, errors, meanwhile: false }), 422);
  }
  return redirect(req, at(req), { said: 'directory.vetting.said.changesAsked' });
}
