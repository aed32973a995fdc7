-- Work that goes on behind the pages: mail on its way out, jobs asked for, events handed over, what the daily mail has told.
-- How each survives a crash: docs/decisions/0005-jobs-and-outbox.md

create table app.mail (
  -- Becomes the Message-ID, so a mail sent twice because of a crash is recognised as one.
  id uuid primary key,
  network_id uuid references app.network on delete cascade,
  person_id uuid references app.person on delete cascade,
  kind text not null,
  -- Said once by whoever asks: a second mail with the same key is not written.
  key text not null,
  address text not null check (address !~ '[[:space:],;<>"]' and position('@' in address) > 1),
  subject text not null check (subject !~ '[[:cntrl:]]'),
  body text not null,
  created_at timestamptz not null,
  -- Not tried before; pushed back at the start of each try, so a process that dies while sending does not stop the mail.
  due_at timestamptz not null,
  -- Worthless afterwards (a link that no longer opens anything): not sent any more.
  expires_at timestamptz,
  tries integer not null default 0,
  sent_at timestamptz,
  failed_at timestamptz,
  last_error text not null default '',
  unique nulls not distinct (network_id, key)
);
create index mail_waiting on app.mail (due_at) where sent_at is null and failed_at is null;
select ctx.classify('app.mail', 'staff', 'address subject');
select ctx.classify('app.mail', 'secret', 'body');
select ctx.classify('app.mail', 'internal', 'kind key tries last_error');
select ctx.classify('app.mail', 'structural', 'id network_id person_id created_at due_at expires_at sent_at failed_at');
alter table app.mail enable row level security;
alter table app.mail force row level security;
-- Any work of a network may post a letter; only the kernel's own work may open the box.
create policy post on app.mail for insert to waymark_app
  with check (network_id is not distinct from (select ctx.network_id()) or (select ctx.is_system()));
create policy tenant on app.mail for all to waymark_app using ((select ctx.is_system())) with check ((select ctx.is_system()));
create policy owner on app.mail for all to waymark_owner using (true) with check (true);

-- A job asked for inside a transaction. A worker copies it into the queue after the commit, in one transaction of its own, and the row goes when
-- the job is done: a backup of this schema holds every job that is still owed.
create table app.job_request (
  id uuid primary key,
  network_id uuid references app.network on delete cascade,
  job text not null,
  -- Ids, never values.
  data jsonb not null,
  start_after timestamptz,
  created_at timestamptz not null,
  queued_at timestamptz
);
create index job_request_new on app.job_request (created_at) where queued_at is null;
select ctx.classify('app.job_request', 'internal', 'job data');
select ctx.classify('app.job_request', 'structural', 'id network_id start_after created_at queued_at');
alter table app.job_request enable row level security;
alter table app.job_request force row level security;
create policy post on app.job_request for insert to waymark_app
  with check (network_id is not distinct from (select ctx.network_id()) or (select ctx.is_system()));
create policy tenant on app.job_request for all to waymark_app using ((select ctx.is_system())) with check ((select ctx.is_system()));
create policy owner on app.job_request for all to waymark_owner using (true) with check (true);

-- How each job last went, per network (null: the deployment).
create table app.job_status (
  job text not null,
  network_id uuid references app.network on delete cascade,
  succeeded_at timestamptz,
  failed_at timestamptz,
  last_error text not null default '',
  unique nulls not distinct (job, network_id)
);
select ctx.classify('app.job_status', 'internal', 'job succeeded_at failed_at last_error');
select ctx.classify('app.job_status', 'structural', 'network_id');
select ctx.protect('app.job_status', 'network');

-- One row for each event and subscriber: being tried (due_at: when it may be tried again), done, or given up.
alter table app.outbox_delivery
  add column tries integer not null default 0,
  add column due_at timestamptz not null default now(),
  add column done_at timestamptz,
  add column failed_at timestamptz,
  add column last_error text not null default '';
select ctx.classify('app.outbox_delivery', 'internal', 'tries last_error');
select ctx.classify('app.outbox_delivery', 'structural', 'due_at done_at failed_at');

-- The daily mail: the days on which a person was served (also when there was nothing to say), and what they were told.
create table app.digest_day (
  person_id uuid not null references app.person on delete cascade,
  day date not null,
  items integer not null,
  at timestamptz not null,
  primary key (person_id, day)
);
select ctx.classify('app.digest_day', 'internal', 'items');
select ctx.classify('app.digest_day', 'structural', 'person_id day at');
select ctx.protect('app.digest_day', 'person');

create table app.digest_told (
  person_id uuid not null references app.person on delete cascade,
  key text not null,
  -- A mail that could not be delivered has told nothing.
  mail_id uuid references app.mail on delete set null,
  at timestamptz not null,
  primary key (person_id, key)
);
select ctx.classify('app.digest_told', 'internal', 'key');
select ctx.classify('app.digest_told', 'structural', 'person_id mail_id at');
select ctx.protect('app.digest_told', 'person');
