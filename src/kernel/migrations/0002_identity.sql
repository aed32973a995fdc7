-- How people arrive (links, invitations), how they prove who they are (passkeys, password with one-time codes, single sign-on), and how they
-- come back when they lost their keys. Whatever opens a door is kept as a hash, or sealed by the vault.

-- Short-lived state between two steps of one person at one browser: a passkey challenge, a code secret not yet confirmed, a sign-in elsewhere.
create table app.ceremony (
  handle_hash bytea primary key,
  purpose text not null,
  person_id uuid references app.person on delete cascade,
  -- Sealed by the vault: challenges, verifiers, secrets on their way to a phone.
  data bytea not null,
  expires_at timestamptz not null
);
create index ceremony_expiry on app.ceremony (expires_at);
select ctx.classify('app.ceremony', 'secret', 'handle_hash data');
select ctx.classify('app.ceremony', 'structural', 'purpose person_id expires_at');
select ctx.protect('app.ceremony', 'system');

-- A link that opens one door once.
create table app.one_time_link (
  id uuid primary key default gen_random_uuid(),
  purpose text not null check (purpose in ('setup', 'invitation', 'recovery', 'unlock')),
  token_hash bytea not null unique,
  person_id uuid references app.person on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  revoked_at timestamptz
);
create index one_time_link_person on app.one_time_link (person_id);
select ctx.classify('app.one_time_link', 'secret', 'token_hash');
select ctx.classify('app.one_time_link', 'structural', 'id purpose person_id created_at expires_at used_at revoked_at');
select ctx.protect('app.one_time_link', 'system');

create table app.invitation (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null references app.network on delete cascade,
  agency_id uuid not null,
  link_id uuid not null references app.one_time_link,
  email text not null check (email = lower(email)),
  name text not null,
  locale text not null,
  roles text[] not null check (cardinality(roles) > 0),
  invited_by uuid not null references app.person,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_by uuid references app.person,
  accepted_at timestamptz,
  revoked_by uuid references app.person,
  revoked_at timestamptz,
  foreign key (network_id, agency_id) references app.agency_network (network_id, agency_id) on delete cascade,
  check (accepted_at is null or revoked_at is null)
);
-- One open invitation for an address in a network.
create unique index invitation_open on app.invitation (network_id, email) where accepted_at is null and revoked_at is null;
create index invitation_link on app.invitation (link_id);
select ctx.classify('app.invitation', 'staff', 'email name');
select ctx.classify('app.invitation', 'internal', 'locale roles invited_by created_at expires_at accepted_by accepted_at revoked_by revoked_at');
select ctx.classify('app.invitation', 'structural', 'id network_id agency_id link_id');
select ctx.protect('app.invitation', 'network');

create table app.passkey (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references app.person on delete cascade,
  -- Base64url, as the browser gives it.
  credential_id text not null unique,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  backed_up boolean not null,
  name text not null,
  created_at timestamptz not null,
  used_at timestamptz
);
create index passkey_person on app.passkey (person_id);
select ctx.classify('app.passkey', 'secret', 'credential_id public_key counter');
select ctx.classify('app.passkey', 'staff', 'name');
select ctx.classify('app.passkey', 'internal', 'transports backed_up created_at used_at');
select ctx.classify('app.passkey', 'structural', 'id person_id');
select ctx.protect('app.passkey', 'person');

create table app.password (
  person_id uuid primary key references app.person on delete cascade,
  -- $argon2id$v=19$m=…,t=…,p=…$salt$hash
  hash text not null,
  changed_at timestamptz not null
);
select ctx.classify('app.password', 'secret', 'hash');
select ctx.classify('app.password', 'internal', 'changed_at');
select ctx.classify('app.password', 'structural', 'person_id');
select ctx.protect('app.password', 'system');

create table app.one_time_code (
  person_id uuid primary key references app.person on delete cascade,
  -- Sealed by the vault.
  secret bytea not null,
  -- The newest time step whose code was used: no code opens twice.
  last_step bigint not null,
  confirmed_at timestamptz not null
);
select ctx.classify('app.one_time_code', 'secret', 'secret last_step');
select ctx.classify('app.one_time_code', 'internal', 'confirmed_at');
select ctx.classify('app.one_time_code', 'structural', 'person_id');
select ctx.protect('app.one_time_code', 'system');

create table app.recovery_code (
  person_id uuid not null references app.person on delete cascade,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (person_id, code_hash)
);
select ctx.classify('app.recovery_code', 'secret', 'code_hash');
select ctx.classify('app.recovery_code', 'internal', 'used_at');
select ctx.classify('app.recovery_code', 'structural', 'person_id');
select ctx.protect('app.recovery_code', 'system');

-- Single sign-on: one provider for a network, and the people who connected their account with it.
create table app.identity_provider (
  network_id uuid primary key references app.network on delete cascade,
  name text not null,
  issuer text not null,
  client_id text not null,
  -- Sealed by the vault; null for a public client.
  client_secret bytea,
  domains text[] not null check (cardinality(domains) > 0),
  enabled boolean not null,
  changed_at timestamptz not null
);
select ctx.classify('app.identity_provider', 'public', 'name');
select ctx.classify('app.identity_provider', 'internal', 'issuer client_id domains enabled');
select ctx.classify('app.identity_provider', 'secret', 'client_secret');
select ctx.classify('app.identity_provider', 'structural', 'network_id changed_at');
select ctx.protect('app.identity_provider', 'network');

create table app.linked_identity (
  person_id uuid not null references app.person on delete cascade,
  network_id uuid not null references app.network on delete cascade,
  issuer text not null,
  subject text not null,
  connected_at timestamptz not null,
  primary key (network_id, issuer, subject)
);
create index linked_identity_person on app.linked_identity (person_id);
select ctx.classify('app.linked_identity', 'secret', 'subject');
select ctx.classify('app.linked_identity', 'internal', 'issuer connected_at');
select ctx.classify('app.linked_identity', 'structural', 'person_id network_id');
select ctx.protect('app.linked_identity', 'person');

-- Two administrators give a person a new way in. Three different people, by constraint.
create table app.account_recovery (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null references app.network on delete cascade,
  person_id uuid not null references app.person on delete cascade,
  reason text not null,
  started_by uuid not null references app.person,
  started_at timestamptz not null,
  confirmed_by uuid references app.person,
  confirmed_at timestamptz,
  cancelled_by uuid references app.person,
  cancelled_at timestamptz,
  link_id uuid references app.one_time_link,
  used_at timestamptz,
  check (started_by <> person_id),
  check (confirmed_by is null or (confirmed_by <> person_id and confirmed_by <> started_by)),
  check ((confirmed_at is null) = (confirmed_by is null) and (confirmed_at is null) = (link_id is null)),
  check (used_at is null or confirmed_at is not null)
);
create unique index account_recovery_open on app.account_recovery (network_id, person_id) where used_at is null and cancelled_at is null;
create index account_recovery_link on app.account_recovery (link_id);
select ctx.classify('app.account_recovery', 'staff', 'reason');
select ctx.classify('app.account_recovery', 'internal', 'started_by started_at confirmed_by confirmed_at cancelled_by cancelled_at used_at');
select ctx.classify('app.account_recovery', 'structural', 'id network_id person_id link_id');
select ctx.protect('app.account_recovery', 'network');
