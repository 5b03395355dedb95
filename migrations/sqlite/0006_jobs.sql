-- What is still to be done: written in the transaction of the change that asks for it, taken by workers of any process.

create table jobs (
    id integer primary key autoincrement,
    -- What is to be done: 'mail.send'. Each process works on the kinds it knows.
    kind text not null,
    -- With what: JSON, as the kind reads it. No secrets: those who run the hub can read it.
    payload text not null,
    -- At most one unfinished job of a kind has it; null: as many as are asked for.
    dedupe_key text,
    state text not null,
    created_at integer not null,
    -- Waiting: not before this instant. Running and again: when it is due the next time.
    due_at integer not null,
    -- How often it was begun since it was asked for, or since somebody had it tried again.
    attempts integer not null,
    -- Asked for once more while it ran: it begins anew when it ends.
    again integer not null,
    -- Running: by which process, and until when it counts as alive unless it says so again.
    worker text,
    lease_until integer,
    -- When the last attempt began.
    started_at integer,
    -- Done or given up since.
    finished_at integer,
    -- How far it is, as it tells itself; the total may be unknown.
    progress_done integer,
    progress_total integer,
    progress_note text,
    -- Why the last attempt failed, for those who run the hub.
    last_error text,
    constraint jobs_again_check check (again in (0, 1)),
    constraint jobs_state_check check (state in ('waiting', 'running', 'done', 'dead')),
    constraint jobs_worker_check check ((state = 'running') = (worker is not null)),
    constraint jobs_lease_until_check check ((state = 'running') = (lease_until is not null)),
    constraint jobs_finished_at_check check ((state in ('done', 'dead')) = (finished_at is not null))
) strict;

create unique index jobs_kind_dedupe_key_key on jobs (kind, dedupe_key) where finished_at is null;
-- Workers ask for what is due, kind by kind.
create index jobs_due_idx on jobs (kind, due_at, id) where state = 'waiting';
create index jobs_running_idx on jobs (lease_until) where state = 'running';
-- Finished ones go after a while.
create index jobs_finished_idx on jobs (state, finished_at) where finished_at is not null;

-- What the hub does at its time, once, however many processes there are: whoever moves it on does it.
create table turns (
    -- What: 'backup'.
    name text primary key not null,
    -- The time of the newest turn that somebody took.
    taken integer not null
) strict;
