//! The reference of all settings.

use std::fmt::Write as _;

use super::settings::{Edited, settings};

/// The reference as Markdown. `docs/configuration.md` is this text.
pub fn explain() -> String {
    let mut out = String::from(
        "# Configuration\n\n\
         A value is taken from the first of these that has it:\n\n\
         1. a flag: `--set port=9000`, or `--port 9000` for the most used;\n\
         2. the environment: `PORT=9000` or `MATINEE_PORT=9000`;\n\
         3. `matinee.toml` in the current folder, or the file named by `--config` or `MATINEE_CONFIG`: `port = 9000`;\n\
         4. the studio's settings page, for those that can be changed there;\n\
         5. the default.\n\n\
         A setting that does not exist, or a value that is not what is expected, stops the start with a message that says which.\n",
    );
    let mut section = "";
    for setting in settings() {
        if setting.section != section {
            section = setting.section;
            let _ = write!(out, "\n## {section}\n");
        }
        let default = match setting.default {
            "" => "none".to_owned(),
            text => format!("`{text}`"),
        };
        let secret = if setting.secret {
            " A secret: it is never shown or logged."
        } else {
            ""
        };
        let studio = match setting.edited {
            Edited::Never => "",
            Edited::AtOnce => "- in the studio: yes, at once\n",
            Edited::AfterRestart => "- in the studio: yes, from the next start on\n",
        };
        let _ = write!(
            out,
            "\n### `{}`\n\n{}{secret}\n\n- in `matinee.toml`: `{}`\n- expects: {}\n- default: {default}\n{studio}",
            setting.env,
            setting.about,
            setting.key(),
            setting.expects,
        );
    }
    out
}
