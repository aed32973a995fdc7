-- A place that becomes hidden: where it was is taken out of every version that said it. The only change of a version there is, done by this function
-- and by nobody else; what is taken out has been sealed before (src/modules/directory/hidden-places.ts).

create or replace function app.record_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and not exists (select 1 from app.record where network_id = old.network_id and id = old.record_id) then return old; end if;
  -- Inside a function of the owner (app.record_hide_place), which the app may call but never be.
  if tg_op = 'UPDATE' and tg_table_name = 'record_version' and current_user = 'waymark_owner'
    and to_jsonb(new) - 'fields' - 'marks' - 'note' = to_jsonb(old) - 'fields' - 'marks' - 'note' then return new; end if;
  raise exception 'what was known of a record cannot be changed or deleted';
end $$;

create function app.record_hide_place(p_network uuid, p_location uuid, p_kept text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_network is distinct from ctx.network_id() and not ctx.is_system() then raise exception 'another network'; end if;
  update app.record set confidential = true where network_id = p_network and id = p_location and kind = 'location';
  if not found then raise exception 'no such place'; end if;
  update app.record_version v set note = '',
    fields = (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(v.fields) where key = any(p_kept)),
    marks = (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(v.marks) where key = any(p_kept))
  where v.network_id = p_network and v.record_id = p_location;
end $$;
grant execute on function app.record_hide_place(uuid, uuid, text[]) to waymark_app;
