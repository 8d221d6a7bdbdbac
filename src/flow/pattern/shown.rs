//! Alternatives as they are written in a pattern, for people.

use std::fmt;

use serde_json::{Value as Json, json};

use super::{Alternative, Range};
use crate::kinds::secret;

impl Alternative {
    /// The alternative in the pattern's own notation; what is not known yet is null.
    pub fn to_json(&self) -> Json {
        match self {
            Alternative::Equals(literal) => literal.clone(),
            Alternative::Prefix(text) => json!({ "prefix": text }),
            Alternative::Suffix(text) => json!({ "suffix": text }),
            Alternative::EqualsIgnoreCase(text) => json!({ "equals-ignore-case": text.text() }),
            Alternative::PrefixIgnoreCase(text) => json!({ "prefix": { "equals-ignore-case": text.text() } }),
            Alternative::SuffixIgnoreCase(text) => json!({ "suffix": { "equals-ignore-case": text.text() } }),
            Alternative::Wildcard(wildcard) => json!({ "wildcard": wildcard.spelt() }),
            Alternative::AnythingBut(but) => json!({ "anything-but": excluded(but) }),
            Alternative::Numeric(range) => json!({ "numeric": bounds(range) }),
            Alternative::Cidr(network) if network.is_single() => network.address.to_string().into(),
            Alternative::Cidr(network) => json!({ "cidr": format!("{}/{}", network.address, network.bits) }),
            Alternative::Exists(exists) => json!({ "exists": exists }),
            Alternative::Unknown => Json::Null,
        }
    }
}

impl Alternative {
    /// The same with a word in the place of a secret that it asks for in a field of this name.
    pub fn masked(self, name: Option<&str>, word: &str) -> Alternative {
        let written = self.to_json();
        let masked = secret::masked_under(name, written.clone(), word);
        if masked == written { self } else { Alternative::Equals(masked) }
    }
}

impl fmt::Display for Alternative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Alternative::Unknown => f.write_str("(known after apply)"),
            known => known.to_json().fmt(f),
        }
    }
}

fn bounds(range: &Range) -> Json {
    range.0.iter().flat_map(|bound| [json!(bound.comparison.sign()), json!(bound.number)]).collect()
}

/// The operand of `anything-but`: an operator stands once, around its operands.
fn excluded(but: &[Alternative]) -> Json {
    let written: Vec<Json> = but.iter().map(Alternative::to_json).collect();
    let operator = written.first().and_then(Json::as_object).and_then(|map| map.keys().next()).cloned();
    let operands: Vec<Json> = match &operator {
        Some(operator) => written.iter().map(|one| one[operator].clone()).collect(),
        None => written,
    };
    let operand = match <[Json; 1]>::try_from(operands) {
        Ok([one]) => one,
        Err(many) => many.into(),
    };
    match operator {
        Some(operator) => json!({ operator: operand }),
        None => operand,
    }
}
