//! Damage is found, wherever it is, and named.

use std::fs;

use db::Engine;

use super::{Home, NOW, live_in, plan};
use crate::{Error, Key, Plan, Seal, check, check::check_all, make, restore, verify};

/// Where a member begins in the archive: its header is a block of 512 bytes that begins with its name.
fn place_of(member: &str, bytes: &[u8]) -> usize {
    let header = bytes.windows(member.len()).step_by(512).position(|window| window == member.as_bytes());
    // `step_by` counts windows of 512 bytes each.
    header.expect("the member is there") * 512 + 512
}

#[tokio::test(flavor = "multi_thread")]
async fn every_single_flipped_byte_is_found() {
    let home = Home::migrated(Engine::Sqlite).await.unwrap();
    live_in(&home.db).await;
    let bytes = fs::read(home.backed_up("hub.tar").await).unwrap();
    check_all(&*bytes).expect("it is whole");
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let mut flipped = bytes.clone();
            scope.spawn(move || {
                for at in (thread..flipped.len()).step_by(threads) {
                    // Another bit each time, and never none.
                    let flip = 1_u8.rotate_left(u32::try_from(at % 8).unwrap()) | u8::try_from(at % 3).unwrap();
                    flipped[at] ^= flip;
                    assert!(check_all(&*flipped).is_err(), "byte {at} was changed by {flip:#04x} and not missed");
                    flipped[at] ^= flip;
                }
            });
        }
    });
    for length in (0..bytes.len()).step_by(97) {
        assert!(check_all(&bytes[..length]).is_err(), "cut at {length}");
    }
    let mut longer = bytes;
    longer.push(b'!');
    assert!(check_all(&*longer).is_err());
    home.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_damaged_part_is_named_and_nothing_is_restored() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(home) = Home::migrated(engine).await else { continue };
        live_in(&home.db).await;
        let path = home.backed_up("hub.tar").await;
        let whole = fs::read(&path).unwrap();
        for (member, part) in [
            ("tables/rooms.00000.zst", "tables/rooms.00000.zst"),
            ("tables/outbox.00000.zst", "tables/outbox.00000.zst"),
            ("guildhall-backup.json", "guildhall-backup.json"),
            ("manifest.json", "manifest.json or manifest.sha256"),
            ("manifest.sha256", "manifest.json or manifest.sha256"),
        ] {
            let mut bytes = whole.clone();
            bytes[place_of(member, &whole) + 9] ^= 0x04;
            fs::write(&path, bytes).unwrap();
            let other = Home::empty(engine).await.unwrap();
            let refused = restore(&other.db, &path, None, None, &NOW).await.unwrap_err();
            assert!(refused.to_string().contains(part), "{member}: {refused}");
            assert!(matches!(refused, Error::Damaged { .. }), "{refused:?}");
            // Nothing was begun: the whole one still fits.
            fs::write(&path, &whole).unwrap();
            restore(&other.db, &path, None, None, &NOW).await.unwrap();
            other.leave().await;
        }
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        let refused = check(&path, None).await.unwrap_err();
        assert!(matches!(refused, Error::Truncated { .. }), "{refused:?}");
        fs::write(&path, b"something else entirely").unwrap();
        assert!(check(&path, None).await.is_err());
        home.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_backup_hides_no_damage() {
    use age::secrecy::ExposeSecret as _;
    let home = Home::migrated(Engine::Sqlite).await.unwrap();
    let folder = home.place.folder();
    // Not with a passphrase: opening one takes a second, by design.
    let identity = age::x25519::Identity::generate();
    fs::write(folder.join("to"), identity.to_public().to_string()).unwrap();
    fs::write(folder.join("key"), identity.to_string().expose_secret()).unwrap();
    let path = folder.join("hub.tar.age");
    let plan = Plan { seal: Some(Seal::for_recipients(&folder.join("to")).unwrap()), ..plan(&home.data_dir()) };
    make(&home.db, &plan, &path, &NOW).await.unwrap();
    let key = Key::identities(&folder.join("key")).unwrap();
    verify(&path, Some(key.clone()), None, &NOW).await.unwrap();
    let whole = fs::read(&path).unwrap();
    // Every byte of the envelope, and one in each stretch of what is in it.
    for at in (0..300).chain((300..whole.len()).step_by(211)).chain(whole.len() - 20..whole.len()) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        fs::write(&path, &bytes).unwrap();
        assert!(check(&path, Some(key.clone())).await.is_err(), "byte {at} was changed and not missed");
    }
    for length in [10, 200, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        assert!(check(&path, Some(key.clone())).await.is_err(), "cut at {length}");
    }
    home.leave().await;
}
