//! How sugar is written: what the reference and the JSON Schema say of a field that its kind reads
//! itself.

use super::field::{Field, RefTo, Type};

/// The shape of a node that a kind's lowering reads. The tables that it reads by stand in it, so
/// what is described is what is decoded.
#[derive(Clone, Debug)]
pub enum Form {
    /// A value of a type, written as a field of that type.
    Value(Type),
    /// Text that is written out, without interpolation: what it is called, and the regular expression that
    /// it matches, in the subset that JSON Schema recommends.
    Literal {
        words: &'static str,
        pattern: &'static str,
    },
    /// A reference.
    Ref(RefTo),
    /// A map with the fields of these tables.
    Fields(Vec<&'static [Field]>),
    /// A map with keys of the user's; the text says what a key is: `Id`, `METHOD /path`.
    Map(&'static str, Box<Form>),
    List(Box<Form>),
    /// A map with one of several kind keys, each with fields of its own beside it.
    OneOf(Vec<Variant>),
    /// Any of these.
    Either(Vec<Form>),
    /// The document that comes out of a transform, or another that the kind alone understands.
    Any,
    /// The resources of a stack under their kinds, with the fields of this table beside them.
    Resources(&'static [Field]),
    /// What differs from the stack in one of its environments: all that may stand there but these keys,
    /// merged over it.
    Patch(&'static [&'static str]),
}

/// One kind key of a map, and what stands beside it.
#[derive(Clone, Debug)]
pub struct Variant {
    pub key: &'static str,
    /// What stands under the key.
    pub named: Form,
    /// The fields beside it.
    pub beside: Vec<&'static [Field]>,
}

impl Form {
    /// A map with the fields of a table.
    pub fn fields(table: &'static [Field]) -> Form {
        Form::Fields(vec![table])
    }

    /// A map by keys of the user's.
    pub fn map(key: &'static str, of: Form) -> Form {
        Form::Map(key, Box::new(of))
    }

    /// A list.
    pub fn list(of: Form) -> Form {
        Form::List(Box::new(of))
    }
}

impl Variant {
    /// A kind key that refers to a resource.
    pub fn reference(key: &'static str, to: RefTo, beside: &'static [Field]) -> Variant {
        Variant { key, named: Form::Ref(to), beside: vec![beside] }
    }
}
