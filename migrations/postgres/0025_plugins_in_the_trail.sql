-- Which plugin did it, where one did: its id, and what it was called then. No reference: the trail outlives it.
alter table audit_log add column plugin_id text;
alter table audit_log add column plugin_name text;
