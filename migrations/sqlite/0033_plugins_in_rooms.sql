-- Whether plugins that were granted it may say something in a room.
alter table rooms add column plugins integer not null default 0
    constraint rooms_plugins_check check (plugins in (0, 1));
