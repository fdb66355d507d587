//! What a worker has in hand, and what it may take besides.

use std::collections::HashMap;
use std::sync::Arc;

use crate::context::{JobContext, JobHandler};

/// Handlers by kind, and the jobs that run.
pub(crate) struct Running {
    handlers: Vec<Arc<dyn JobHandler>>,
    slots: usize,
    urgent_slots: usize,
    jobs: HashMap<tokio::task::Id, Entry>,
}

pub(crate) struct Entry {
    pub(crate) ctx: JobContext,
    pub(crate) handler: Arc<dyn JobHandler>,
    urgent: bool,
}

impl Running {
    pub(crate) fn new(
        handlers: Vec<Arc<dyn JobHandler>>,
        slots: usize,
        urgent_slots: usize,
    ) -> Self {
        Self {
            handlers,
            slots,
            urgent_slots,
            jobs: HashMap::new(),
        }
    }

    pub(crate) fn handler(&self, kind: &str) -> Option<Arc<dyn JobHandler>> {
        self.handlers.iter().find(|h| h.kind() == kind).cloned()
    }

    /// The kinds of which it may take one more.
    pub(crate) fn eligible(&self) -> Vec<&'static str> {
        let general = self.jobs.values().filter(|e| !e.urgent).count() < self.slots;
        let urgent = self.urgent_free();
        self.handlers
            .iter()
            .filter(|h| general || (urgent && h.urgent()))
            .filter(|h| {
                let of_kind = self.jobs.values().filter(|e| e.ctx.job.kind == h.kind());
                h.limit().is_none_or(|limit| of_kind.count() < limit.max(1))
            })
            .map(|h| h.kind())
            .collect()
    }

    fn urgent_free(&self) -> bool {
        self.jobs.values().filter(|e| e.urgent).count() < self.urgent_slots
    }

    /// Adds a job. An urgent one takes a reserved slot while there is one.
    pub(crate) fn add(
        &mut self,
        task: tokio::task::Id,
        ctx: JobContext,
        handler: Arc<dyn JobHandler>,
    ) {
        let urgent = handler.urgent() && self.urgent_free();
        self.jobs.insert(
            task,
            Entry {
                ctx,
                handler,
                urgent,
            },
        );
    }

    pub(crate) fn remove(&mut self, task: tokio::task::Id) -> Option<Entry> {
        self.jobs.remove(&task)
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.jobs.values()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }
}
