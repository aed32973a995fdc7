-- What changed is asked before every answer (search/memory/), by network, audience and moment. While both indices began with network and audience, a
-- planner that knew nothing of the table yet took the key and read every service there is. Whoever writes is found by id first just as well.
alter table app.directory_change drop constraint directory_change_pkey;
alter table app.directory_change add primary key (id, audience, network_id);
