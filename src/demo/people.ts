/**
 * Who is there in every demonstration besides the people of Harbor County: whoever runs the deployment, and two who keep the retold plan of a
 * real city, so that no agency of that city seems to have written it.
 */
import type { BothLanguages, DemoPerson } from './data/shape.ts';

export const desk: { slug: string; name: BothLanguages } = {
  slug: 'demonstration-desk',
  name: { en: 'Demonstration desk', es: 'Mesa de demostración' },
};

/** `operator` is held in the deployment, the other roles in the networks that have no people of their own. */
export const deskPeople: DemoPerson[] = [
  {
    key: 'operator',
    name: 'Demo operator (demo)',
    email: 'operator@desk.example',
    agency: desk.slug,
    roles: ['operator'],
    about: { en: 'Runs the deployment: makes networks.', es: 'Opera la instalación: crea redes.' },
  },
  {
    key: 'writer',
    name: 'Demo Writer Ivo Lang (demo)',
    email: 'writer@desk.example',
    agency: desk.slug,
    roles: ['network_admin', 'plan_editor'],
    about: { en: 'Keeps the retold plan.', es: 'Mantiene el plan redactado de nuevo.' },
  },
  {
    key: 'checker',
    name: 'Demo Checker Juno Vale (demo)',
    email: 'checker@desk.example',
    agency: desk.slug,
    roles: ['plan_approver'],
    about: {
      en: 'Second person: approves the retold plan.',
      es: 'Segunda persona: aprueba el plan redactado de nuevo.',
    },
  },
];
