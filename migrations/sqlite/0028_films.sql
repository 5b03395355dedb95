-- Films of games: what the host's client recorded, and streamed while it played.

-- Whether hosts in a room film their games: 'none' are taken, they are 'welcome', or 'demanded' of whoever hosts.
alter table rooms add column films text not null default 'none'
    constraint rooms_films_check check (films in ('none', 'welcome', 'demanded'));

-- One a game at most, in a file beside the database. It is shown once the game's result stands.
create table films (
    game_id integer primary key references games (id) on delete cascade,
    -- Null for a guest, and for somebody who is gone.
    host_user_id integer references users (id) on delete set null,
    -- The file's name in the folder of films.
    file text not null,
    size_bytes integer not null,
    -- Of the whole file, in hexadecimal.
    sha256 text not null,
    created_at integer not null,
    constraint films_file_key unique (file)
) strict;

-- What one host has here, and what is the oldest.
create index films_host_user_id_idx on films (host_user_id);
create index films_created_at_idx on films (created_at, game_id);
