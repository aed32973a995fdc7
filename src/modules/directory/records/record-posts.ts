/** What the small forms on a record's page do: a check, and parting what was merged. */
import type { Req } from '#kernel';
import { checkRecord, partRecords } from './actions.ts';
import { attempt, recordPath, said } from './frame.tsx';
import { recordPage } from './record.tsx';

export const postCheck = (req: Req) =>
  attempt(
    req,
    async () => {
      const { fields } = await req.form();
      await checkRecord(req.ctx, {
        id: req.params.id ?? '',
        field: fields.field ?? '',
        how: fields.how as 'phone',
        on: fields.on || undefined,
      });
      return said(req, recordPath(req.ctx, req.params.id!), 'checked');
    },
    (refused) => recordPage(req, refused),
  );

/** The address names the duplicate that stands again. */
export const postParting = (req: Req) =>
  attempt(
    req,
    async () => {
      await partRecords(req.ctx, { id: req.params.id ?? '' });
      return said(req, recordPath(req.ctx, req.params.id!), 'parted');
    },
    (refused) => recordPage(req, refused),
  );
