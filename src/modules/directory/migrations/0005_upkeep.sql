-- Staying in the directory: how often values are checked, campaigns that ask providers, what was asked and answered. Where a request stands is worked
-- out from its dated events (src/modules/directory/upkeep/request.ts), never stored beside them.

-- Days after which a value of a class has to be checked again, where a network does not keep to the usual ones.
create table app.directory_review_period (
  network_id uuid not null references app.network on delete cascade,
  class text not null check (class in ('capacity', 'contact', 'hours', 'eligibility', 'text', 'place', 'identity')),
  days int not null check (days between 1 and 3650),
  set_by uuid references app.person,
  set_at timestamptz not null default now(),
  primary key (network_id, class)
);
select ctx.classify('app.directory_review_period', 'internal', 'class days set_by set_at');
select ctx.classify('app.directory_review_period', 'structural', 'network_id');
select ctx.protect('app.directory_review_period', 'network');

create table app.directory_campaign (
  network_id uuid not null references app.network on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null check (length(name) between 1 and 200),
  -- Goes on by itself: whoever has something due is asked. Otherwise everyone is asked once.
  continuous boolean not null,
  listings text not null check (listings in ('all', 'public', 'internal', 'chosen')),
  organizations uuid[] not null default '{}',
  -- Everything that is known, or only what is due.
  asks text not null check (asks in ('all', 'due')),
  answer_by date,
  letter jsonb not null default '{}',
  -- Days from the letter to the reminder, from there to the people who call, from there to being set aside.
  remind_days int not null default 21 check (remind_days between 7 and 90),
  escalate_days int not null default 14 check (escalate_days between 3 and 90),
  demote_days int not null default 14 check (demote_days between 3 and 90),
  -- Who is told when nobody answers; null: everyone who vets.
  escalate_to uuid references app.person,
  created_by uuid references app.person,
  created_at timestamptz not null default now(),
  started_by uuid references app.person,
  started_at timestamptz,
  started_on date,
  ended_by uuid references app.person,
  ended_at timestamptz,
  primary key (network_id, id),
  check (continuous = (answer_by is null)),
  check ((started_at is null) = (started_on is null)),
  check (ended_at is null or started_at is not null)
);
create unique index directory_campaign_continuous on app.directory_campaign (network_id) where continuous and started_at is not null and ended_at is null;
select ctx.classify('app.directory_campaign', 'staff', 'escalate_to created_by started_by ended_by');
select ctx.classify('app.directory_campaign', 'internal', 'name continuous listings asks answer_by letter remind_days escalate_days demote_days created_at started_at started_on ended_at');
select ctx.classify('app.directory_campaign', 'structural', 'network_id id organizations');
select ctx.protect('app.directory_campaign', 'network');

-- One provider asked in one campaign. At most one is open at a time, so that nobody gets two letters about the same thing.
create table app.directory_request (
  network_id uuid not null,
  id uuid not null default gen_random_uuid(),
  campaign_id uuid not null,
  organization_id uuid not null,
  asked_on date not null,
  answer_by date not null,
  -- [{"record": id, "field": name}]: what was asked, as it stood that day; never a value.
  asked jsonb not null,
  at timestamptz not null default now(),
  closed_on date,
  closed_because text check (closed_because in ('answered', 'ended', 'unlisted', 'restored')),
  primary key (network_id, id),
  foreign key (network_id, campaign_id) references app.directory_campaign (network_id, id) on delete cascade,
  foreign key (network_id, organization_id) references app.record (network_id, id) on delete cascade,
  check ((closed_on is null) = (closed_because is null))
);
create unique index directory_request_open on app.directory_request (network_id, organization_id) where closed_on is null;
create unique index directory_request_once on app.directory_request (network_id, campaign_id, organization_id, asked_on);
create index directory_request_of on app.directory_request (network_id, campaign_id);
select ctx.classify('app.directory_request', 'internal', 'asked_on answer_by asked at closed_on closed_because');
select ctx.classify('app.directory_request', 'structural', 'network_id id campaign_id organization_id');
select ctx.protect('app.directory_request', 'network');

-- What happened to a request. Each happens once, however often the work of a day runs.
create table app.directory_request_event (
  seq bigint generated always as identity primary key,
  network_id uuid not null,
  request_id uuid not null,
  kind text not null check (kind in ('asked', 'calling', 'reminded', 'escalated', 'demoted')),
  on_day date not null,
  -- Why people call instead of writing: doNotContact · noAddress · undelivered.
  why text check (why in ('doNotContact', 'noAddress', 'undelivered')),
  -- The letter, while the mail remembers it.
  mail_id uuid,
  at timestamptz not null default now(),
  unique (network_id, request_id, kind),
  foreign key (network_id, request_id) references app.directory_request (network_id, id) on delete cascade,
  check ((why is not null) = (kind = 'calling'))
);
create index directory_request_event_mail on app.directory_request_event (mail_id) where mail_id is not null;
select ctx.classify('app.directory_request_event', 'internal', 'kind on_day why at');
select ctx.classify('app.directory_request_event', 'structural', 'seq network_id request_id mail_id');
select ctx.protect('app.directory_request_event', 'network');
create function app.directory_request_event_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and not exists (select 1 from app.directory_request where network_id = old.network_id and id = old.request_id) then return old; end if;
  raise exception 'what happened to a request cannot be changed or deleted';
end $$;
create trigger append_only before update or delete on app.directory_request_event for each row execute function app.directory_request_event_append_only();

-- The door of a letter: opened without an account, over when everything is answered. Only the hash of its token is kept.
create table app.directory_request_link (
  token_hash bytea primary key,
  network_id uuid not null,
  request_id uuid not null,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  foreign key (network_id, request_id) references app.directory_request (network_id, id) on delete cascade
);
create index directory_request_link_of on app.directory_request_link (network_id, request_id);
select ctx.classify('app.directory_request_link', 'secret', 'token_hash');
select ctx.classify('app.directory_request_link', 'structural', 'network_id request_id made_at expires_at used_at');
select ctx.protect('app.directory_request_link', 'system');

-- What a provider answered for one value. A new value stands in app.directory_proposal and is reviewed there; words, and a hidden place that moved,
-- are for a person to see to.
create table app.directory_answer (
  seq bigint generated always as identity primary key,
  network_id uuid not null,
  request_id uuid not null,
  record_id uuid not null,
  field text not null check (length(field) between 1 and 120),
  answer text not null check (answer in ('same', 'changed', 'wrong', 'moved')),
  note text not null default '' check (length(note) <= 2000),
  proposal_id uuid,
  on_day date not null,
  at timestamptz not null default now(),
  settled_by uuid references app.person,
  settled_at timestamptz,
  foreign key (network_id, request_id) references app.directory_request (network_id, id) on delete cascade,
  foreign key (network_id, record_id) references app.record (network_id, id) on delete cascade
);
create index directory_answer_of on app.directory_answer (network_id, request_id);
create index directory_answer_open on app.directory_answer (network_id) where answer in ('wrong', 'moved') and settled_at is null;
select ctx.classify('app.directory_answer', 'staff', 'settled_by');
select ctx.classify('app.directory_answer', 'internal', 'field answer note on_day at settled_at');
select ctx.classify('app.directory_answer', 'structural', 'seq network_id request_id record_id proposal_id');
select ctx.protect('app.directory_answer', 'network');

-- To whom letters about a listing go, and in which language, where staff wrote it down.
create table app.directory_letter_box (
  network_id uuid not null,
  organization_id uuid not null,
  email text not null check (email = lower(email) and position('@' in email) > 1 and length(email) <= 254),
  locale text not null check (locale in ('en', 'es')),
  set_by uuid references app.person,
  set_at timestamptz not null default now(),
  primary key (network_id, organization_id),
  foreign key (network_id, organization_id) references app.record (network_id, id) on delete cascade
);
select ctx.classify('app.directory_letter_box', 'staff', 'email set_by');
select ctx.classify('app.directory_letter_box', 'internal', 'locale set_at');
select ctx.classify('app.directory_letter_box', 'structural', 'network_id organization_id');
select ctx.protect('app.directory_letter_box', 'network');

-- Whoever asks not to be written to gets no letter that was written before and has not left yet.
create function app.directory_withdraw_letters() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update app.mail m set failed_at = new.at, last_error = 'withdrawn', subject = '', body = ''
    from app.directory_request_event e join app.directory_request r on r.network_id = e.network_id and r.id = e.request_id
    where r.network_id = new.network_id and r.organization_id = new.organization_id and e.mail_id = m.id
      and m.sent_at is null and m.failed_at is null;
  return new;
end $$;
revoke execute on function app.directory_withdraw_letters() from public;
create trigger withdraw_letters after insert on app.directory_event for each row when (new.kind = 'doNotContact')
  execute function app.directory_withdraw_letters();
