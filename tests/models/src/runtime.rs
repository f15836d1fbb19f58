//! Stands in for what the executor has from outside.

pub(crate) mod context {
    pub(crate) enum Role {
        Polls,
    }
}
