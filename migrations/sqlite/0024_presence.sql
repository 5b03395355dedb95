-- Who has a page of the site open at which node: each node writes one row, and reads the others'. It is worth nothing once its node is gone.
create table presence (
    -- A random word, new with each start.
    node text not null primary key,
    -- Rises while the node lives.
    beat integer not null,
    -- JSON: people by id, each with the name they are listed by or null, and how many strangers.
    told text not null
) strict;
