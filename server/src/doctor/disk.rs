//! What lies on the disk: the data directory, files with secrets, room, backups.

use std::{
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use backup::Name;
use base::Millis;
use contract::vitals::Finding;

use super::{bad, good, warning};
use crate::config::Settings;

/// Below this much free space, writes are about to fail: 256 MiB.
const FREE_BYTES: u64 = 256 * 1024 * 1024;
/// Below so many files more, no log and no backup can be begun.
const FREE_FILES: u64 = 1000;
/// A backup older than this is worth a word: three days.
const OLD_BACKUP_DAYS: u64 = 3;

pub(super) fn data_dir(folder: &Path) -> Finding {
    const ABOUT: &str = "data directory";
    let shown = folder.display();
    if let Err(error) = std::fs::create_dir_all(folder) {
        return bad(ABOUT, format!("{shown} can't be made: {error}"), "Make it, or set data_dir elsewhere.");
    }
    let probe = folder.join(".doctor");
    if let Err(error) = std::fs::write(&probe, b"probe").and_then(|()| std::fs::remove_file(&probe)) {
        return bad(ABOUT, format!("{shown} can't be written: {error}"), "Give the hub's user the folder.");
    }
    if readable_by_all(folder) {
        return warning(
            ABOUT,
            format!("{shown} can be read by every user of this machine"),
            format!("chmod o-rwx {shown}"),
        );
    }
    good(ABOUT, format!("{shown} can be written, and by nobody else"))
}

fn readable_by_all(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o007 != 0)
}

/// Files that hold secrets and may be read by every user of the machine.
pub(super) fn secrets(settings: &Settings) -> Option<Finding> {
    const ABOUT: &str = "secrets";
    let named = [&settings.database_url_file, &settings.smtp.password_file, &settings.backup.passphrase_file];
    let mut files: Vec<PathBuf> = named.into_iter().flatten().cloned().collect();
    let kept = std::fs::read_dir(settings.data_dir.join("secrets"));
    files.extend(kept.into_iter().flatten().flatten().map(|entry| entry.path()));
    if files.is_empty() {
        return None;
    }
    let open: Vec<String> =
        files.iter().filter(|file| readable_by_all(file)).map(|file| file.display().to_string()).collect();
    Some(if open.is_empty() {
        good(ABOUT, "the files that hold them are nobody else's to read")
    } else {
        let open = open.join(" ");
        bad(ABOUT, format!("{open} can be read by every user of this machine"), format!("chmod 600 {open}"))
    })
}

pub(super) fn free_space(folder: &Path) -> Option<Finding> {
    const ABOUT: &str = "free space";
    let place = rustix::fs::statvfs(folder).ok()?;
    let free = place.f_bavail.saturating_mul(place.f_frsize);
    let mib = free / (1024 * 1024);
    Some(if free < FREE_BYTES {
        bad(ABOUT, format!("{mib} MiB are left"), "Make room: a full disk stops every change.")
    } else if place.f_files > 0 && place.f_favail < FREE_FILES {
        // A file system that counts no files says zero.
        let left = place.f_favail;
        bad(ABOUT, format!("only {left} more files can be made"), "Remove small files you don't need.")
    } else {
        good(ABOUT, format!("{mib} MiB are left"))
    })
}

/// The newest backup in the hub's folder.
pub(super) fn backups(folder: &Path, now: Millis) -> Finding {
    const ABOUT: &str = "backups";
    const FIX: &str = "guildhall backup, and Settings, Backups in the admin area to have the hub make them by itself.";
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let newest = entries.filter_map(|entry| Name::parse(entry.file_name().to_str()?)).map(|name| name.made_at).max();
    let Some(newest) = newest else { return warning(ABOUT, "there is none yet", FIX) };
    let days = now.since(newest).as_secs() / (24 * 60 * 60);
    if days >= OLD_BACKUP_DAYS {
        return warning(ABOUT, format!("the newest is {days} days old"), FIX);
    }
    good(ABOUT, format!("the newest is {} hours old", now.since(newest).as_secs() / 3600))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use backup::Occasion;
    use contract::vitals::Weight;

    use super::*;

    const NOW: Millis = Millis(1_763_690_000_000);

    #[test]
    fn a_folder_that_cannot_be_made_is_bad() {
        assert_eq!(data_dir(Path::new("/proc/nowhere")).weight, Weight::Bad);
    }

    #[test]
    fn a_folder_that_all_can_read_is_worth_a_word() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!(data_dir(folder.path()).weight, Weight::Good);
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(data_dir(folder.path()).weight, Weight::Warning);
        assert!(!folder.path().join(".doctor").exists());
    }

    #[test]
    fn a_secret_that_all_can_read_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("phrase");
        fs::write(&file, "a lantern").unwrap();
        let mut settings = Settings { data_dir: folder.path().to_owned(), ..Settings::default() };
        assert_eq!(secrets(&settings), None, "none is named");
        settings.backup.passphrase_file = Some(file.clone());
        for (mode, weight) in [(0o600, Weight::Good), (0o640, Weight::Good), (0o644, Weight::Bad)] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(secrets(&settings).unwrap().weight, weight, "{mode:o}");
        }
    }

    #[test]
    fn the_newest_backup_has_an_age() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(backups(folder.path(), NOW).weight, Weight::Warning);
        for days in [9_i64, 4] {
            let made_at = Millis(NOW.0 - days * 86_400_000);
            let name = Name { made_at, occasion: Occasion::Scheduled, encrypted: false };
            fs::write(folder.path().join(name.file()), b"x").unwrap();
        }
        let old = backups(folder.path(), NOW);
        assert_eq!((old.weight, old.found.as_str()), (Weight::Warning, "the newest is 4 days old"));
        let name = Name { made_at: Millis(NOW.0 - 7_200_000), occasion: Occasion::Asked, encrypted: true };
        fs::write(folder.path().join(name.file()), b"x").unwrap();
        assert_eq!(backups(folder.path(), NOW).weight, Weight::Good);
    }
}
