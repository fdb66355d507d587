//! Who does something.

/// Somebody who does something in the community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Under which their likes, lists and reviews are kept: the key of their
    /// profile, of their account, or of their browser.
    pub key: String,
    /// Their account (`user_…`), if they have signed in.
    pub account: Option<String>,
    /// The name that others see.
    pub name: String,
    /// Whether they watch over what others write.
    pub moderator: bool,
}

impl Person {
    /// Whether something that this profile or browser, with this account, has
    /// written is theirs. An account's profiles answer for each other.
    pub fn wrote(&self, author: &str, account: Option<&str>) -> bool {
        self.key == author || (self.account.is_some() && self.account.as_deref() == account)
    }
}
