/** Who may see a value, as a word and a shape: an open circle for the public, and the narrower the audience the more of it is filled. */
import type { Audience, Marks } from '#modules/organisations';
import type { Ui } from '#ui';

/** The widest audience of a field, or of one child of a list: its own mark, else its list's, else only those who vet. */
export const markOf = (marks: Marks, field: string, child?: string): Audience =>
  (child ? marks[`${field}/${child}`] : undefined) ?? marks[field] ?? 'vetting';

const Shape = ({ audience }: { audience: Audience }) => (
  <svg class="wm-seen__shape" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    {audience === 'vetting' ? (
      <rect x="2" y="2" width="12" height="12" fill="currentColor" />
    ) : (
      <>
        <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="2" />
        {audience === 'partner' && <path d="M8 1.5a6.5 6.5 0 0 0 0 13z" fill="currentColor" />}
        {audience === 'hotline' && <circle cx="8" cy="8" r="6" fill="currentColor" />}
      </>
    )}
  </svg>
);

export const Seen = ({ ui, audience }: { ui: Pick<Ui, 't'>; audience: Audience }) => (
  <span class="wm-seen">
    <Shape audience={audience} /> {ui.t(`directory.records.seen.${audience}`)}
  </span>
);

export const audienceOptions = (ui: Pick<Ui, 't'>) =>
  (['public', 'partner', 'hotline', 'vetting'] as const).map((one) => ({
    value: one,
    label: ui.t(`directory.records.seen.${one}`),
  }));
