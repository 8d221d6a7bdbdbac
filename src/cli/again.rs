//! The command that was given, to be typed again.

use std::path::Path;

use super::args::{Allowances, Global};

/// The command with every flag that decides what it works on; the account that it goes to must be the
/// same when it is pasted. Values of parameters may be secret and are left out.
pub(super) fn again(command: &str, stack: &Path, global: &Global, allow: &Allowances) -> String {
    let mut words = vec!["gatewayctl".to_owned(), command.to_owned()];
    if stack != Path::new(".") {
        words.push(quoted(&stack.display().to_string()));
    }
    let mut flag = |name: &str, value: &str| words.push(format!("{name} {}", quoted(value)));
    for (name, value) in [
        ("--env", &global.env),
        ("--region", &global.region),
        ("--profile", &global.profile),
        ("--role-arn", &global.role_arn),
        ("--endpoint-url", &global.endpoint_url),
    ] {
        if let Some(value) = value {
            flag(name, value);
        }
    }
    for file in &global.params {
        flag("--params", &file.display().to_string());
    }
    for address in &allow.allow_destroy {
        flag("--allow-destroy", &address.to_string());
    }
    for address in &allow.target {
        flag("--target", &address.to_string());
    }
    for address in &allow.exclude {
        flag("--exclude", &address.to_string());
    }
    for (key, _) in &global.param {
        words.push(format!("--param {}=…", quoted(key)));
    }
    match &global.local {
        Some(Some(file)) => words.push(format!("--local={}", quoted(&file.display().to_string()))),
        Some(None) => words.push("--local".into()),
        None => {}
    }
    words.join(" ")
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::args::{Cli, Command};

    #[test]
    fn the_command_goes_to_the_same_account_and_shows_no_value() {
        let given = "gatewayctl apply --local=a.jsonl --env dev --param password=hunter2 --allow-destroy tables.t --target rules.a --exclude queues.q it's/stack.yaml";
        let cli = Cli::try_parse_from(given.split(' ')).unwrap();
        let Command::Apply(args) = &cli.command else { panic!() };
        assert_eq!(
            again("apply", &args.stack.stack, &cli.global, &args.allow),
            r"gatewayctl apply 'it'\''s/stack.yaml' --env dev --allow-destroy tables.t --target rules.a --exclude queues.q --param password=… --local=a.jsonl"
        );
    }
}
