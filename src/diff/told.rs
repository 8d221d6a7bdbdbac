//! What the recorded version tells of single values that AWS never shows: of those that are one of a few words, each
//! can be tried.

use super::table::Table;
use super::version::version_of;
use crate::engine::Value;
use crate::engine::field::{Field, Type};

/// The most wishes that are tried.
const MOST: usize = 256;

/// A row with its path.
pub(super) type Row = (String, &'static Field);

/// The rows that alone make the difference: by other words in them the wish has the version that is recorded.
/// Nothing if something else differs, which nobody can tell.
pub(super) fn told(recorded: &str, desired: &Value, table: &Table) -> Option<Vec<Row>> {
    let is_single = |path: &str| !path.contains(['*', '[']);
    let rows: Vec<Row> = table
        .write_only()
        .into_iter()
        .filter(|(path, row)| is_single(path) && !row.sensitive && !words(row).is_empty())
        .collect();
    let tries = rows.iter().try_fold(1_usize, |tries, (_, row)| tries.checked_mul(words(row).len() + 1));
    tries.filter(|tries| *tries <= MOST)?;
    let is_recorded = |wish: &Value| version_of(wish, table).known() == Some(recorded);
    differing(&rows, &mut desired.clone(), &is_recorded)
}

fn differing(rows: &[Row], wish: &mut Value, is_recorded: &dyn Fn(&Value) -> bool) -> Option<Vec<Row>> {
    let Some(((path, row), rest)) = rows.split_first() else {
        return is_recorded(wish).then(Vec::new);
    };
    if let Some(found) = differing(rest, wish, is_recorded) {
        return Some(found);
    }
    let own = wish.at(path).cloned().unwrap_or_default();
    for other in words(row).into_iter().chain([Value::Null]).filter(|word| *word != own) {
        wish.put(path, other);
        if let Some(mut found) = differing(rest, wish, is_recorded) {
            found.push((path.clone(), row));
            return Some(found);
        }
    }
    wish.put(path, own);
    None
}

/// Every value that a row takes, if these are few.
fn words(row: &Field) -> Vec<Value> {
    match row.ty {
        Type::Bool => vec![true.into(), false.into()],
        Type::Enum(words) => words.iter().map(|(_, word)| (*word).into()).collect(),
        _ => Vec::new(),
    }
}
