-- Players who sign up in their game, and those who come over from another lobby.

-- What a typed game password goes through before it is compared: 'any_case' for those we made, 'exact' for those that somebody chose. Any other
-- word is how another server kept it: its own hash is computed first, and argon2id of that is what stands here, so nothing weaker does. The
-- first log-on puts 'exact' in its place.
alter table game_passwords add column read_as text not null default 'any_case';
-- Whether it opens nothing before the account's address is proved: it was chosen in a game while the operator demanded that.
alter table game_passwords add column waits integer not null default 0 constraint game_passwords_waits_check check (waits in (0, 1));

-- What a token that was bought with a game password opens: the lobby, or the account in a browser.
alter table lobby_tokens add column opens text not null default 'lobby' constraint lobby_tokens_opens_check check (opens in ('lobby', 'account'));

-- A log-in may be by game password. SQLite can't change a check, so both tables are built anew; nobody refers to either.
create table pending_log_ins_anew (
    -- SHA-256 of the cookie.
    token_hash blob not null,
    user_id integer not null references users (id) on delete cascade,
    proof text not null,
    -- What is asked for now.
    step text not null,
    -- Zero where the password was wrong and a stranger is only told so after the second step: see "Limits" in the crate's README.
    proved integer not null,
    remembered integer not null,
    -- A password that is set as soon as the second step is right: argon2id, as a PHC string.
    new_password_hash text,
    tries integer not null,
    ends_at integer not null,
    constraint pending_log_ins_pkey primary key (token_hash),
    constraint pending_log_ins_proof_check check (proof in ('password', 'passkey', 'identity', 'mailed_link', 'game_password')),
    constraint pending_log_ins_step_check check (step in ('second_factor', 'address')),
    constraint pending_log_ins_proved_check check (proved in (0, 1)),
    constraint pending_log_ins_remembered_check check (remembered in (0, 1))
) strict, without rowid;

insert into pending_log_ins_anew (token_hash, user_id, proof, step, proved, remembered, new_password_hash, tries, ends_at)
select token_hash, user_id, proof, step, proved, remembered, new_password_hash, tries, ends_at from pending_log_ins;

drop table pending_log_ins;

alter table pending_log_ins_anew rename to pending_log_ins;

create index pending_log_ins_user_id_idx on pending_log_ins (user_id);
create index pending_log_ins_ends_at_idx on pending_log_ins (ends_at);

create table log_ins_anew (
    id integer primary key autoincrement,
    -- Null for a name that nobody has. Such a row is written so that the answer takes as long, and goes after a day.
    user_id integer references users (id) on delete cascade,
    at integer not null,
    outcome text not null,
    -- By what they were known, or tried to be.
    proof text not null,
    -- "Firefox on Linux".
    device text not null,
    -- The network they came from, not the address: "192.0.2.0/24"; empty: unknown.
    network text not null,
    constraint log_ins_outcome_check check (outcome in ('ok', 'wrong', 'second_step', 'wrong_second_step', 'locked')),
    constraint log_ins_proof_check check (proof in ('password', 'passkey', 'identity', 'mailed_link', 'game_password'))
) strict;

insert into log_ins_anew (id, user_id, at, outcome, proof, device, network)
select id, user_id, at, outcome, proof, device, network from log_ins;

-- The history is paged by number: none is given out twice.
delete from sqlite_sequence where name = 'log_ins_anew';
insert into sqlite_sequence (name, seq) select 'log_ins_anew', seq from sqlite_sequence where name = 'log_ins';

drop table log_ins;

alter table log_ins_anew rename to log_ins;

create index log_ins_user_id_idx on log_ins (user_id, id);
create index log_ins_at_idx on log_ins (at);

-- What somebody typed as their name at another server, where they are called something else here: it still logs them on to the lobby, and
-- nobody new is called that.
create table game_aliases (
    -- Folded as `users.folded_game_name`.
    folded_name text not null,
    user_id integer not null references users (id) on delete cascade,
    -- As it was there.
    name text not null,
    constraint game_aliases_pkey primary key (folded_name)
) strict, without rowid;

create index game_aliases_user_id_idx on game_aliases (user_id);

-- Who of another server is who here. What came over once does not come over again, not even where the account is gone.
create table imported_players (
    -- What the operator calls that server.
    source text not null,
    -- Who they were there.
    number text not null,
    -- Null where they are gone.
    user_id integer references users (id) on delete set null,
    at integer not null,
    constraint imported_players_pkey primary key (source, number)
) strict, without rowid;

create index imported_players_user_id_idx on imported_players (user_id);

create table imported_games (
    source text not null,
    number text not null,
    game_id integer not null references games (id) on delete cascade,
    constraint imported_games_pkey primary key (source, number)
) strict, without rowid;

create index imported_games_game_id_idx on imported_games (game_id);
