-- The secrets of apps are sealed with a key that lies beside the database.

-- Which key it takes to open `secret`. Null: it was written before anything was sealed, and is sealed when the hub starts, or when a code
-- of its app is used, whichever is first.
alter table totp add column sealed_by text;
