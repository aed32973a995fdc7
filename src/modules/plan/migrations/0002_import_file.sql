-- The file itself, kept while its import waits, so that the same bytes can be read again with another mapping; dropped when it is confirmed.
alter table app.plan_import add column file bytea;
select ctx.classify('app.plan_import', 'internal', 'file');
create index plan_import_at on app.plan_import (network_id, at);
