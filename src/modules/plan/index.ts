/** Plans: a published plan kept as a living public page, with its evidence. */
import { defineModule } from '#kernel';
import en from './messages/en.json' with { type: 'json' };
import es from './messages/es.json' with { type: 'json' };

export const planModule = defineModule({
  name: 'plan',
  messages: { en, es },
  roles: {
    plan_editor: 'plan.role.editor',
    plan_approver: 'plan.role.approver',
    plan_owner: 'plan.role.owner',
  },
});
