//! The tables of discovery.

pub(crate) mod removed_videos {
    //! What has left the library, for nodes that did not hear of it.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "removed_videos")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub removed_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod search_rebuilds {
    //! Who asked for the index to be made anew, and how far that is.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "search_rebuilds")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub index_name: String,
        pub requested_at: i64,
        pub started_at: Option<i64>,
        pub finished_at: Option<i64>,
        pub documents: i64,
        pub error: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod home_rows {
    //! What the operator put on the home page.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "home_rows")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub position: i32,
        pub kind: String,
        pub title: Option<String>,
        pub settings: String,
        pub size: i32,
        pub enabled: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod similar_videos {
    //! What goes with what: one row for a title, because there are many.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "similar_videos")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub video_id: String,
        /// JSON: `[["video_…", 0.25, "w"], …]`, the best first.
        pub neighbours: String,
        pub built_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod trending_videos {
    //! What many people watch just now.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "trending_videos")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub video_id: String,
        pub score: f64,
        pub viewers: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
