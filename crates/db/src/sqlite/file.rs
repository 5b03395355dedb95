//! The file itself: where it is, who may have it, and whether it is still there.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use crate::OpenError;

/// Which file it is, whatever its path says later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

/// Which file is at `path` now.
pub(super) fn identity(path: &Path) -> io::Result<Identity> {
    let metadata = std::fs::metadata(path)?;
    Ok(Identity { device: metadata.dev(), inode: metadata.ino() })
}

/// Makes the file and its folder if they are not there, readable by their owner alone: there are password hashes in it. SQLite gives
/// its log the same permissions.
pub(super) fn prepare(path: &Path) -> Result<(), OpenError> {
    let unusable = |source| OpenError::File { path: path.to_owned(), source };
    if let Some(folder) = folder(path) {
        std::fs::create_dir_all(folder).map_err(unusable)?;
    }
    // Only read and write, never truncate: opening is all that is wanted of a file that exists.
    OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path).map_err(unusable)?;
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    let real = path.canonicalize().map_err(unusable)?;
    match network_file_system(&mounts, &real) {
        Some(kind) => Err(OpenError::Network { path: path.to_owned(), kind: kind.to_owned() }),
        None => Ok(()),
    }
}

fn folder(path: &Path) -> Option<&Path> {
    path.parent().filter(|folder| !folder.as_os_str().is_empty())
}

/// Holds the file against a second hub, for as long as the value lives. The kernel lets go of it when the process ends, however it
/// ends, so a lock file that is merely lying there means nothing.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "held, not read")] File);

impl Lock {
    pub(super) fn take(database: &Path) -> Result<Self, OpenError> {
        let mut path = database.as_os_str().to_owned();
        path.push(".lock");
        let path = PathBuf::from(path);
        let unusable = |source| OpenError::File { path: path.clone(), source };
        let file = OpenOptions::new().append(true).create(true).mode(0o600).open(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: database.to_owned() }),
            Err(TryLockError::Error(source)) => Err(unusable(source)),
        }
    }
}

/// File systems whose locks or shared memory cannot be relied on, which SQLite's log needs (<https://sqlite.org/wal.html>, section 1).
/// `9p` is among them: under it lie the shared folders of virtual machines.
const NETWORK: [&str; 17] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb",
    "smb2",
    "smb3",
    "smbfs",
    "ncpfs",
    "afs",
    "ceph",
    "glusterfs",
    "9p",
    "davfs",
    "fuse.sshfs",
    "fuse.glusterfs",
    "fuse.rclone",
    "fuse.s3fs",
];

/// The kind of network file system `path` lies on, going by a table in the form of `/proc/mounts`; `None` if it is a local one.
fn network_file_system<'m>(mounts: &'m str, path: &Path) -> Option<&'m str> {
    let mut nearest: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        let mut words = line.split(' ');
        let (Some(point), Some(kind)) = (words.nth(1), words.next()) else { continue };
        let point = unescape(point);
        // Of two mounts on the same point the later hides the earlier, hence `<=`.
        if path.starts_with(&point) && nearest.is_none_or(|(length, _)| length <= point.len()) {
            nearest = Some((point.len(), kind));
        }
    }
    nearest.map(|(_, kind)| kind).filter(|kind| NETWORK.contains(kind))
}

/// The kernel writes space, tab, newline and backslash in a path as three octal digits.
fn unescape(point: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .into_iter()
        .fold(point.to_owned(), |point, (code, plain)| point.replace(code, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_mount_decides() {
        let mounts = "/dev/sda / ext4 rw 0 0\n\
                      nas:/games /srv/games nfs4 rw 0 0\n\
                      /dev/sdb /srv/games/fast xfs rw 0 0\n\
                      //nas/share /mnt/our\\040share cifs rw 0 0\n\
                      me@there: /home/me/far fuse.sshfs rw 0 0\n";
        for (path, kind) in [
            ("/var/lib/guildhall/hub.db", None),
            ("/srv/games/hub.db", Some("nfs4")),
            ("/srv/games/fast/hub.db", None),
            ("/srv/gamesters/hub.db", None),
            ("/mnt/our share/hub.db", Some("cifs")),
            ("/home/me/far/hub.db", Some("fuse.sshfs")),
        ] {
            assert_eq!(network_file_system(mounts, Path::new(path)), kind, "{path}");
        }
    }

    #[test]
    fn a_later_mount_on_the_same_point_hides_the_earlier() {
        let mounts = "nas:/x /data nfs rw 0 0\n/dev/sdc /data ext4 rw 0 0\n";
        assert_eq!(network_file_system(mounts, Path::new("/data/hub.db")), None);
    }
}
