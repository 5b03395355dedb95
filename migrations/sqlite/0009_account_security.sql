-- What makes an account worth trusting: a proved address, second factors, devices it knows, and the history of its log-ins.
--
-- From here on a password's hash may be empty: an account that is entered by passkey or through another service has none, and no password fits.

-- The language the hub writes to them in, and pages begin in; null: none chosen.
alter table users add column locale text;
-- Since when the address is proved to be theirs; null: it is not.
alter table users add column email_verified_at integer;
-- Whether the address is the account's own: it was proved, those who run the hub gave it, or it is from before addresses were proved. Any
-- other was only typed: several accounts may have it, and it opens none of them.
alter table users add column email_held integer not null default 0 constraint users_email_held_check check (email_held in (0, 1));
update users set email_held = 1 where email is not null;
-- When the account will be gone, where its owner has asked for that.
alter table users add column deletion_due_at integer;

create unique index users_folded_email_key on users (folded_email) where email_held;
create index users_folded_email_idx on users (folded_email);

create index users_deletion_due_at_idx on users (deletion_due_at) where deletion_due_at is not null;

-- A browser that somebody has logged in from. It may go on trying while strangers guess, and its log-ins are no news to the owner.
create table devices (
    id integer primary key autoincrement,
    user_id integer not null references users (id) on delete cascade,
    -- SHA-256 of the device's cookie, which opens nothing by itself.
    token_hash blob not null,
    -- "Firefox on Linux".
    label text not null,
    -- What its owner calls it; null: nothing.
    name text,
    first_log_in_at integer not null,
    last_log_in_at integer not null,
    constraint devices_user_id_token_hash_key unique (user_id, token_hash)
) strict;

create index devices_last_log_in_at_idx on devices (last_log_in_at);

-- Null: logged in before there were devices.
alter table sessions add column device_id integer references devices (id) on delete set null;

-- The first step of a log-in was right, and another is asked for. One row a browser; its cookie names it.
create table pending_log_ins (
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
    constraint pending_log_ins_proof_check check (proof in ('password', 'passkey', 'identity', 'mailed_link')),
    constraint pending_log_ins_step_check check (step in ('second_factor', 'address')),
    constraint pending_log_ins_proved_check check (proved in (0, 1)),
    constraint pending_log_ins_remembered_check check (remembered in (0, 1))
) strict, without rowid;

create index pending_log_ins_user_id_idx on pending_log_ins (user_id);
create index pending_log_ins_ends_at_idx on pending_log_ins (ends_at);

-- Codes of an app (RFC 6238).
create table totp (
    user_id integer primary key references users (id) on delete cascade,
    -- Twenty random bytes. The codes are computed from them, so no hash would do.
    secret blob not null,
    begun_at integer not null,
    -- Null while it is being set up: such a secret proves nothing yet.
    confirmed_at integer,
    -- The last step of thirty seconds a code was taken for: none is taken twice.
    last_step integer not null
) strict;

-- Ten at a time, each good once in place of another second factor.
create table recovery_codes (
    user_id integer not null references users (id) on delete cascade,
    -- SHA-256: 79 random bits are not guessed.
    code_hash blob not null,
    constraint recovery_codes_pkey primary key (user_id, code_hash)
) strict, without rowid;

-- What was mailed to prove that a mailbox is somebody's.
create table mailed_proofs (
    id integer primary key autoincrement,
    user_id integer not null references users (id) on delete cascade,
    -- 'verify': the address is theirs (and becomes the account's); 'recover': they may have another password; 'undo': back to the address there was
    -- before; 'stay': the deletion is called off.
    purpose text not null,
    -- SHA-256 of the link's token.
    token_hash blob not null,
    -- Argon2id of the code that may be typed instead; null: none.
    code_hash text,
    -- The mailbox, as shown and folded; null where it does not matter.
    email text,
    folded_email text,
    -- Codes that were tried.
    tries integer not null,
    ends_at integer not null,
    constraint mailed_proofs_token_hash_key unique (token_hash),
    constraint mailed_proofs_purpose_check check (purpose in ('verify', 'recover', 'undo', 'stay'))
) strict;

create index mailed_proofs_user_id_idx on mailed_proofs (user_id, purpose);
create index mailed_proofs_ends_at_idx on mailed_proofs (ends_at);

-- Who tried to log in, and how it went. Kept half a year.
create table log_ins (
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
    constraint log_ins_proof_check check (proof in ('password', 'passkey', 'identity', 'mailed_link'))
) strict;

create index log_ins_user_id_idx on log_ins (user_id, id);
create index log_ins_at_idx on log_ins (at);
