/**
 * One service as the hotline or a partner reads it: fields that the public does not see are marked, notes of colleagues stand beside, a hidden place
 * opens for this one reading, with a reason.
 */
import { page, Problem, redirect, type Req, today } from '#kernel';
import { recordsById } from '#modules/organisations';
import {
  Button,
  ErrorSummary,
  Form,
  formatInstant,
  Hidden,
  Layout,
  PageHeader,
  Section,
  Submit,
  SummaryList,
  Tag,
  TextArea,
  type Ui,
} from '#ui';
import { accepting, type Attribute } from '../../features.ts';
import { revealPlace } from '../../hidden-places.ts';
import { saveRecord } from '../../records/actions.ts';
import { basketOf } from '../../share/basket.ts';
import { checkedWords, dotted, marksOf, OpenTag } from '../facts.tsx';
import { nowOf } from '../opening.ts';
import { aliasOf, isId, readService, type ServiceView } from '../read.ts';
import { Lines, said, Words } from '../said.tsx';
import { AreaServed } from '../area-served.tsx';
import { Eligibility, Facts, Hours, Places, Reach } from '../service-parts.tsx';
import { mayVet } from '../../vetting/roles.ts';
import { networkWords } from '../words.ts';
import { addNote, endNote, notesOf } from './notes.ts';
import { seenBy } from './seen-by.ts';
import { HiddenPlaces, hiddenPlacesOf, type Shown } from './hidden.tsx';
import { audienceOf, deskOf, mayKeep, mayReveal, pathOf, personOf } from './who.ts';

async function serviceOf(req: Req): Promise<ServiceView> {
  const { ctx, params } = req;
  const view = await readService(ctx.app, ctx.network!.id, audienceOf(ctx), params.id ?? '');
  if (!view) throw Problem.notFound();
  return view;
}

export async function deskService(req: Req) {
  const { ctx, params } = req;
  if (!isId(params.id)) throw Problem.notFound();
  const view = await readService(ctx.app, ctx.network!.id, audienceOf(ctx), params.id);
  if (view) return draw(req, view);
  const now = await aliasOf(ctx.app, ctx.network!.id, audienceOf(ctx), params.id);
  if (now === null || !(await readService(ctx.app, ctx.network!.id, audienceOf(ctx), now))) throw Problem.notFound();
  return new Response(null, { status: 308, headers: { location: req.ui.href(`${deskOf(ctx)}/${now}`) } });
}

async function draw(req: Req, view: ServiceView, shown: Shown = {}) {
  const { ui, ctx } = req;
  const network = ctx.network!;
  await networkWords(ctx.app, network);
  const now = ctx.app.clock();
  const { body } = view.service;
  const widest = await seenBy(ctx.app, network.id, view);
  const mark = (name: string, childId?: string) => {
    if (body[name] === undefined) return null;
    const who = widest(name, childId);
    return who === 'public' ? null : <Tag>{ui.t(`directory.desk.seen.${who}`)}</Tag>;
  };
  const alert = said(body, 'alert', ui.locale);
  const description = said(body, 'description', ui.locale);
  const name = said(body, 'name', ui.locale) ?? { text: view.service.name };
  const parts = { ui, view, today: today(ctx), zone: network.timezone, mark };
  const on = (await basketOf(ctx)).includes(view.service.id);
  const notes = await notesOf(ctx, view.service.id);
  const places = body.confidential_place === true && mayReveal(ctx) ? await hiddenPlacesOf(req, view) : [];
  return (
    <Layout
      ui={ui}
      title={name.text}
      kind="staff"
      crumbs={[{ label: ui.t('directory.desk.title'), href: ui.href(deskOf(ctx)) }, { label: <Words of={name} /> }]}
    >
      <PageHeader
        title={<Words of={name} />}
        eyebrow={<Words of={said(view.organization.body, 'name', ui.locale) ?? { text: view.organization.name }} />}
        actions={
          <Form ui={ui} action={ui.href(`${deskOf(ctx)}/share`)}>
            <Hidden name="back" value={ui.href(pathOf(req))} />
            <Submit name={on ? 'remove' : 'add'} value={view.service.id} kind={on ? 'outline' : 'main'}>
              {ui.t(on ? 'directory.desk.takeOff' : 'directory.desk.add')}
            </Submit>
          </Form>
        }
      />
      <ErrorSummary
        ui={ui}
        errors={shown.errors}
        labels={(name) => ui.t(name === 'text' ? 'directory.desk.note' : 'directory.desk.reason')}
      />
      <p>
        <OpenTag ui={ui} now={nowOf(view, now, network.timezone)} at={now} timeZone={network.timezone} />
      </p>
      <p>{dotted([...marksOf(ui, body, true), checkedWords(ui, body)])}</p>
      {alert && (
        <p class="wm-strong">
          <Words of={alert} /> {mark('alert')}
        </p>
      )}
      {description && <Lines of={description} />}
      {mark('description')}
      <Reach {...parts} />
      <Capacity {...parts} />
      {mayKeep(ctx) && <ReferralsForm req={req} view={view} />}
      <Places {...parts} />
      <HiddenPlaces req={req} places={places} shown={shown} />
      <Hours {...parts} />
      <Eligibility {...parts} />
      <Facts {...parts} />
      <AreaServed ui={ui} view={view} />
      <Behind req={req} view={view} />
      {audienceOf(ctx) === 'hotline' && <Notes req={req} notes={notes} shown={shown} />}
    </Layout>
  );
}

/** The pages behind what is read here, for those who keep records or vet. */
function Behind({ req, view }: { req: Req; view: ServiceView }) {
  const { ui, ctx } = req;
  const staff = `/${ctx.network!.slug}/staff`;
  if (!mayKeep(ctx) && !mayVet(ctx)) return null;
  return (
    <p class="wm-section wm-row">
      {mayKeep(ctx) && (
        <a href={ui.href(`${staff}/directory/records/${view.service.id}`)}>{ui.t('directory.desk.toRecord')}</a>
      )}
      {mayVet(ctx) && (
        <a href={ui.href(`${staff}/vetting/${view.organization.id}`)}>{ui.t('directory.desk.toVetting')}</a>
      )}
    </p>
  );
}

/** Beds and places, with when that was so. */
function Capacity({
  ui,
  view,
  mark,
}: {
  ui: Ui;
  view: ServiceView;
  mark: (name: string, childId?: string) => unknown;
}) {
  const list =
    (view.service.body.capacities as
      | {
          id: string;
          unit?: { name?: string };
          available: number;
          maximum?: number;
          description?: string;
          updated: string;
        }[]
      | undefined) ?? [];
  if (list.length === 0) return null;
  return (
    <Section title={ui.t('directory.desk.capacity')} id="capacity">
      <SummaryList
        facts={list.map((one) => ({
          term: one.unit?.name ?? '',
          value: (
            <>
              {one.maximum === undefined
                ? ui.t('directory.desk.available', { available: one.available })
                : ui.t('directory.desk.availableOf', { available: one.available, maximum: one.maximum })}
              {one.description && ` · ${one.description}`}{' '}
              <span class="wm-soft">{formatInstant(ui.locale, new Date(one.updated), ui.timeZone)}</span>{' '}
              {mark('capacities', one.id) as never}
            </>
          ),
        }))}
      />
    </Section>
  );
}

const takes = ['yes', 'waitlist', 'no'] as const;

/** Whether it takes referrals now: one press for those who keep the records. */
function ReferralsForm({ req, view }: { req: Req; view: ServiceView }) {
  const { ui } = req;
  const now = accepting(view.service.body);
  return (
    <Section title={ui.t('directory.desk.referrals')} id="referrals">
      <Form ui={ui} action={ui.href(`${pathOf(req)}/referrals`)} class="wm-chips">
        {takes.map((value) => (
          <button
            class={value === now ? 'wm-chip wm-chip--on' : 'wm-chip'}
            type="submit"
            name="value"
            value={value}
            aria-pressed={value === now ? 'true' : 'false'}
          >
            {ui.t(`directory.page.accepting.${value}`)}
          </button>
        ))}
      </Form>
    </Section>
  );
}

export async function updateReferrals(req: Req): Promise<Response> {
  const { ctx } = req;
  if (!mayKeep(ctx)) throw Problem.notFound();
  const view = await serviceOf(req);
  const { fields } = await req.form();
  const value = takes.find((one) => one === fields.value);
  if (!value) throw Problem.invalid({ value: { key: 'kernel.field.choose' } });
  const [rec] = await ctx.app.db.run({ networkId: ctx.network!.id }, (tx) =>
    recordsById(tx, ctx.network!.id, [view.service.id]),
  );
  if (!rec) throw Problem.notFound();
  const isIt = (one: Attribute) => one.link_type === 'accepting_referrals' || one.label === 'accepting_referrals';
  const before = (rec.fields.attributes as Attribute[] | undefined) ?? [];
  const held = before.find(isIt);
  const id = held?.id ?? crypto.randomUUID();
  const one = { id, link_type: 'accepting_referrals', label: 'accepting_referrals', ...held, value };
  await saveRecord(ctx, {
    id: rec.id,
    kind: 'service',
    seq: rec.seq,
    fields: { ...rec.fields, attributes: [...before.filter((other) => !isIt(other)), one] },
    // What nobody has said before is first said to those who refer.
    marks: held ? rec.marks : { ...rec.marks, [`attributes/${id}`]: 'partner' },
  });
  return redirect(req, pathOf(req), { said: 'directory.desk.said.referrals' });
}

export async function revealHere(req: Req) {
  const { ctx } = req;
  const view = await serviceOf(req);
  const { fields } = await req.form();
  const location = fields.location ?? '';
  if (!(await hiddenPlacesOf(req, view)).includes(location)) throw Problem.notFound();
  const [field = 'reason', reason = ''] = Object.entries(fields).find(([name]) => name.startsWith('reason')) ?? [];
  try {
    const opened = await revealPlace({ ...ctx, purpose: reason.trim().slice(0, 200) }, { location });
    return await draw(req, view, { revealed: { location, name: opened.name, place: opened.place } });
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'invalid') throw error;
    // Each hidden place has a field of its own for the reason.
    const fieldOf = new Problem('invalid', error.key, error.values, { [field]: error.fields.reason! });
    return drawAgain(req, view, error.fields.reason ? fieldOf : error, { location });
  }
}

/** The page again with what to enter, 422. */
async function drawAgain(req: Req, view: ServiceView, problem: Problem, typed: Record<string, string>) {
  const errors = Object.fromEntries(
    Object.entries(problem.fields ?? {}).map(([name, said]) => [name, req.ctx.t(said.key, said.values)]),
  );
  return page(await draw(req, view, { errors, typed }), 422);
}

function Notes({ req, notes, shown }: { req: Req; notes: Awaited<ReturnType<typeof notesOf>>; shown: Shown }) {
  const { ui, ctx } = req;
  return (
    <Section title={ui.t('directory.desk.notes')} id="notes">
      <ul class="wm-plain-list">
        {notes.map((note) => (
          <li>
            <p class="wm-lines">{note.text}</p>
            <Form ui={ui} action={ui.href(`${pathOf(req)}/notes/${note.id}/removal`)} class="wm-row">
              <span class="wm-soft wm-small">{formatInstant(ui.locale, note.at, ui.timeZone)}</span>
              {(note.authorId === personOf(ctx) || mayKeep(ctx)) && (
                <button class="wm-linkbutton wm-small" type="submit">
                  {ui.t('directory.desk.remove')}
                </button>
              )}
            </Form>
          </li>
        ))}
      </ul>
      <Form ui={ui} action={ui.href(`${pathOf(req)}/notes`)}>
        <TextArea
          ui={ui}
          name="text"
          label={ui.t('directory.desk.note')}
          hint={ui.t('directory.desk.noteHint')}
          errors={shown.errors}
          value={shown.typed?.text}
          rows={3}
          maxlength={2_000}
        />
        <div class="wm-actions">
          <Button kind="outline">{ui.t('directory.desk.noteAdd')}</Button>
        </div>
      </Form>
    </Section>
  );
}

export async function postNote(req: Req) {
  const view = await serviceOf(req);
  const { fields } = await req.form();
  try {
    await addNote(req.ctx, { service: view.service.id, text: fields.text ?? '' });
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'invalid') throw error;
    return drawAgain(req, view, error, { text: fields.text ?? '' });
  }
  return redirect(req, `${pathOf(req)}#notes`, { said: 'directory.desk.said.note' });
}

export async function removeNote(req: Req): Promise<Response> {
  const id = req.params.note ?? '';
  if (!isId(id)) throw Problem.notFound();
  await endNote(req.ctx, { id });
  return redirect(req, `${pathOf(req)}#notes`, { said: 'directory.desk.said.noteRemoved' });
}
