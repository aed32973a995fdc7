-- What an import that waits would change, value by value, as it was shown: sealed like the file it is from, and gone when it is confirmed.
alter table app.directory_import add column differences bytea;
select ctx.classify('app.directory_import', 'secret', 'differences');
