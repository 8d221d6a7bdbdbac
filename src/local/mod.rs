//! The embedded account behind `--local`: an in-process AWS plugged into the SDK's HTTP client.
