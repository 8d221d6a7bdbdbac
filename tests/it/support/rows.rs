//! A kind's field table as a list of rows.

use gatewayctl::engine::field::{Compare, Field, Type};

/// A row of a kind's table, at its general path.
#[derive(Clone, Debug)]
pub struct Row {
    /// `[]` for items, `*` for the user's keys; empty for sugar.
    pub path: String,
    pub field: &'static Field,
    /// Its change, or that of what it stands in, is a replacement.
    pub create_only: bool,
    /// Tells the items of its list apart.
    pub is_key: bool,
}

/// Every row of a table, with those of the objects in it.
pub fn rows(fields: &'static [Field]) -> Vec<Row> {
    let mut found = Vec::new();
    Above::default().collect(fields, &mut found);
    found
}

/// What a row stands in.
#[derive(Clone, Default)]
struct Above {
    path: String,
    create_only: bool,
    /// The member that tells items apart.
    key: &'static str,
}

impl Above {
    fn collect(&self, fields: &'static [Field], found: &mut Vec<Row>) {
        for field in fields {
            let create_only = self.create_only || field.create_only;
            if field.path.is_empty() || matches!(field.ty, Type::Node) {
                found.push(Row { path: String::new(), field, create_only, is_key: false });
                continue;
            }
            let path = match self.path.as_str() {
                "" => field.path.to_owned(),
                above => format!("{above}.{}", field.path),
            };
            found.push(Row { path: path.clone(), field, create_only, is_key: self.key == field.path });
            let key = match field.compare {
                Compare::Keyed(member) => member,
                _ => "",
            };
            Above { path, create_only, key }.inside(field.ty, found);
        }
    }

    fn inside(mut self, ty: Type, found: &mut Vec<Row>) {
        match ty {
            Type::Object(fields) => self.collect(fields, found),
            Type::List(item) => {
                self.path.push_str("[]");
                self.inside(*item, found);
            }
            Type::Map(value) => {
                self.path.push_str(".*");
                self.inside(*value, found);
            }
            _ => {}
        }
    }
}

impl Row {
    /// How many steps of the path this row rules; nothing if it does not stand above it or at it.
    pub fn rules(&self, path: &str) -> Option<usize> {
        let (own, path) = (steps(&self.path), steps(path));
        let same = |(own, step): (&String, &String)| own == step || own == "*";
        let fits = !own.is_empty() && own.len() <= path.len() && own.iter().zip(&path).all(same);
        fits.then_some(own.len())
    }

    /// Whether the path stands at or above this row.
    pub fn is_below(&self, path: &str) -> bool {
        let (own, path) = (steps(&self.path), steps(path));
        let same = |(own, step): (&String, &String)| own == step || own == "*";
        !own.is_empty() && path.len() <= own.len() && own.iter().zip(&path).all(same)
    }

    /// Whether it holds rows of its own.
    pub fn is_container(&self) -> bool {
        fn holds(ty: Type) -> bool {
            match ty {
                Type::Object(_) => true,
                Type::List(item) | Type::Map(item) => holds(*item),
                _ => false,
            }
        }
        holds(self.field.ty)
    }
}

fn steps(path: &str) -> Vec<String> {
    let text = path.replace("[]", ".[]");
    text.split('.').filter(|step| !step.is_empty()).map(str::to_owned).collect()
}
