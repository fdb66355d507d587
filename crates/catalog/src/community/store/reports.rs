//! `reports`: what people point out to moderators.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Why somebody reports something.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Advertising, or the same again and again.
    #[sea_orm(string_value = "spam")]
    Spam,
    /// Insults, threats, harassment.
    #[sea_orm(string_value = "abuse")]
    Abuse,
    /// Hatred of a group of people.
    #[sea_orm(string_value = "hate")]
    Hate,
    /// Sexual content that does not belong there.
    #[sea_orm(string_value = "sexual")]
    Sexual,
    /// Violence that does not belong there.
    #[sea_orm(string_value = "violence")]
    Violence,
    /// Somebody else’s work.
    #[sea_orm(string_value = "copyright")]
    Copyright,
    /// Untrue, or not what it says it is.
    #[sea_orm(string_value = "misleading")]
    Misleading,
    /// Somebody’s private matters.
    #[sea_orm(string_value = "privacy")]
    Privacy,
    /// Something else, said in words.
    #[sea_orm(string_value = "other")]
    Other,
}

impl Reason {
    /// Every one of them.
    pub const ALL: [Self; 9] = [
        Self::Spam,
        Self::Abuse,
        Self::Hate,
        Self::Sexual,
        Self::Violence,
        Self::Copyright,
        Self::Misleading,
        Self::Privacy,
        Self::Other,
    ];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Spam => "spam",
            Self::Abuse => "abuse",
            Self::Hate => "hate",
            Self::Sexual => "sexual",
            Self::Violence => "violence",
            Self::Copyright => "copyright",
            Self::Misleading => "misleading",
            Self::Privacy => "privacy",
            Self::Other => "other",
        }
    }

    /// The one of this name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// One report.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reports")]
pub struct Model {
    /// `report_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The case that it belongs to.
    pub case_id: String,
    /// The profile, account or browser that reports.
    pub reporter: String,
    /// The account, if there is one.
    pub account: Option<String>,
    /// Why.
    pub reason: Reason,
    /// In their words; may be empty.
    pub details: String,
    /// When.
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
