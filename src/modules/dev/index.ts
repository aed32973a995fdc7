/**
 * For trying things out: the local outbox as pages, so that a demo's invitations and one-time codes can be read without a mail server.
 * Nothing here exists outside demo mode, nor where a mail server is set.
 */
import { defineModule, get } from '#kernel';
import en from './messages/en.json' with { type: 'json' };
import es from './messages/es.json' with { type: 'json' };
import { letterPage, outboxPage } from './outbox.tsx';

export default defineModule({
  name: 'dev',
  messages: { en, es },
  routes: [get('/dev/mail', 'public', outboxPage), get('/dev/mail/:id', 'public', letterPage)],
});
