//! What looks like a secret where everybody can read it.

/// How the names of settings end that hold a secret.
const ENDINGS: &[&str] = &[
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET_KEY",
    "CLIENT_SECRET",
    "API_SECRET",
    "SIGNING_SECRET",
    "API_KEY",
    "APIKEY",
    "PRIVATE_KEY",
    "ACCESS_KEY",
    "API_TOKEN",
    "ACCESS_TOKEN",
    "AUTH_TOKEN",
    "REFRESH_TOKEN",
    "BEARER_TOKEN",
    "WEBHOOK_SECRET",
];

/// Whether a setting's name says that it is a secret, and its value is one: no name, path or ARN of where it is kept, and
/// nothing that stands in for one.
pub fn is_told(name: &str, value: &str) -> bool {
    let name = name.to_ascii_uppercase().replace(['-', '.'], "_");
    let is_named = ENDINGS.iter().any(|ending| {
        name.strip_suffix(ending).is_some_and(|before| before.is_empty() || before.ends_with('_'))
    });
    is_named && is_value(value)
}

fn is_value(value: &str) -> bool {
    const SHORTEST: usize = 6;
    const STAND_INS: &[&str] = &["local-only", "changeme", "change-me", "dummy", "example", "unused", "test"];
    let is_reference = value.contains(['/', ':', '$', '{', '<', ' ']);
    let is_word = value.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c == '_');
    let lower = value.to_ascii_lowercase();
    let stands_in =
        STAND_INS.iter().any(|word| lower.starts_with(word)) || lower.chars().all(|c| c == 'x' || c == '*');
    let is_name = is_word && value.contains(['-', '_']);
    value.len() >= SHORTEST && !is_reference && !is_name && !stands_in
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_told_by_its_name_and_what_stands_there() {
        for (name, value, is_secret) in [
            ("DB_PASSWORD", "hunter22", true),
            ("db-password", "hunter22", true),
            ("STRIPE_API_KEY", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", true),
            ("API_KEY", "shop/carrier-key", false),
            ("API_KEY", "arn:aws:secretsmanager:eu-west-1:1:secret:x", false),
            ("PASSWORD_PARAMETER", "hunter22", false),
            ("CLIENT_SECRET", "crm-client-secret", false),
            ("ACCESS_TOKEN", "local-only", false),
            ("TOKEN_URL", "hunter22", false),
            ("PARTITION_KEY", "customerId1", false),
            ("API_KEY", "12", false),
            ("API_KEY", "xxxxxxxx", false),
        ] {
            assert_eq!(is_told(name, value), is_secret, "{name} {value}");
        }
    }
}
