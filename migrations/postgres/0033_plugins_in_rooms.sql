-- Whether plugins that were granted it may say something in a room.
alter table rooms add column plugins boolean not null default false;
