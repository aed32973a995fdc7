/** The forms of a provider's page: the next step with its evidence, the proposal, the decision, and every other move that may follow. */
import type { Req } from '#kernel';
import { authorOf } from '#kernel';
import {
  Actions,
  Alert,
  DateField,
  Details,
  Form,
  formatDay,
  Hidden,
  LinkButton,
  Radios,
  Select,
  Submit,
  TextArea,
  TextField,
  type Ui,
} from '#ui';
import { type EventKind, movesFrom, needsReason, nextStep, type Step, steps } from '../../listing.ts';
import { simpleMoves } from '../actions.ts';
import { criteria, findings } from '../evidence.ts';
import { mayDecide } from '../roles.ts';
import { base, type Refused } from './frame.tsx';
import type { ProviderView } from './read.ts';

interface Given {
  req: Req;
  view: ProviderView;
  refused: Refused;
}

const formAt = ({ req, view }: Given, rest: string) => req.ui.href(base(req.ctx, `/${view.organization.id}${rest}`));

/** What is to be done next, and the way to do it. */
export function NextStep(given: Given) {
  const { req, view } = given;
  const { ui } = req;
  const { state, proposedBy } = view.at;
  const step = nextStep(state);
  if (step) return <StepForm {...given} step={step} />;
  if (state === 'visited')
    return (
      <Form ui={ui} action={formAt(given, '/moves')}>
        <Hidden name="kind" value="proposed" />
        <p>{ui.t('directory.vetting.propose.lead')}</p>
        <TextArea
          ui={ui}
          name="reason"
          label={ui.t('directory.vetting.propose.note')}
          optional
          rows={3}
          value={given.refused.values.reason}
          errors={given.refused.errors}
        />
        <Actions>
          <Submit>{ui.t('directory.vetting.propose.do')}</Submit>
        </Actions>
      </Form>
    );
  if (state === 'proposed') {
    if (!mayDecide(req.ctx)) return <p>{ui.t('directory.vetting.decide.waits')}</p>;
    if (proposedBy === authorOf(req.ctx))
      return (
        <Alert kind="info" announce={false}>
          {ui.t('directory.vetting.refused.secondPerson')}
        </Alert>
      );
    return <ApproveForm {...given} />;
  }
  if (state === 'listed')
    return (
      <p>
        <LinkButton kind={view.at.chosen ? 'outline' : 'main'} href={formAt(given, '/public')}>
          {ui.t(view.at.chosen ? 'directory.vetting.publish.change' : 'directory.vetting.publish.begin')}
        </LinkButton>
      </p>
    );
  return <p>{ui.t(`directory.vetting.rest.${state}`)}</p>;
}

const ApproveForm = (given: Given) => {
  const { ui } = given.req;
  const { values, errors } = given.refused;
  return (
    <Form ui={ui} action={formAt(given, '/decision')}>
      <Hidden name="decision" value="listed" />
      <p>{ui.t('directory.vetting.decide.lead')}</p>
      <Radios
        ui={ui}
        name="audience"
        label={ui.t('directory.vetting.decide.audience')}
        hint={ui.t('directory.vetting.decide.audienceHint')}
        value={values.audience ?? 'hotline'}
        errors={errors}
        options={(['hotline', 'partner'] as const).map((one) => ({
          value: one,
          label: ui.t(`directory.vetting.audience.${one}`),
        }))}
      />
      <TextArea
        ui={ui}
        name="reason"
        label={ui.t('directory.vetting.decide.note')}
        optional
        rows={3}
        value={values.reason}
        errors={errors}
      />
      <Actions>
        <Submit>{ui.t('directory.vetting.decide.list')}</Submit>
      </Actions>
    </Form>
  );
};

/** The words at a field of evidence, for the list of what is to be entered. */
export function evidenceLabel(ui: Pick<Ui, 't'>, name: string): string | undefined {
  if ((criteria as readonly string[]).includes(name)) return ui.t(`directory.vetting.q.${name}`);
  if (['firstSaid', 'secondSaid'].includes(name)) return ui.t('directory.vetting.evidence.said');
  if (['spokeWith', 'first', 'second', 'visit', 'note', 'on'].includes(name))
    return ui.t(`directory.vetting.evidence.${name}`);
  return name === 'reason' ? ui.t('directory.vetting.why') : undefined;
}

const Finding = (props: { ui: Ui; name: string; label: string; refused: Refused }) => (
  <Radios
    ui={props.ui}
    name={props.name}
    label={props.label}
    value={props.refused.values[props.name]}
    errors={props.refused.errors}
    options={findings.map((one) => ({ value: one, label: props.ui.t(`directory.vetting.finding.${one}`) }))}
    row
  />
);

function StepForm(given: Given & { step: Step }) {
  const { req, view, refused, step } = given;
  const { ui } = req;
  const { values, errors } = refused;
  const line = (name: string) => (
    <TextField
      ui={ui}
      name={name}
      label={ui.t(`directory.vetting.evidence.${name}`)}
      value={values[name]}
      errors={errors}
    />
  );
  const reported = view.visits.filter((visit) => visit.reported_at);
  if (step === 'visited' && reported.length === 0)
    return (
      <>
        <p>{ui.t('directory.vetting.visit.first')}</p>
        <p>
          <a href="#visits">{ui.t('directory.vetting.visit.ask')}</a>
        </p>
        <SkipForm {...given} step={step} />
      </>
    );
  return (
    <>
      <Form ui={ui} action={formAt(given, '/steps')} unsaved>
        <Hidden name="step" value={step} />
        <p>{ui.t(`directory.vetting.step.${step}Lead`)}</p>
        {step === 'reviewed' &&
          criteria.map((one) => (
            <Finding ui={ui} name={one} label={ui.t(`directory.vetting.q.${one}`)} refused={refused} />
          ))}
        {step === 'called' && line('spokeWith')}
        {step === 'referenced' && (
          <>
            {line('first')}
            <Finding ui={ui} name="firstSaid" label={ui.t('directory.vetting.evidence.said')} refused={refused} />
            {line('second')}
            <Finding ui={ui} name="secondSaid" label={ui.t('directory.vetting.evidence.said')} refused={refused} />
          </>
        )}
        {step === 'visited' && (
          <Select
            ui={ui}
            name="visit"
            label={ui.t('directory.vetting.evidence.visit')}
            value={values.visit ?? reported[0]?.id}
            errors={errors}
            options={reported.map((visit) => ({
              value: visit.id,
              label: ui.t('directory.vetting.visit.byOn', {
                who: visit.visitor,
                day: formatDay(ui.locale, visit.visited_on ?? ''),
              }),
            }))}
          />
        )}
        <TextArea
          ui={ui}
          name="note"
          label={ui.t('directory.vetting.evidence.note')}
          value={values.note}
          errors={errors}
          rows={4}
          optional={step === 'visited'}
        />
        <DateField
          ui={ui}
          name="on"
          label={ui.t('directory.vetting.evidence.on')}
          hint={ui.t('directory.vetting.evidence.onHint')}
          value={values.on}
          errors={errors}
          optional
        />
        <Actions>
          <Submit>{ui.t(`directory.vetting.step.${step}Do`)}</Submit>
        </Actions>
      </Form>
      <SkipForm {...given} step={step} />
    </>
  );
}

const SkipForm = (given: Given & { step: Step }) => {
  const { ui } = given.req;
  return (
    <Details summary={ui.t('directory.vetting.skip.title')} open={given.refused.values.kind === 'skipped'}>
      <Form ui={ui} action={formAt(given, '/moves')}>
        <Hidden name="kind" value="skipped" />
        <Hidden name="step" value={given.step} />
        <p>{ui.t('directory.vetting.skip.lead')}</p>
        <Why {...given} name="skipped" />
        <Actions>
          <Submit kind="outline">{ui.t('directory.vetting.skip.do')}</Submit>
        </Actions>
      </Form>
    </Details>
  );
};

/** The reason of a move. Several such fields stand on one page: only the one that was sent shows what was entered. */
const Why = (given: Given & { name: string }) => {
  const { ui } = given.req;
  const mine = given.refused.values.kind === given.name;
  return (
    <TextArea
      ui={ui}
      name={`reason-${given.name}`}
      label={ui.t('directory.vetting.why')}
      rows={2}
      value={mine ? given.refused.values[`reason-${given.name}`] : ''}
      error={mine ? given.refused.errors.reason : undefined}
      optional={!needsReason.has(given.name as EventKind)}
    />
  );
};

/** Everything else that may follow now, each closed until somebody opens it. */
export function OtherMoves(given: Given) {
  const { req, view } = given;
  const { ui } = req;
  const may = new Set(movesFrom(view.at));
  const plain = simpleMoves.filter((kind) => may.has(kind) && kind !== 'skipped' && kind !== 'proposed');
  const decline =
    may.has('declined') &&
    (view.at.state !== 'proposed' || (mayDecide(req.ctx) && view.at.proposedBy !== authorOf(req.ctx)));
  return (
    <>
      {decline && (
        <Details summary={ui.t('directory.vetting.move.declined')} open={given.refused.values.decision === 'declined'}>
          <Form ui={ui} action={formAt(given, '/decision')}>
            <Hidden name="decision" value="declined" />
            <Hidden name="kind" value="declined" />
            <p>{ui.t('directory.vetting.moveLead.declined')}</p>
            <Why {...given} name="declined" />
            <TextArea
              ui={ui}
              name="words"
              label={ui.t('directory.vetting.decide.words')}
              hint={ui.t('directory.vetting.decide.wordsHint')}
              rows={4}
              value={given.refused.values.words}
              errors={given.refused.errors}
            />
            <Actions>
              <Submit kind="danger">{ui.t('directory.vetting.move.declined')}</Submit>
            </Actions>
          </Form>
        </Details>
      )}
      {plain.map((kind) => (
        <Details summary={ui.t(`directory.vetting.move.${kind}`)} open={given.refused.values.kind === kind}>
          <Form ui={ui} action={formAt(given, '/moves')}>
            <Hidden name="kind" value={kind} />
            <p>{ui.t(`directory.vetting.moveLead.${kind}`)}</p>
            {kind === 'reopened' && (
              <Select
                ui={ui}
                name="step"
                label={ui.t('directory.vetting.reopen.from')}
                options={steps.map((step) => ({ value: step, label: ui.t(`directory.vetting.step.${step}`) }))}
              />
            )}
            {!['applied', 'mayContact'].includes(kind) && <Why {...given} name={kind} />}
            <Actions>
              <Submit kind="outline">{ui.t(`directory.vetting.move.${kind}`)}</Submit>
            </Actions>
          </Form>
        </Details>
      ))}
    </>
  );
}
