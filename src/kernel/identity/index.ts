/** What the identity module draws its pages over. The checks that make a Proof or a NewWay are inside; the classes themselves stay here. */
export * from './account.ts';
export {
  disablePerson,
  enablePerson,
  endPersonSessions,
  type PersonAccess,
  viewAccess,
  viewColleagues,
} from './access.ts';
export { acceptInvitation, type Arrival, finishArrival, viewArrival } from './arrival.ts';
export { confirmAsDemo, demoDoors, type DemoPerson, demoPeople, signInAsDemo } from './demo.ts';
export { type InvitationRow, invite, revokeInvitation, viewChoices, viewInvitations } from './invitation.ts';
export { codeAddress, spacedSecret } from './one-time-code.ts';
export { authenticationOptions, checkRegistration, type PasskeyRow, registrationOptions } from './passkey.ts';
export { beginPasswordWay, checkPasswordWay, pendingSecret } from './password-way.ts';
export { checkProvider, saveProvider, signInProviders, viewProvider } from './provider.ts';
export { cancelRecovery, confirmRecovery, type RecoveryRow, startRecovery, viewRecoveries } from './recovery.ts';
export { agencyHasAdmin, mayAddTo, otherAdmins, personOf } from './roles.ts';
export type { SessionRow } from './session.ts';
export { setUp, setupLink, setupOpen } from './setup.ts';
export {
  confirmAgain,
  confirmSession,
  endOwnSession,
  openSession,
  signInByPassword,
  signInByPasskey,
} from './sign-in.ts';
export { beginSso, finishSso, proveBySso, type SsoIntent, wayBySso, wayForInvited } from './single-sign-on.ts';
export type { WaysIn } from './ways.ts';
