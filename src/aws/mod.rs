//! Clients from one configuration, pacing, polling, retries. Knows no kind.
