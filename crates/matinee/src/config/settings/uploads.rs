//! Settings of the section "Uploads".

use super::read::{at_least, folder, format_name, network, nonempty};
use super::{Edited, Kind, Setting};
use crate::config::value::{bytes, duration, each, number};

const IN_UPLOADS: Setting = Setting {
    section: "Uploads",
    ..Setting::EMPTY
};

/// In the order of the reference.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "MAX_FILE_SIZE",
        kind: Kind::Size,
        edited: Edited::AfterRestart,
        default: "5368709120",
        expects: "a number of bytes, or such as 5GiB",
        about: "The largest upload.",
        set: |c, v| {
            c.max_file_size = number(&bytes(v)?.to_string(), 1..=1 << 50)?;
            Ok(())
        },
        ..IN_UPLOADS
    },
    Setting {
        env: "SUPPORTED_FORMATS",
        kind: Kind::List,
        edited: Edited::AfterRestart,
        default: "mp4,avi,mov,wmv,flv,webm,mkv",
        expects: "names of containers separated by commas",
        about: "The containers that are accepted, judged by what a file holds, not by its name.",
        set: |c, v| {
            c.supported_formats = each(v, format_name)?;
            nonempty(&c.supported_formats)
        },
        ..IN_UPLOADS
    },
    Setting {
        env: "MATINEE_UPLOAD_EXPIRY",
        kind: Kind::Duration,
        edited: Edited::AfterRestart,
        default: "7d",
        expects: "a length of time such as 7d",
        about: "How long an unfinished upload is kept.",
        set: |c, v| {
            c.upload_expiry = at_least(duration(v)?, 1)?;
            Ok(())
        },
        ..IN_UPLOADS
    },
    Setting {
        env: "MATINEE_IMPORT_ALLOW",
        kind: Kind::List,
        expects: "networks such as 10.0.0.0/8 separated by commas",
        about: "Private networks that importing by address may reach. All others are refused.",
        set: |c, v| {
            c.import_allow = each(v, network)?;
            Ok(())
        },
        ..IN_UPLOADS
    },
    Setting {
        env: "MATINEE_IMPORT_TIMEOUT",
        kind: Kind::Duration,
        edited: Edited::AfterRestart,
        default: "2h",
        expects: "a length of time such as 2h",
        about: "How long an import by address may take.",
        set: |c, v| {
            c.import_timeout = at_least(duration(v)?, 1)?;
            Ok(())
        },
        ..IN_UPLOADS
    },
    Setting {
        env: "MATINEE_LIBRARY_FOLDERS",
        kind: Kind::List,
        expects: "paths of folders separated by commas",
        about: "Folders of this machine that administrators may look through for films in the studio.",
        set: |c, v| {
            c.library_folders = each(v, folder)?;
            Ok(())
        },
        ..IN_UPLOADS
    },
];
