//! The command line: one file per command; flags, prompts, exit statuses.
