/** What each step of vetting leaves behind: the shape of an event's `data`, and of a visitor's report. */
import { z } from 'zod';

const note = z.string().trim().min(3).max(4_000);
const optionalNote = z.string().trim().max(4_000).default('');
const name = z.string().trim().min(2).max(200);
export const findings = ['good', 'mixed', 'poor'] as const;
const finding = z.enum(findings);

/** The questions of a review: the four things an application must show. */
export const criteria = ['survivors', 'sustainable', 'collaboration', 'ability'] as const;

export const reviewEvidence = z.object({
  ...(Object.fromEntries(criteria.map((one) => [one, finding])) as Record<(typeof criteria)[number], typeof finding>),
  note,
});
export const callEvidence = z.object({ spokeWith: name, note });
export const referenceEvidence = z.object({
  first: name,
  firstSaid: finding,
  second: name,
  secondSaid: finding,
  note,
});
export const visitEvidence = z.object({ visit: z.uuid(), note: optionalNote });

/** What a visitor looks at; answers are yes, no or could not see. */
export const visitChecks = ['exists', 'private', 'safe', 'staffed', 'rights', 'accessible', 'wouldSend'] as const;
export const visitAnswers = ['yes', 'no', 'unseen'] as const;
const answer = z.enum(visitAnswers);

export const visitReport = z.object({
  ...(Object.fromEntries(visitChecks.map((one) => [one, answer])) as Record<
    (typeof visitChecks)[number],
    typeof answer
  >),
  met: name,
  note,
});
export type VisitReport = z.output<typeof visitReport>;
