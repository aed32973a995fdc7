/** What a campaign would do if it began today: whom it would ask, and which of these no letter can reach, so that somebody has time to call them. */
import { type Req, today, type Tx } from '#kernel';
import { Actions, Alert, Details, Form, Submit } from '#ui';
import { namesOf } from '../../vetting/staff/read.ts';
import type { Campaign } from '../campaigns.ts';
import { withoutLetterBox } from '../letters.ts';
import { periodsOf } from '../periods.ts';
import { listingsOf, requestsOf, valuesBy } from '../read.ts';
import { toAsk } from '../steps.ts';
import { base } from './frame.tsx';

/** More names than this are counted. */
const mostNamed = 100;

/** By the same rule that asks them. */
export async function wouldAsk(tx: Tx, req: Req, campaign: Campaign) {
  const { ctx } = req;
  const networkId = ctx.network!.id;
  const day = today(ctx);
  const periods = await periodsOf(tx, networkId);
  const values = await valuesBy(tx, ctx, null);
  const all = Map.groupBy(await requestsOf(tx, networkId), (one) => one.organizationId);
  const asked = [...(await listingsOf(tx, ctx)).values()].filter((listing) => {
    const before = campaign.continuous ? (all.get(listing.id) ?? []) : [];
    return (
      toAsk({ ...campaign, startedOn: day }, listing, values.get(listing.id) ?? [], before, periods, day).length > 0
    );
  });
  const open = asked.filter(({ position }) => !position.doNotContact).map(({ id }) => id);
  const unreached = await withoutLetterBox(tx, networkId, open);
  const names = await namesOf(tx, networkId, unreached);
  return {
    all: asked.length,
    silent: asked.length - open.length,
    letters: open.length - unreached.length,
    unreached: unreached.map((id) => ({ id, name: names.get(id) ?? '' })).sort((a, b) => a.name.localeCompare(b.name)),
  };
}

export function Would({ req, would, at }: { req: Req; would: Awaited<ReturnType<typeof wouldAsk>>; at: string }) {
  const { ui } = req;
  const { all, silent, letters, unreached } = would;
  const say = (key: string, count?: number) => ui.t(`directory.upkeep.campaign.${key}`, { count });
  return (
    <>
      <Alert kind="info" announce={false} title={say('would', all)}>
        {silent > 0 && <p>{say('wouldCall', silent)}</p>}
        {unreached.length > 0 && <p>{say('wouldReach', unreached.length)}</p>}
      </Alert>
      {unreached.length > 0 && <Unreached req={req} providers={unreached} />}
      <Form ui={ui} action={ui.href(`${at}/start`)}>
        <Actions>
          <Submit>{say(letters > 0 ? 'start' : 'startCalls')}</Submit>
        </Actions>
      </Form>
    </>
  );
}

/** Providers without an address, each with the page where one can be written down. */
function Unreached({ req, providers }: { req: Req; providers: readonly { id: string; name: string }[] }) {
  const { ui, ctx } = req;
  const more = providers.length - mostNamed;
  return (
    <Details summary={ui.t('directory.upkeep.campaign.unreached', { count: providers.length })} open>
      <ul class="wm-several">
        {providers.slice(0, mostNamed).map(({ id, name }) => (
          <li>
            <a href={ui.href(base(ctx, `/listings/${id}`))}>{name || ui.t('directory.upkeep.noName')}</a>
          </li>
        ))}
        {more > 0 && <li>{ui.t('directory.upkeep.campaign.unreachedMore', { count: more })}</li>}
      </ul>
    </Details>
  );
}
