-- Taking published text out again (docs/decisions/0010-redaction.md), and the two settings of a plan that no version holds, as part of what a
-- revision asks for.

-- Which phase a plan follows and its place in the list, as they were when publication was asked for. No key to app.plan: what was asked stays, also
-- when that plan, never published, is thrown away.
alter table app.plan_revision add column predecessor_id uuid, add column position int;
select ctx.classify('app.plan_revision', 'structural', 'predecessor_id position');
alter table app.plan_revision disable trigger decided_once;
update app.plan_revision r set predecessor_id = p.predecessor_id, position = p.position
  from app.plan p where p.id = r.plan_id and r.approved_at is null and r.returned_at is null;
alter table app.plan_revision enable trigger decided_once;

-- One person hides a text, another confirms (it is overwritten) or refuses (it is shown again). The text is kept only while that waits, sealed.
create table app.plan_redaction (
  id uuid primary key,
  network_id uuid not null references app.network on delete cascade,
  why text not null check (why in ('person', 'safety', 'private', 'mistake')),
  -- {texts, whole?}: src/modules/plan/redaction.ts. Sealed by the vault, destroyed by the decision.
  sealed bytea,
  asked_by uuid not null references app.person,
  asked_at timestamptz not null,
  decided_by uuid references app.person,
  decided_at timestamptz,
  outcome text check (outcome in ('confirmed', 'refused')),
  -- How many places were overwritten.
  places int,
  constraint two_people check (decided_by is distinct from asked_by),
  constraint decided_whole check (
    (decided_by is null) = (decided_at is null) and (decided_by is null) = (outcome is null) and (sealed is null) = (outcome is not null)),
  unique (network_id, id)
);
create index plan_redaction_network on app.plan_redaction (network_id, asked_at);
select ctx.classify('app.plan_redaction', 'identifying', 'sealed');
select ctx.classify('app.plan_redaction', 'internal', 'why asked_by asked_at decided_by decided_at outcome places');
select ctx.classify('app.plan_redaction', 'structural', 'id network_id');
select ctx.protect('app.plan_redaction', 'network');

-- The public history of a plan as it was before something in it was hidden, sealed; gone when nothing waits any more.
create table app.plan_hidden (
  network_id uuid not null,
  plan_id uuid not null,
  n int not null,
  sealed bytea not null,
  primary key (network_id, plan_id, n),
  foreign key (network_id, plan_id) references app.plan (network_id, id) on delete cascade
);
select ctx.classify('app.plan_hidden', 'identifying', 'sealed');
select ctx.classify('app.plan_hidden', 'structural', 'network_id plan_id n');
select ctx.protect('app.plan_hidden', 'network');

-- "Text was taken out on this day": all that the public learns.
create table site.plan_redaction (
  network_id uuid not null,
  plan_id uuid not null,
  id uuid not null,
  taken_out_at timestamptz not null,
  primary key (network_id, plan_id, id),
  foreign key (network_id, plan_id) references site.plan (network_id, plan_id) on delete cascade
);
select ctx.classify('site.plan_redaction', 'public', 'taken_out_at');
select ctx.classify('site.plan_redaction', 'structural', 'network_id plan_id id');
select ctx.protect('site.plan_redaction', 'network');

-- Asked by whoever is asking now, decided once by whoever decides now, never both at once and never taken away.
create function app.plan_redaction_steps() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.outcome is not null or new.asked_by is distinct from ctx.person_id() then
      raise exception 'a redaction begins as the request of the person who asks';
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' then
    if exists (select 1 from app.network where id = old.network_id) then
      raise exception 'a redaction cannot be deleted';
    end if;
    return old;
  end if;
  if old.outcome is not null then
    raise exception 'a decided redaction cannot be changed';
  end if;
  if new.outcome is null or new.decided_by is distinct from ctx.person_id()
    or to_jsonb(new) - array['sealed', 'decided_by', 'decided_at', 'outcome', 'places']
      is distinct from to_jsonb(old) - array['sealed', 'decided_by', 'decided_at', 'outcome', 'places'] then
    raise exception 'a redaction is decided by the person who decides, and not otherwise changed';
  end if;
  -- A row of this very transaction: both people would be one statement's claim.
  if old.xmin::text = pg_current_xact_id()::xid::text then
    raise exception 'a redaction is decided later than it is asked for';
  end if;
  return new;
end $$;
create trigger steps before insert or update or delete on app.plan_redaction for each row execute function app.plan_redaction_steps();

-- Whether a redaction of the network was asked for or decided in this transaction; with `how`, decided so.
create function app.plan_redacting(network uuid, how text default null) returns boolean language sql stable as $$
  select exists (
    select 1 from app.plan_redaction r where r.network_id = network and r.xmin::text = pg_current_xact_id_if_assigned()::xid::text
      and (how is null or r.outcome = how))
$$;
grant execute on function app.plan_redacting(uuid, text) to waymark_app;

-- True when the second differs from the first only by marks that stand in the place of text: the same keys, lists, numbers, and what is left of
-- each text in its order.
create function app.only_taken_out(was jsonb, left_over jsonb) returns boolean language plpgsql immutable as $$
declare
  kind text := jsonb_typeof(was);
  parts text[];
begin
  if was is not distinct from left_over then return true; end if;
  if kind is distinct from jsonb_typeof(left_over) then return false; end if;
  if kind = 'object' then
    return (select count(*) from jsonb_object_keys(was)) = (select count(*) from jsonb_object_keys(left_over))
      and not exists (select 1 from jsonb_each(was) o where not coalesce(app.only_taken_out(o.value, left_over -> o.key), false));
  end if;
  if kind = 'array' then
    return jsonb_array_length(was) = jsonb_array_length(left_over) and not exists (
      select 1 from jsonb_array_elements(was) with ordinality o(value, n)
      where not coalesce(app.only_taken_out(o.value, left_over -> (o.n - 1)::int), false));
  end if;
  if kind <> 'string' then return false; end if;
  parts := regexp_split_to_array(left_over #>> '{}', '\[taken out\]|\[retirado\]|taken-out');
  return cardinality(parts) > 1 and (was #>> '{}') like (
    select string_agg(regexp_replace(part, '([\\%_])', '\\\1', 'g'), '%' order by n) from unnest(parts) with ordinality as p(part, n));
end $$;
grant execute on function app.only_taken_out(jsonb, jsonb) to waymark_app;

-- Overwrites one version, fact or revision, with the owner's rights, in the transaction that confirms a redaction and in no other. Drafts too.
create function app.plan_take_out(redaction uuid, place text, place_key text, content jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  network uuid;
  was jsonb;
begin
  select r.network_id into network from app.plan_redaction r
    where r.id = redaction and r.network_id = ctx.network_id() and r.outcome = 'confirmed' and r.xmin::text = pg_current_xact_id()::xid::text;
  if network is null then
    raise exception 'only the confirmation of a redaction takes text out';
  end if;
  if place = 'version' then
    select v.fields into was from app.plan_version v where v.seq = place_key::bigint and v.network_id = network for update;
  elsif place = 'fact' then
    select f.data into was from app.plan_fact f where f.id = place_key::uuid and f.network_id = network for update;
  elsif place = 'revision' then
    select jsonb_build_object('note', r.note, 'return_reason', r.return_reason) into was
      from app.plan_revision r where r.id = place_key::uuid and r.network_id = network for update;
  end if;
  if was is null or not app.only_taken_out(was, content) then
    raise exception 'a redaction puts marks in the place of text and changes nothing else';
  end if;
  if place = 'version' then
    update app.plan_version set fields = content where seq = place_key::bigint;
  elsif place = 'fact' then
    update app.plan_fact set data = content where id = place_key::uuid;
  else
    update app.plan_revision set note = content -> 'note', return_reason = content ->> 'return_reason' where id = place_key::uuid;
  end if;
end $$;
grant execute on function app.plan_take_out(uuid, text, text, jsonb) to waymark_app;

-- The same rules as in 0003, and the one exception: text taken out by the function above, which runs as the owner.
create or replace function app.plan_append_only() returns trigger language plpgsql as $$
declare
  decided boolean;
begin
  if tg_op = 'INSERT' then
    if new.revision_id is not null then
      raise exception 'a version or fact begins as a draft';
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' then
    if old.revision_id is not null and exists (select 1 from app.plan where id = old.plan_id) then
      raise exception 'a version or fact that was submitted cannot be deleted';
    end if;
    return old;
  end if;
  if current_user = 'waymark_owner' and to_jsonb(new) - array['fields', 'data'] is not distinct from to_jsonb(old) - array['fields', 'data'] then
    return new;
  end if;
  if to_jsonb(new) - 'revision_id' is distinct from to_jsonb(old) - 'revision_id' then
    raise exception 'a version or fact cannot be changed';
  end if;
  if new.revision_id is not distinct from old.revision_id then
    return new;
  end if;
  if old.revision_id is not null then
    if exists (select 1 from app.plan_revision where id = old.revision_id and approved_at is not null) then
      raise exception 'a published version or fact cannot leave its revision';
    end if;
    if new.revision_id is not null then
      raise exception 'a version or fact goes back to the draft before another revision takes it';
    end if;
    return new;
  end if;
  select approved_at is not null or returned_at is not null into decided from app.plan_revision where id = new.revision_id for share;
  if decided then
    raise exception 'a decided revision takes no more versions or facts';
  end if;
  return new;
end $$;

create or replace function app.plan_revision_decided_once() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.approved_at is not null or new.returned_at is not null then
      raise exception 'a revision begins as a request';
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' then
    if exists (select 1 from app.plan where id = old.plan_id) then
      raise exception 'a revision cannot be deleted';
    end if;
    return old;
  end if;
  if current_user = 'waymark_owner'
    and to_jsonb(new) - array['note', 'return_reason'] is not distinct from to_jsonb(old) - array['note', 'return_reason'] then
    return new;
  end if;
  if old.approved_at is not null or old.returned_at is not null then
    raise exception 'a decided revision cannot be changed';
  end if;
  if to_jsonb(new) - array['approved_by', 'approved_at', 'returned_by', 'returned_at', 'return_reason']
    is distinct from to_jsonb(old) - array['approved_by', 'approved_at', 'returned_by', 'returned_at', 'return_reason'] then
    raise exception 'a request cannot be changed, only decided';
  end if;
  return new;
end $$;

-- Hiding puts marks into the public history, and only a second person's refusal puts back what they stand for.
create or replace function site.plan_revision_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if not exists (select 1 from app.plan_revision r where r.plan_id = new.plan_id and r.n = new.n and r.approved_at is not null) then
      raise exception 'only an approved revision is published';
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' then
    if exists (select 1 from site.plan where plan_id = old.plan_id) then
      raise exception 'a published revision cannot be deleted';
    end if;
    return old;
  end if;
  if to_jsonb(new) - array['note', 'changes'] is not distinct from to_jsonb(old) - array['note', 'changes']
    and (app.plan_redacting(old.network_id)
        and app.only_taken_out(jsonb_build_array(old.note, old.changes), jsonb_build_array(new.note, new.changes))
      or app.plan_redacting(old.network_id, 'refused')
        and app.only_taken_out(jsonb_build_array(new.note, new.changes), jsonb_build_array(old.note, old.changes))) then
    return new;
  end if;
  raise exception 'a published revision cannot be changed';
end $$;

create function site.plan_redaction_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if not exists (select 1 from app.plan_redaction r where r.id = new.id and r.network_id = new.network_id and r.outcome = 'confirmed') then
      raise exception 'only a confirmed redaction is told';
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' then
    if exists (select 1 from site.plan where plan_id = old.plan_id) then
      raise exception 'what was told of a redaction stays';
    end if;
    return old;
  end if;
  raise exception 'what was told of a redaction stays';
end $$;
create trigger stays before insert or update or delete on site.plan_redaction for each row execute function site.plan_redaction_stays();
