//! What an OpenAPI document has beside its parts: references, and what API Gateway passes over.

use crate::kinds::Lowering;
use crate::kinds::document::At;
use crate::source::Diagnostic;

impl<'d> At<'d> {
    /// What it is, with `$ref` followed; itself where that leads nowhere, which is an error.
    pub fn followed(&self, own: &mut Lowering<'_>) -> At<'d> {
        let mut at = self.clone();
        for _ in 0..16 {
            let Some(to) = at.value.get("$ref") else { return at };
            let target = to.as_str().and_then(|to| to.strip_prefix("#/")).and_then(|to| {
                let keys: Vec<String> =
                    to.split('/').map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
                self.top().at(&keys.iter().map(String::as_str).collect::<Vec<_>>())
            });
            match target {
                Some(target) => at = target.called(self.key()),
                None => {
                    at.error(
                        own,
                        "bad_openapi",
                        "this `$ref` leads nowhere",
                        "it begins with `#/` and names a part of the same document",
                    );
                    return at.nothing();
                }
            }
        }
        at.error(own, "bad_openapi", "this `$ref` leads back to itself", "");
        at.nothing()
    }

    /// Says that API Gateway makes nothing of this.
    pub fn ignored(&self, own: &mut Lowering<'_>, message: &str, help: &str) {
        self.finding(own, Diagnostic::warning("openapi_ignored", message), help);
    }
}
