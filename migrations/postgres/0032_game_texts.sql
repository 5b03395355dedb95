-- What somebody writes of themselves in Myth II, whose profiles have a place for it. No row: nothing.
create table game_texts (
    user_id bigint primary key references users (id) on delete cascade,
    city text not null,
    state text not null,
    -- In their own words: what the site knows of a country stands in their profile there.
    country text not null,
    quote text not null,
    written_at bigint not null
);
