import fc from 'fast-check';
import { expect, test } from 'vitest';
import { disableProblem } from './access.ts';
import { slugFrom } from './agency.ts';
import { invitationState } from './invitation.ts';
import { linkState } from './one-time-link.ts';
import { inDomains, issuerProblem, readDomains } from './provider.ts';
import { confirmProblem, recoveryState } from './recovery.ts';
import { grantableRoles, mayAddTo, onlyHere } from './roles.ts';
import { slugProblem } from './setup.ts';

const now = new Date('2026-03-01T12:00:00Z');
const hours = (n: number) => new Date(now.getTime() + n * 3_600_000);
const maybe = fc.option(fc.date({ noInvalidDate: true }), { nil: null });

test('a link opens only while it is neither used, withdrawn nor over', () => {
  expect(linkState({ used_at: null, revoked_at: null, expires_at: hours(1) }, now)).toBe('open');
  expect(linkState({ used_at: null, revoked_at: null, expires_at: now }, now)).toBe('expired');
  fc.assert(
    fc.property(maybe, maybe, fc.date({ noInvalidDate: true }), (used_at, revoked_at, expires_at) => {
      const open = linkState({ used_at, revoked_at, expires_at }, now) === 'open';
      expect(open).toBe(used_at === null && revoked_at === null && expires_at > now);
    }),
  );
});

test('an invitation that was accepted stays accepted after its days are over', () => {
  const row = { accepted_at: null, revoked_at: null, expires_at: hours(-1) };
  expect(invitationState(row, now)).toBe('expired');
  expect(invitationState({ ...row, accepted_at: hours(-2) }, now)).toBe('accepted');
  expect(invitationState({ ...row, revoked_at: hours(-2) }, now)).toBe('revoked');
});

const started = {
  started_by: 'ana',
  person_id: 'cora',
  started_at: hours(-1),
  confirmed_at: null,
  cancelled_at: null,
  used_at: null,
};

test('a recovery is confirmed by a second administrator: not by who started it, not by who is recovered, not twice', () => {
  expect(confirmProblem(started, 'ben', now)).toBe(null);
  expect(confirmProblem(started, 'ana', now)).toBe('identity.problem.secondPerson');
  expect(confirmProblem(started, 'cora', now)).toBe('identity.problem.notYourself');
  for (const over of [{ confirmed_at: now }, { cancelled_at: now }, { confirmed_at: now, used_at: now }]) {
    expect(confirmProblem({ ...started, ...over }, 'ben', now)).toBe('identity.problem.recoveryOver');
  }
});

test('a recovery that nobody confirms is over after a day, and cannot be confirmed then', () => {
  expect(recoveryState({ ...started, started_at: hours(-23) }, now)).toBe('started');
  const late = { ...started, started_at: hours(-24) };
  expect(recoveryState(late, now)).toBe('expired');
  expect(confirmProblem(late, 'ben', now)).toBe('identity.problem.recoveryOver');
});

test('a confirmed recovery is open for a day', () => {
  expect(recoveryState({ ...started, confirmed_at: hours(-23) }, now)).toBe('confirmed');
  expect(recoveryState({ ...started, confirmed_at: hours(-24) }, now)).toBe('expired');
  expect(recoveryState({ ...started, confirmed_at: hours(-30), used_at: hours(-29) }, now)).toBe('used');
});

const all = ['operator', 'network_admin', 'agency_admin', 'auditor', 'staff', 'plan_editor'];

test('nobody gives the role of the deployment, and who administers nothing gives none', () => {
  expect(grantableRoles(new Set(['network_admin']), all)).toEqual(all.slice(1));
  expect(grantableRoles(new Set(['agency_admin']), all)).toEqual(['staff', 'agency_admin']);
  expect(grantableRoles(new Set(['auditor', 'staff', 'operator']), all)).toEqual([]);
});

test('an agency with an administrator of its own is closed to everyone else, the network’s administrators included', () => {
  const network = { agencyId: 'hall', roles: new Set(['network_admin']) };
  expect(mayAddTo({ id: 'shelter', hasAdmin: true }, network)).toBe(false);
  expect(mayAddTo({ id: 'shelter', hasAdmin: false }, network)).toBe(true);
  const own = { agencyId: 'shelter', roles: new Set(['agency_admin']) };
  expect(mayAddTo({ id: 'shelter', hasAdmin: true }, own)).toBe(true);
  expect(mayAddTo({ id: 'hall', hasAdmin: false }, own)).toBe(false);
});

test('an account belongs to a network alone only when every role it has is there', () => {
  expect(onlyHere([{ networkId: 'a' }, { networkId: 'a' }], 'a')).toBe(true);
  expect(onlyHere([{ networkId: 'a' }, { networkId: 'b' }], 'a')).toBe(false);
  expect(onlyHere([{ networkId: 'a' }, { networkId: null }], 'a')).toBe(false);
  expect(onlyHere([], 'a')).toBe(false);
});

test('an account is not switched off by its owner, from another network, or when it is the last administrator', () => {
  const fine = { self: false, onlyHere: true, isAdmin: true, otherAdmins: 1 };
  expect(disableProblem(fine)).toBe(null);
  expect(disableProblem({ ...fine, isAdmin: false, otherAdmins: 0 })).toBe(null);
  expect(disableProblem({ ...fine, self: true })).toBe('identity.problem.notYourself');
  expect(disableProblem({ ...fine, onlyHere: false })).toBe('identity.problem.elsewhereToo');
  expect(disableProblem({ ...fine, otherAdmins: 0 })).toBe('identity.problem.lastAdmin');
});

test('a network’s short name is plain, and not one that the system uses itself', () => {
  const reserved = new Set(['account', 'setup']);
  expect(slugProblem('harbor', reserved)).toBe(null);
  expect(slugProblem('account', reserved)).toBe('identity.setup.slugReserved');
  for (const bad of ['', 'a', 'Harbor', '1harbor', 'har bor', 'há', 'a'.repeat(41), '../x']) {
    expect(slugProblem(bad, reserved)).toBe('identity.setup.slugForm');
  }
});

test('every name gives an agency a short name that the database takes', () => {
  expect(slugFrom('Bay Shelter, Inc.')).toBe('bay-shelter-inc');
  expect(slugFrom('Niños y Niñas')).toBe('ninos-y-ninas');
  expect(slugFrom('日本')).toBe('agency');
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (name) => /^[a-z][a-z0-9-]{1,59}$/.test(slugFrom(name))));
});

test.each([
  ['https://login.example.org', true, null],
  ['https://login.example.org/tenant/v2', true, null],
  ['http://login.example.org', false, 'identity.sso.issuerForm'],
  ['http://localhost:4000', false, null],
  ['http://localhost:4000', true, 'identity.sso.issuerForm'],
  ['https://localhost', true, 'identity.sso.issuerForm'],
  ['https://10.0.0.8', true, 'identity.sso.issuerForm'],
  ['https://[::1]/', true, 'identity.sso.issuerForm'],
  ['https://intranet', true, 'identity.sso.issuerForm'],
  ['https://user@login.example.org', true, 'identity.sso.issuerForm'],
  ['ftp://login.example.org', true, 'identity.sso.issuerForm'],
  ['login.example.org', false, 'identity.sso.issuerForm'],
])('an issuer %s in production (%s) gives %s', (issuer, production, problem) => {
  expect(issuerProblem(issuer, production)).toBe(problem);
});

test('allowed domains are whole domains: neither a part nor a sub-domain passes', () => {
  const domains = readDomains(' City.example.org, @health.example.org ')!;
  expect(domains).toEqual(['city.example.org', 'health.example.org']);
  expect(inDomains('Ana@CITY.example.org', domains)).toBe(true);
  for (const other of [
    'ana@example.org',
    'ana@evil-city.example.org',
    'ana@x.city.example.org',
    'ana@city.example.org@evil.org',
    '',
  ]) {
    expect(inDomains(other, domains)).toBe(false);
  }
  expect(readDomains('not a domain')).toBe(null);
  expect(readDomains('')).toBe(null);
});
