/**
 * Accounts: arriving, signing in, one's own account, and what administrators do with others'. The rules and actions are the kernel's
 * (src/kernel/identity); here are their pages and words.
 */
import { defineModule, get, post } from '#kernel';
import en from './messages/en.json' with { type: 'json' };
import es from './messages/es.json' with { type: 'json' };
import * as account from './pages/account.tsx';
import * as accounts from './pages/accounts.tsx';
import * as confirm from './pages/confirm.tsx';
import * as invitations from './pages/invitations.tsx';
import * as join from './pages/join.tsx';
import * as keys from './pages/keys.tsx';
import * as organisation from './pages/organisation.tsx';
import * as provider from './pages/provider.tsx';
import * as setup from './pages/setup.tsx';
import * as signIn from './pages/sign-in.tsx';

const admins = ['network_admin', 'agency_admin'];
/** The path holds a one-time token. */
const secret = { secretPath: true };
const api = { kind: 'api' } as const;

export const identityModule = defineModule({
  name: 'identity',
  messages: { en, es },
  roles: {
    operator: 'identity.role.operator',
    network_admin: 'identity.role.network_admin',
    agency_admin: 'identity.role.agency_admin',
    auditor: 'identity.role.auditor',
    staff: 'identity.role.staff',
  },
  routes: [
    get('/setup/:token', 'public', setup.showSetup, secret),
    post('/setup/:token', 'public', setup.submitSetup, secret),

    get('/:network/join/:token', 'public', join.showJoin, secret),
    post('/:network/join/:token/passkey-options', 'public', join.joinPasskeyOptions, { ...secret, ...api }),
    post('/:network/join/:token/passkey', 'public', join.submitJoinPasskey, secret),
    get('/:network/join/:token/password', 'public', join.showJoinPassword, secret),
    post('/:network/join/:token/password', 'public', join.submitJoinPassword, secret),
    get('/:network/join/:token/organisation', 'public', organisation.goJoin, secret),
    post('/:network/join/:token/acceptance', 'signedIn', join.submitAcceptance, secret),

    get('/sign-in', 'public', signIn.showSignIn),
    post('/sign-in', 'public', signIn.submitSignIn),
    post('/sign-in/passkey-options', 'public', signIn.passkeyOptions, api),
    post('/sign-in/passkey', 'public', signIn.submitPasskey),
    post('/sign-in/demo', 'public', signIn.submitDemo),
    get('/sign-in/open/:token', 'public', signIn.showUnlocked, secret),
    get('/:network/sign-in', 'public', organisation.goSignIn),
    get('/:network/sign-in/return', 'public', organisation.comeBack),
    get('/:network/sign-in/connect', 'member', organisation.goConnect),
    get('/:network/sign-in/confirm', 'signedIn', organisation.goConfirm),
    get('/sign-out', 'public', signIn.showSignOut),
    post('/sign-out', 'public', signIn.submitSignOut),

    get('/account', 'signedIn', account.showAccount),
    post('/account', 'signedIn', account.submitAccount),
    get('/account/start', 'signedIn', account.startPage),
    get('/account/confirm', 'signedIn', confirm.showConfirm),
    post('/account/confirm', 'signedIn', confirm.submitConfirm),
    post('/account/confirm/passkey-options', 'signedIn', confirm.confirmPasskeyOptions, api),
    post('/account/confirm/passkey', 'signedIn', confirm.submitConfirmPasskey),
    post('/account/confirm/demo', 'signedIn', confirm.submitConfirmDemo),
    get('/account/passkeys/new', 'signedIn', keys.showNewPasskey),
    post('/account/passkeys/options', 'signedIn', keys.newPasskeyOptions, api),
    post('/account/passkeys', 'signedIn', keys.submitNewPasskey),
    get('/account/passkeys/:id', 'signedIn', keys.showPasskey),
    post('/account/passkeys/:id/name', 'signedIn', keys.submitPasskeyName),
    post('/account/passkeys/:id/removal', 'signedIn', keys.submitPasskeyRemoval),
    get('/account/password', 'signedIn', keys.showPassword),
    post('/account/password', 'signedIn', keys.submitPassword),
    post('/account/password/removal', 'signedIn', account.submitPasswordRemoval),
    post('/account/codes', 'signedIn', keys.submitCodes),
    post('/account/connected/:id/removal', 'signedIn', account.submitDisconnect),
    post('/account/sessions/others', 'signedIn', account.submitOthersEnd),
    post('/account/sessions/:id/end', 'signedIn', account.submitSessionEnd),

    get('/:network/admin/invitations', admins, invitations.showInvitations),
    post('/:network/admin/invitations', admins, invitations.submitInvitation),
    post('/:network/admin/invitations/:id/revocation', admins, invitations.submitRevocation),
    get('/:network/admin/accounts/:id', admins, accounts.showAccess),
    post('/:network/admin/accounts/:id/sessions/end', admins, accounts.submitSessionsEnd),
    post('/:network/admin/accounts/:id/disabling', ['network_admin'], accounts.submitDisabling),
    post('/:network/admin/accounts/:id/enabling', ['network_admin'], accounts.submitEnabling),
    post('/:network/admin/accounts/:id/recovery', admins, accounts.submitRecoveryStart),
    get('/:network/admin/recoveries', admins, accounts.showRecoveries),
    post('/:network/admin/recoveries/:id/confirmation', admins, accounts.submitRecoveryConfirmation),
    post('/:network/admin/recoveries/:id/cancellation', admins, accounts.submitRecoveryCancellation),
    get('/:network/admin/single-sign-on', ['network_admin'], provider.showProvider),
    post('/:network/admin/single-sign-on', ['network_admin'], provider.submitProvider),
  ],
  staffNav: [
    { path: '/admin/invitations', label: 'identity.nav.invitations', access: admins, order: 92 },
    { path: '/admin/recoveries', label: 'identity.nav.recoveries', access: admins, order: 93 },
    { path: '/admin/single-sign-on', label: 'identity.nav.sso', access: ['network_admin'], order: 94 },
  ],
});
