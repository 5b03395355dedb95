-- Players who sign up in their game, and those who come over from another lobby.

-- What a typed game password goes through before it is compared: 'any_case' for those we made, 'exact' for those that somebody chose. Any other
-- word is how another server kept it: its own hash is computed first, and argon2id of that is what stands here, so nothing weaker does. The
-- first log-on puts 'exact' in its place.
alter table game_passwords add column read_as text not null default 'any_case';
-- Whether it opens nothing before the account's address is proved: it was chosen in a game while the operator demanded that.
alter table game_passwords add column waits boolean not null default false;

-- What a token that was bought with a game password opens: the lobby, or the account in a browser.
alter table lobby_tokens add column opens text not null default 'lobby' constraint lobby_tokens_opens_check check (opens in ('lobby', 'account'));

-- A log-in may be by game password.
alter table pending_log_ins drop constraint pending_log_ins_proof_check;

alter table pending_log_ins add constraint pending_log_ins_proof_check
    check (proof in ('password', 'passkey', 'identity', 'mailed_link', 'game_password'));

alter table log_ins drop constraint log_ins_proof_check;

alter table log_ins add constraint log_ins_proof_check
    check (proof in ('password', 'passkey', 'identity', 'mailed_link', 'game_password'));

-- What somebody typed as their name at another server, where they are called something else here: it still logs them on to the lobby, and
-- nobody new is called that.
create table game_aliases (
    -- Folded as `users.folded_game_name`.
    folded_name text not null,
    user_id bigint not null references users (id) on delete cascade,
    -- As it was there.
    name text not null,
    constraint game_aliases_pkey primary key (folded_name)
);

create index game_aliases_user_id_idx on game_aliases (user_id);

-- Who of another server is who here. What came over once does not come over again, not even where the account is gone.
create table imported_players (
    -- What the operator calls that server.
    source text not null,
    -- Who they were there.
    number text not null,
    -- Null where they are gone.
    user_id bigint references users (id) on delete set null,
    at bigint not null,
    constraint imported_players_pkey primary key (source, number)
);

create index imported_players_user_id_idx on imported_players (user_id);

create table imported_games (
    source text not null,
    number text not null,
    game_id bigint not null references games (id) on delete cascade,
    constraint imported_games_pkey primary key (source, number)
);

create index imported_games_game_id_idx on imported_games (game_id);
