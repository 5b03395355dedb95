-- What is done at its time. Whatever is due becomes a job, in the transaction that moves its time on: once, however many processes look.

create table schedules (
    id integer primary key autoincrement,
    -- Whose it is: 'hub', or a plugin's id.
    owner text not null,
    -- For which organization; null: for the whole hub.
    organization_id integer references organizations (id) on delete cascade,
    -- How its owner calls it: 'backup'. Of something that is done once, the key that a second one replaces.
    name text not null,
    -- The job that is asked for: its kind, and with what.
    kind text not null,
    payload text not null,
    -- When its owner would have it done: JSON, {"every_secs":3600}, {"cron":"0 3 * * *"} or {"once_at":1763689799007}; and by which clock.
    own_timing text not null,
    own_zone text not null,
    -- When those who run the hub would have it done instead; null: as its owner says.
    timing text,
    zone text,
    paused integer not null,
    -- Rises with each change of the above: whoever worked out the next time from older ones comes too late.
    revision integer not null,
    -- When it is done next; null: paused, or its only time has come, or its owner knows it no more.
    next_at integer,
    created_at integer not null,
    -- Since when it is of no use any more: its only time has come, or its owner knows it no more. It goes after a while.
    ended_at integer,
    constraint schedules_paused_check check (paused in (0, 1)),
    constraint schedules_timing_check check ((timing is null) = (zone is null)),
    constraint schedules_next_at_check check (next_at is null or (paused = 0 and ended_at is null))
) strict;

create unique index schedules_name_key on schedules (owner, coalesce(organization_id, 0), name);
create index schedules_organization_id_idx on schedules (organization_id) where organization_id is not null;
create index schedules_next_at_idx on schedules (next_at, id) where next_at is not null;
create index schedules_ended_at_idx on schedules (ended_at) where ended_at is not null;

-- The last times it was done.
create table schedule_runs (
    id integer primary key autoincrement,
    schedule_id integer not null references schedules (id) on delete cascade,
    -- For when it was planned.
    planned_at integer not null,
    -- When its job was asked for.
    asked_at integer not null,
    -- Somebody had it run; its time had not come.
    by_hand integer not null,
    -- Its job; that is cleared away sooner.
    job_id integer,
    state text not null,
    finished_at integer,
    error text,
    constraint schedule_runs_by_hand_check check (by_hand in (0, 1)),
    constraint schedule_runs_state_check check (state in ('under_way', 'done', 'failed', 'removed', 'skipped')),
    constraint schedule_runs_finished_at_check check ((state = 'under_way') = (finished_at is null))
) strict;

-- Never two at once of one schedule.
create unique index schedule_runs_under_way_key on schedule_runs (schedule_id) where state = 'under_way';
create index schedule_runs_schedule_id_idx on schedule_runs (schedule_id, id);
create index schedule_runs_job_id_idx on schedule_runs (job_id) where job_id is not null;

-- The only one who took turns was the backup, and it has a schedule now.
drop table turns;
