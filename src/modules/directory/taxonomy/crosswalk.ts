/**
 * Category codes of the Ohana software ("101-04") in Open Eligibility's present codes ("1121"). Ohana ships an older edition of the same
 * vocabulary: names and places in the tree are the same but for "Emergency Cash", now "Emergency Payments"; "Primary Care", now within
 * "Medical Care"; and "Assistive Technology", which had a second place under "Medical Supplies".
 */
import codes from './open-eligibility/ohana-codes.json' with { type: 'json' };

const known = new Map(Object.entries(codes));

/** The Open Eligibility code for a code of Ohana, or null if it has none. */
export const fromOhana = (code: string): string | null => known.get(code.trim()) ?? null;
