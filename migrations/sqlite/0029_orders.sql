-- Orders: the classic clients' word for a guild. Made and kept on the site; the lobby shows them.

create table orders (
    -- Also the number classic clients know it by, as long as it fits their sixteen bits. Never given out twice: results name it.
    id integer primary key autoincrement,
    name text not null,
    -- What must differ between any two orders, and what lists are sorted by.
    folded_name text not null,
    motto text not null,
    description text not null,
    admission text not null,
    -- The shield: how it is parted, and its two colours.
    division text not null,
    first_tincture text not null,
    second_tincture text not null,
    founded_at integer not null,
    constraint orders_folded_name_key unique (folded_name),
    constraint orders_admission_check check (admission in ('open', 'request', 'invitation'))
) strict;

-- Who belonged to which order, and when. Games count for the order somebody belonged to while they were played, so a stay that is over
-- is kept.
create table order_stays (
    id integer primary key autoincrement,
    order_id integer not null references orders (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    rank text not null,
    joined_at integer not null,
    -- Null while they belong to it.
    left_at integer,
    constraint order_stays_rank_check check (rank in ('leader', 'officer', 'member'))
) strict;

-- One order at a time, and one leader of an order.
create unique index order_stays_user_id_key on order_stays (user_id) where left_at is null;
create unique index order_stays_leader_key on order_stays (order_id) where left_at is null and rank = 'leader';
create index order_stays_order_id_idx on order_stays (order_id, joined_at);

-- Who asks to come to an order, and whom it has invited. Where both want it, it is done, so one row is enough.
create table order_candidates (
    order_id integer not null references orders (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    -- Who has invited them, where they have not asked by themselves. Null also once the inviter is gone.
    invited_by integer references users (id) on delete set null,
    kind text not null,
    at integer not null,
    constraint order_candidates_pkey primary key (order_id, user_id),
    constraint order_candidates_kind_check check (kind in ('request', 'invitation'))
) strict;

create index order_candidates_user_id_idx on order_candidates (user_id);
create index order_candidates_invited_by_idx on order_candidates (invited_by);
