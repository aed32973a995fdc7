-- What two people approved stays, whatever the code above the database forgets. Rows come in as drafts; a revision takes them only while it waits;
-- once decided, neither it nor what it took can change. The one way to take published text out is 0004_redaction.sql.

-- A draft may be thrown away; what was asked for or published stays, word for word.
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
  -- Locked, so that an approval at the same moment comes either before (and refuses this row) or after it.
  select approved_at is not null or returned_at is not null into decided from app.plan_revision where id = new.revision_id for share;
  if decided then
    raise exception 'a decided revision takes no more versions or facts';
  end if;
  return new;
end $$;
drop trigger append_only on app.plan_version;
drop trigger append_only on app.plan_fact;
create trigger append_only before insert or update or delete on app.plan_version for each row execute function app.plan_append_only();
create trigger append_only before insert or update or delete on app.plan_fact for each row execute function app.plan_append_only();

-- A request says what is asked and waits; it is decided once.
create function app.plan_revision_decided_once() returns trigger language plpgsql as $$
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
  if old.approved_at is not null or old.returned_at is not null then
    raise exception 'a decided revision cannot be changed';
  end if;
  if to_jsonb(new) - array['approved_by', 'approved_at', 'returned_by', 'returned_at', 'return_reason']
    is distinct from to_jsonb(old) - array['approved_by', 'approved_at', 'returned_by', 'returned_at', 'return_reason'] then
    raise exception 'a request cannot be changed, only decided';
  end if;
  return new;
end $$;
create trigger decided_once before insert or update or delete on app.plan_revision for each row execute function app.plan_revision_decided_once();

-- An item is what it was when it was made: its number and kind are what versions, facts and addresses hang on.
create function app.plan_item_permanent() returns trigger language plpgsql as $$
begin
  raise exception 'an item of a plan cannot be changed, only given another version';
end $$;
create trigger permanent before update on app.plan_item for each row execute function app.plan_item_permanent();

-- A published plan is not removed with everything under it, except with its whole network, by the system.
create function app.plan_published_stays() returns trigger language plpgsql as $$
begin
  if not ctx.is_system() and exists (select 1 from app.plan_revision where plan_id = old.id and approved_at is not null) then
    raise exception 'a published plan cannot be deleted';
  end if;
  return old;
end $$;
create trigger published_stays before delete on app.plan for each row execute function app.plan_published_stays();

-- The public history: one line for each approved revision, written by its approval, never rewritten.
create function site.plan_revision_stays() returns trigger language plpgsql as $$
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
  raise exception 'a published revision cannot be changed';
end $$;
create trigger stays before insert or update or delete on site.plan_revision for each row execute function site.plan_revision_stays();

create function site.plan_stays() returns trigger language plpgsql as $$
begin
  if not ctx.is_system() then
    raise exception 'a published plan cannot be deleted';
  end if;
  return old;
end $$;
create trigger stays before delete on site.plan for each row execute function site.plan_stays();
