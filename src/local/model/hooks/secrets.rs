//! Secrets are kept as salted hashes only: enough to know that one arrived, not to give it back.

use sha2::{Digest, Sha256};

use super::random;

/// `sealed:SALT:HASH` of a secret.
pub fn seal(secret: &str) -> String {
    let salt = hex::encode(random::bytes::<16>());
    let hash = hash(&salt, secret);
    format!("sealed:{salt}:{hash}")
}

/// Was this the secret?
pub fn opens(sealed: &str, secret: &str) -> bool {
    let mut parts = sealed.splitn(3, ':').skip(1);
    matches!((parts.next(), parts.next()), (Some(salt), Some(kept)) if hash(salt, secret) == kept)
}

fn hash(salt: &str, secret: &str) -> String {
    hex::encode(Sha256::new().chain_update(salt).chain_update(secret).finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_is_recognised_and_not_readable() {
        let sealed = seal("hunter2");
        assert!(opens(&sealed, "hunter2") && !opens(&sealed, "hunter3") && !sealed.contains("hunter"));
        assert_ne!(seal("hunter2"), sealed, "two seals of one secret differ");
    }
}
