/**
 * When the plans of the demonstration were published: each line takes in everything dated up to a day, and two people published it on another.
 * The last line of a plan without `on` was asked for and waits, so that a newcomer can try approving.
 */
import type { Day, Text } from '#modules/plan';

export interface DemoRevision {
  /** Facts of this day and earlier are in it. */
  upTo: Day;
  /** The day a second person approved it; absent: it still waits. */
  on?: Day;
  note: Required<Text>;
}

const first = { en: 'The plan as adopted.', es: 'El plan tal como se aprobó.' };
const half = (year: number, which: 1 | 2): Required<Text> =>
  which === 1
    ? { en: `Progress through June ${year}.`, es: `Avances hasta junio de ${year}.` }
    : { en: `Progress through December ${year}.`, es: `Avances hasta diciembre de ${year}.` };

/** By network and plan. */
export const revisions: Record<string, DemoRevision[]> = {
  'harbor/2021-2023': [
    { upTo: '2021-03-01', on: '2021-03-04', note: first },
    { upTo: '2021-12-31', on: '2022-01-13', note: half(2021, 2) },
    { upTo: '2022-12-31', on: '2023-01-12', note: half(2022, 2) },
    { upTo: '2023-12-31', on: '2024-01-18', note: { en: 'Closing report.', es: 'Informe final.' } },
  ],
  'harbor/2024-2027': [
    { upTo: '2024-02-12', on: '2024-02-15', note: first },
    { upTo: '2024-06-30', on: '2024-07-11', note: half(2024, 1) },
    { upTo: '2024-12-31', on: '2025-01-16', note: half(2024, 2) },
    { upTo: '2025-06-30', on: '2025-07-10', note: half(2025, 1) },
    { upTo: '2025-12-31', on: '2026-01-15', note: half(2025, 2) },
    { upTo: '2026-06-30', on: '2026-07-09', note: half(2026, 1) },
    { upTo: '2026-09-30', on: '2026-10-08', note: { en: 'Quarterly report.', es: 'Informe trimestral.' } },
    { upTo: '2026-12-31', note: { en: 'News from October.', es: 'Novedades de octubre.' } },
  ],
  'harbor/dv-2025': [
    { upTo: '2025-02-03', on: '2025-02-06', note: first },
    { upTo: '2025-09-30', on: '2025-10-09', note: { en: 'First report.', es: 'Primer informe.' } },
    { upTo: '2026-03-31', on: '2026-04-09', note: { en: 'Second report.', es: 'Segundo informe.' } },
    { upTo: '2026-09-30', on: '2026-10-15', note: { en: 'Third report.', es: 'Tercer informe.' } },
  ],
  'houston/phase-1': [
    {
      upTo: '2020-06-15',
      on: '2020-06-15',
      note: { en: 'Totals as published.', es: 'Totales tal como se publicaron.' },
    },
  ],
  'houston/phase-2': [
    {
      upTo: '2019-04-25',
      on: '2019-04-25',
      note: { en: 'Structure and totals as published.', es: 'Estructura y totales tal como se publicaron.' },
    },
    {
      upTo: '2020-06-15',
      on: '2020-06-15',
      note: { en: 'Totals as published.', es: 'Totales tal como se publicaron.' },
    },
  ],
};
