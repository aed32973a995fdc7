/** Parting what was merged: the small form that stands on a record's page. */
import type { Req } from '#kernel';
import { DateText, Details, Form, Submit } from '#ui';
import { recordPath } from './frame.tsx';
import type { Merged } from '#modules/organisations';

export function PartForm({ req, merged }: { req: Req; merged: Merged }) {
  const { ui, ctx } = req;
  return (
    <>
      <p>
        <a href={ui.href(recordPath(ctx, merged.id, '/history'))}>{merged.name ?? ui.t('directory.records.open')}</a> ·{' '}
        <DateText ui={ui} date={merged.at} /> · {merged.by ?? ui.t('directory.records.nobody')} · {merged.reason}
      </p>
      <Details summary={ui.t('directory.records.parting.again')}>
        <p>{ui.t('directory.records.parting.lead')}</p>
        <Form
          ui={ui}
          action={ui.href(recordPath(ctx, merged.id, '/parting'))}
          label={ui.t('directory.records.parting.again')}
        >
          <Submit kind="outline">{ui.t('directory.records.parting.again')}</Submit>
        </Form>
      </Details>
    </>
  );
}
