-- Letters to people, written with the change they tell of and kept until they are sent.

create table mails (
    id integer primary key autoincrement,
    -- Whose account it is about. No reference: 'mail::forget' empties the row when the account goes, the row itself stays for the count.
    user_id integer,
    -- Null once it is forgotten.
    address text,
    -- A BCP 47 tag.
    locale text not null,
    -- A word: 'recover_password'.
    kind text not null,
    -- The letter as JSON, links and codes included, because without a mail server an admin hands them over. Null once it is of no more use.
    letter text,
    -- 'queued', 'sent', 'failed', 'unsent' (no mail server is configured), 'late' (of no more use) or 'declined' (the reader wants none).
    state text not null,
    queued_at integer not null,
    -- Not worth sending afterwards.
    good_until integer not null,
    attempts integer not null default 0,
    -- What the mail server said last, without addresses.
    last_error text,
    -- When it came to its state; null: queued.
    settled_at integer,
    constraint mails_state_check check (state in ('queued', 'sent', 'failed', 'unsent', 'late', 'declined')),
    constraint mails_settled_at_check check ((state = 'queued') = (settled_at is null))
) strict;

create index mails_state_idx on mails (state, id);
create index mails_settled_at_idx on mails (settled_at);
create index mails_user_id_idx on mails (user_id);

-- The link at the foot of a letter that can be declined, until it is too old to be in anybody's mailbox.
create table mail_decline_links (
    -- SHA-256 of the link's token.
    token_hash blob not null,
    -- SHA-256 of the address in lower case.
    address_hash blob not null,
    kind text not null,
    made_at integer not null,
    constraint mail_decline_links_pkey primary key (token_hash)
) strict, without rowid;

create index mail_decline_links_made_at_idx on mail_decline_links (made_at);

-- Which mailbox wants no more of what. Hashed, because it has to outlive the account.
create table mail_declined (
    address_hash blob not null,
    kind text not null,
    declined_at integer not null,
    constraint mail_declined_pkey primary key (address_hash, kind)
) strict, without rowid;
