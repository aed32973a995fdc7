/** Campaigns: the list, one with its progress, a new one. A draft shows whom it would ask and in which words before it begins. */
import { dayInWords, pick, Problem, type Req, redirect, today } from '#kernel';
import {
  Actions,
  Checkbox,
  DateField,
  DateText,
  Details,
  ErrorSummary,
  type FieldErrors,
  Form,
  Hidden,
  LinkButton,
  Radios,
  Section,
  Select,
  Submit,
  SummaryList,
  Table,
  TextArea,
  TextField,
  type Ui,
} from '#ui';
import { attempt, blank, reading, type Refused } from '../../vetting/staff/frame.tsx';
import { namesOf } from '../../vetting/staff/read.ts';
import {
  type Campaign,
  campaignById,
  campaignsOf,
  draftCampaign,
  endCampaign,
  isRunning,
  mayBeTold,
  startCampaign,
} from '../campaigns.ts';
import { type Request, requestsOf } from '../read.ts';
import { campaignAsks, campaignListings } from '../tables.ts';
import { Would, wouldAsk } from './draft.tsx';
import { base, RequestWords, UpkeepPage } from './frame.tsx';

const stateOf = (one: Campaign): 'draft' | 'running' | 'ended' =>
  one.startedOn === null ? 'draft' : isRunning(one) ? 'running' : 'ended';

export async function campaignsPage(req: Req) {
  const { ui, ctx } = req;
  const { campaigns, counts } = await reading(ctx, async (tx) => {
    const requests = await requestsOf(tx, ctx.network!.id);
    return {
      campaigns: await campaignsOf(tx, ctx.network!.id),
      counts: Map.groupBy(requests, ({ campaignId }) => campaignId),
    };
  });
  const answered = (id: string) => (counts.get(id) ?? []).filter(({ state }) => state === 'answered').length;
  return (
    <UpkeepPage
      req={req}
      title={ui.t('directory.upkeep.section.campaigns')}
      section="campaigns"
      lead={ui.t('directory.upkeep.campaign.lead')}
    >
      <Table
        ui={ui}
        caption={ui.t('directory.upkeep.section.campaigns')}
        captionHidden
        rows={campaigns}
        empty={ui.t('directory.upkeep.campaign.none')}
        columns={[
          {
            key: 'name',
            label: ui.t('directory.upkeep.campaign.name'),
            cell: (one) => <a href={ui.href(base(ctx, `/campaigns/${one.id}`))}>{one.name}</a>,
          },
          {
            key: 'state',
            label: ui.t('directory.upkeep.stateWord'),
            cell: (one) => ui.t(`directory.upkeep.campaign.state.${stateOf(one)}`),
          },
          {
            key: 'started',
            label: ui.t('directory.upkeep.campaign.started'),
            cell: (one) => (one.startedOn ? <DateText ui={ui} date={one.startedOn} /> : '–'),
          },
          {
            key: 'answered',
            label: ui.t('directory.upkeep.campaign.answered'),
            numeric: true,
            cell: (one) =>
              ui.t('directory.upkeep.campaign.answeredOf', {
                answered: answered(one.id),
                asked: (counts.get(one.id) ?? []).length,
              }),
          },
        ]}
      />
      <Actions>
        <LinkButton href={ui.href(base(ctx, '/campaigns/new'))}>{ui.t('directory.upkeep.campaign.new')}</LinkButton>
      </Actions>
    </UpkeepPage>
  );
}

export async function newCampaignPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const { values } = refused;
  const { organizations, ...others } = refused.errors;
  const errors: FieldErrors = { ...others, listings: others.listings ?? organizations };
  const chosen = (values.organizations ?? new URL(req.raw.url).searchParams.getAll('organization').join(' '))
    .split(' ')
    .filter((id) => /^[0-9a-f-]{36}$/.test(id));
  const people = await reading(ctx, (tx) => mayBeTold(tx, ctx));
  const title = ui.t('directory.upkeep.campaign.new');
  const text = (key: string) => ui.t(`directory.upkeep.campaign.${key}`);
  const shared = (name: string) => ({ ui, name, label: text(name), value: values[name], errors });
  const wait = (name: string, usual: number) => (
    <TextField {...shared(name)} hint={text(`${name}Hint`)} value={values[name] ?? usual} small inputmode="numeric" />
  );
  return (
    <UpkeepPage
      req={req}
      title={title}
      lead={text('newLead')}
      crumbs={[
        { label: ui.t('directory.upkeep.section.campaigns'), href: ui.href(base(ctx, '/campaigns')) },
        { label: title },
      ]}
    >
      <ErrorSummary ui={ui} errors={errors} labels={(name) => text(name === 'letter' ? 'letterOwn' : name)} />
      <Form ui={ui} action={ui.href(base(ctx, '/campaigns'))} unsaved>
        <TextField {...shared('name')} hint={text('nameHint')} maxlength={200} />
        <Radios
          {...shared('way')}
          value={values.way ?? 'once'}
          options={['once', 'continuous'].map((value) => ({ value, label: text(value), hint: text(`${value}Hint`) }))}
        />
        <DateField {...shared('answerBy')} hint={text('answerByHint')} optional min={today(ctx)} />
        {chosen.length > 0 && <Hidden name="organizations" value={chosen.join(' ')} />}
        <Radios
          {...shared('listings')}
          value={values.listings ?? (chosen.length > 0 ? 'chosen' : 'all')}
          options={campaignListings
            .filter((value) => value !== 'chosen' || chosen.length > 0)
            .map((value) => ({
              value,
              label: ui.t(`directory.upkeep.campaign.listing.${value}`, { count: chosen.length }),
            }))}
        />
        <Radios
          {...shared('asks')}
          hint={text('asksHint')}
          value={values.asks ?? 'all'}
          options={campaignAsks.map((value) => ({ value, label: ui.t(`directory.upkeep.campaign.asking.${value}`) }))}
        />
        <TextArea {...shared('letter.en')} hint={text('letterHint')} optional rows={4} maxlength={2_000} lang="en" />
        <TextArea {...shared('letter.es')} optional rows={4} maxlength={2_000} lang="es" />
        <Details
          summary={text('waits')}
          open={['remind', 'escalate', 'demote', 'escalateTo'].some((name) => errors[name])}
        >
          {wait('remind', 21)}
          {wait('escalate', 14)}
          {wait('demote', 14)}
          <Select
            {...shared('escalateTo')}
            optional
            blank={text('everyVetter')}
            options={people.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Details>
        <Actions>
          <Submit>{text('save')}</Submit>
        </Actions>
      </Form>
    </UpkeepPage>
  );
}

export const postCampaign = (req: Req) =>
  attempt(
    req,
    async () => {
      const { fields } = await req.form();
      const continuous = fields.way === 'continuous';
      const id = await draftCampaign(req.ctx, {
        name: fields.name ?? '',
        continuous,
        listings: fields.listings as 'all',
        organizations: (fields.organizations ?? '').split(' ').filter(Boolean),
        asks: fields.asks as 'all',
        answerBy: continuous || !fields.answerBy ? null : fields.answerBy,
        letter: { en: fields['letter.en'] ?? '', es: fields['letter.es'] ?? '' },
        remind: fields.remind,
        escalate: fields.escalate,
        demote: fields.demote,
        escalateTo: fields.escalateTo || null,
      });
      return redirect(req, base(req.ctx, `/campaigns/${id}`));
    },
    (refused) => newCampaignPage(req, refused),
  );

export async function campaignPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const networkId = ctx.network!.id;
  const view = await reading(ctx, async (tx) => {
    const campaign = await campaignById(tx, networkId, req.params.id ?? '');
    const requests = await requestsOf(tx, networkId, { campaign: campaign.id });
    return {
      campaign,
      requests,
      names: await namesOf(
        tx,
        networkId,
        requests.map((one) => one.organizationId),
      ),
      told: (await mayBeTold(tx, ctx)).find(({ id }) => id === campaign.escalateTo)?.name,
      would: campaign.startedOn === null ? await wouldAsk(tx, req, campaign) : null,
    };
  });
  const { campaign, would } = view;
  const at = base(ctx, `/campaigns/${campaign.id}`);
  return (
    <UpkeepPage
      req={req}
      title={campaign.name}
      eyebrow={ui.t(`directory.upkeep.campaign.state.${stateOf(campaign)}`)}
      crumbs={[
        { label: ui.t('directory.upkeep.section.campaigns'), href: ui.href(base(ctx, '/campaigns')) },
        { label: campaign.name },
      ]}
    >
      <ErrorSummary
        ui={ui}
        errors={refused.errors}
        labels={() => ui.t(`directory.upkeep.campaign.${would ? 'deleteTitle' : 'endTitle'}`)}
      />
      {would && <Would req={req} would={would} at={at} />}
      {campaign.startedOn !== null && <Progress req={req} view={view} />}
      <Terms ui={ui} campaign={campaign} told={view.told} />
      {!campaign.endedAt && (
        <Section title={ui.t(`directory.upkeep.campaign.${would ? 'deleteTitle' : 'endTitle'}`)}>
          <p>{ui.t(`directory.upkeep.campaign.${would ? 'deleteLead' : 'endLead'}`)}</p>
          <Form ui={ui} action={ui.href(`${at}/end`)}>
            <Checkbox ui={ui} name="sure" label={ui.t('directory.upkeep.campaign.sure')} errors={refused.errors} />
            <Actions>
              <Submit kind="danger">{ui.t(`directory.upkeep.campaign.${would ? 'delete' : 'end'}`)}</Submit>
            </Actions>
          </Form>
        </Section>
      )}
    </UpkeepPage>
  );
}

const progressStates = ['answered', 'asked', 'reminded', 'escalated', 'demoted', 'calling'] as const;

const Progress = ({
  req,
  view,
}: {
  req: Req;
  view: { campaign: Campaign; requests: Request[]; names: Map<string, string> };
}) => {
  const { ui, ctx } = req;
  const { requests, campaign } = view;
  const of = (state: string) => requests.filter((one) => one.state === state).length;
  const nameOf = (one: Request) => view.names.get(one.organizationId) ?? '';
  return (
    <Section title={ui.t('directory.upkeep.campaign.progress')}>
      <p>{ui.t('directory.upkeep.campaign.progressLead', { answered: of('answered'), asked: requests.length })}</p>
      <SummaryList
        facts={progressStates.map(
          (state) => of(state) > 0 && { term: ui.t(`directory.upkeep.state.${state}`), value: String(of(state)) },
        )}
      />
      <Table
        ui={ui}
        caption={ui.t('directory.upkeep.campaign.asked')}
        rows={requests.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))}
        empty={ui.t('directory.upkeep.campaign.askedNone')}
        columns={[
          {
            key: 'name',
            label: ui.t('directory.upkeep.provider'),
            cell: (one) => (
              <a href={ui.href(base(ctx, `/listings/${one.organizationId}`))}>
                {nameOf(one) || ui.t('directory.upkeep.noName')}
              </a>
            ),
          },
          {
            key: 'state',
            label: ui.t('directory.upkeep.stateWord'),
            cell: (one) => <RequestWords ui={ui} request={one} campaign={campaign} />,
          },
        ]}
      />
    </Section>
  );
};

const Terms = ({ ui, campaign, told }: { ui: Ui; campaign: Campaign; told: string | undefined }) => {
  const text = (key: string, values?: Record<string, unknown>) => ui.t(`directory.upkeep.campaign.${key}`, values);
  const { remind, escalate, demote } = campaign.waits;
  return (
    <Section title={text('terms')}>
      <SummaryList
        facts={[
          { term: text('way'), value: text(campaign.continuous ? 'continuous' : 'once') },
          {
            term: text('listings'),
            value: text(`listing.${campaign.listings}`, { count: campaign.organizations.length }),
          },
          { term: text('asks'), value: text(`asking.${campaign.asks}`) },
          { term: text('answerBy'), value: campaign.answerBy && dayInWords(campaign.answerBy, ui.locale) },
          { term: text('waits'), value: text('waitsWords', { remind, escalate, demote }) },
          { term: text('escalateTo'), value: told ?? text('everyVetter') },
          {
            term: text('letterOwn'),
            value: pick(campaign.letter, 'en') && <span class="wm-lines">{pick(campaign.letter, ui.locale)}</span>,
          },
        ]}
      />
      <Details summary={text('letterWhole')}>
        <p class="wm-soft">{text('letterWholeLead')}</p>
        <p class="wm-lines">{ui.t('directory.upkeep.letter.asked', { network: ui.network?.name ?? '', name: '…' })}</p>
      </Details>
    </Section>
  );
};

const act = (req: Req, run: (id: string) => Promise<Response>) =>
  attempt(
    req,
    () => run(req.params.id ?? ''),
    (refused) => campaignPage(req, refused),
  );

export const postStart = (req: Req) =>
  act(req, async (id) => {
    await startCampaign(req.ctx, { id });
    return redirect(req, base(req.ctx, `/campaigns/${id}`), { said: 'directory.upkeep.said.started' });
  });

export const postEnd = (req: Req) =>
  act(req, async (id) => {
    const { fields } = await req.form();
    if (fields.sure !== 'yes') throw Problem.invalid({ sure: { key: 'directory.upkeep.bad.sure' } });
    const { deleted } = await endCampaign(req.ctx, { id });
    const path = base(req.ctx, deleted ? '/campaigns' : `/campaigns/${id}`);
    return redirect(req, path, { said: `directory.upkeep.said.${deleted ? 'draftDeleted' : 'campaignEnded'}` });
  });
