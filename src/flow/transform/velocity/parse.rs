//! Reads a template into blocks and expressions.

use serde_json::Value as Json;

use super::Wrong;

/// A part of a template.
#[derive(Debug)]
pub(super) enum Block {
    Text(String),
    Reference(Reference),
    Set(Reference, Expression),
    /// Conditions with their blocks; the last may have none.
    If(Vec<(Option<Expression>, Vec<Block>)>),
    Each {
        name: String,
        of: Expression,
        blocks: Vec<Block>,
    },
}

/// `$name.member.method(…)[0]`.
#[derive(Debug)]
pub(super) struct Reference {
    /// Where it stands in the template: what is written if it has no value.
    pub span: (usize, usize),
    /// `$!name`: nothing is written if it has no value.
    pub is_quiet: bool,
    pub root: String,
    pub steps: Vec<Step>,
}

#[derive(Debug)]
pub(super) enum Step {
    Member(String),
    Call(String, Vec<Expression>),
    Index(Expression),
}

#[derive(Debug)]
pub(super) enum Expression {
    Value(Json),
    /// Text in double quotes, with references in it.
    Text(Vec<Block>),
    Reference(Reference),
    List(Vec<Expression>),
    Map(Vec<(Expression, Expression)>),
    Range(Box<[Expression; 2]>),
    Not(Box<Expression>),
    Binary(&'static str, Box<[Expression; 2]>),
}

/// Deeper templates are refused.
const DEEPEST: usize = 64;

/// Operators from the loosest to the tightest, as they are written and as they are meant.
const OPERATORS: [&[(&str, &str)]; 5] = [
    &[("||", "||"), ("or ", "||")],
    &[("&&", "&&"), ("and ", "&&")],
    &[
        ("==", "=="),
        ("!=", "!="),
        ("<=", "<="),
        (">=", ">="),
        ("<", "<"),
        (">", ">"),
        ("eq ", "=="),
        ("ne ", "!="),
        ("le ", "<="),
        ("ge ", ">="),
        ("lt ", "<"),
        ("gt ", ">"),
    ],
    &[("+", "+"), ("-", "-")],
    &[("*", "*"), ("/", "/"), ("%", "%")],
];

pub(super) fn parse(template: &str) -> Result<Vec<Block>, Wrong> {
    let mut parser = Parser { text: template, at: 0, depth: 0 };
    let blocks = parser.blocks()?;
    match parser.rest().is_empty() {
        true => Ok(blocks),
        false => Err(parser.wrong("this ends no block")),
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn wrong(&self, message: impl Into<String>) -> Wrong {
        Wrong { at: self.at, message: message.into() }
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        self.at += if found { token.len() } else { 0 };
        found
    }

    fn expect(&mut self, token: &str) -> Result<(), Wrong> {
        self.space();
        match self.take(token) {
            true => Ok(()),
            false => Err(self.wrong(format!("`{token}` is wanted here"))),
        }
    }

    fn until(&mut self, stop: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let taken = &rest[..rest.find(stop).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    fn space(&mut self) {
        self.until(|c| !c.is_whitespace());
    }

    fn name(&mut self) -> &'t str {
        match self.rest().starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            true => self.until(|c| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')),
            false => "",
        }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Wrong>) -> Result<T, Wrong> {
        if self.depth >= DEEPEST {
            return Err(self.wrong("the template is nested too deeply"));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// The blocks up to the end, or to what ends or continues a block.
    fn blocks(&mut self) -> Result<Vec<Block>, Wrong> {
        self.deeper(|parser| {
            let mut blocks = Vec::new();
            while !parser.rest().is_empty() && parser.directive(&["end", "else", "elseif"]).is_none() {
                blocks.extend(parser.block()?);
            }
            Ok(blocks)
        })
    }

    /// One of these directives, if it stands here: its name and its length.
    fn directive(&self, names: &[&'static str]) -> Option<(&'static str, usize)> {
        let rest = self.rest().strip_prefix('#')?;
        let named = |name: &str| {
            let after = rest.strip_prefix(name)?;
            let is_whole = !after.starts_with(|c: char| c.is_ascii_alphanumeric());
            let braced = rest.strip_prefix('{').and_then(|rest| rest.strip_prefix(name)?.strip_prefix('}'));
            is_whole.then_some(name.len() + 1).or(braced.map(|_| name.len() + 3))
        };
        let braced = |name: &str| {
            let rest = rest.strip_prefix('{')?.strip_prefix(name)?;
            rest.starts_with('}').then_some(name.len() + 3)
        };
        names.iter().find_map(|name| Some((*name, named(name).or_else(|| braced(name))?)))
    }

    fn block(&mut self) -> Result<Option<Block>, Wrong> {
        if self.take("##") {
            self.until(|c| c == '\n');
            self.take("\n");
            return Ok(None);
        }
        if self.take("#*") {
            let Some(end) = self.rest().find("*#") else { return Err(self.wrong("a comment has no end")) };
            self.at += end + 2;
            return Ok(None);
        }
        match self.directive(&["set", "if", "foreach"]) {
            Some(("set", length)) => {
                self.at += length;
                return self.set().map(Some);
            }
            Some(("if", length)) => {
                self.at += length;
                return self.branches().map(Some);
            }
            Some((_, length)) => {
                self.at += length;
                return self.each().map(Some);
            }
            None => {}
        }
        const NOT_BUILT: [&str; 8] =
            ["parse", "include", "macro", "define", "evaluate", "stop", "break", "return"];
        if let Some((name, _)) = self.directive(&NOT_BUILT) {
            return Err(self.wrong(format!("`#{name}` is not built here")));
        }
        if self.rest().starts_with('$')
            && let Some(reference) = self.reference()?
        {
            return Ok(Some(Block::Reference(reference)));
        }
        if self.rest().starts_with("\\$") || self.rest().starts_with("\\#") {
            return Err(self.wrong("a backslash before a reference or a directive is not built here"));
        }
        let first = self.rest().chars().next().map_or(0, char::len_utf8);
        let text = &self.text[self.at..self.at + first];
        self.at += first;
        Ok(Some(Block::Text(text.to_owned() + self.until(|c| "$#\\".contains(c)))))
    }

    fn set(&mut self) -> Result<Block, Wrong> {
        self.expect("(")?;
        self.space();
        let Some(target) = self.reference()? else { return Err(self.wrong("`$name` is wanted here")) };
        self.expect("=")?;
        let value = self.expression()?;
        self.expect(")")?;
        self.take("\n");
        Ok(Block::Set(target, value))
    }

    fn condition(&mut self) -> Result<Expression, Wrong> {
        self.expect("(")?;
        let condition = self.expression()?;
        self.expect(")")?;
        self.take("\n");
        Ok(condition)
    }

    fn branches(&mut self) -> Result<Block, Wrong> {
        let condition = self.condition()?;
        let mut branches = vec![(Some(condition), self.blocks()?)];
        loop {
            let Some((name, length)) = self.directive(&["end", "elseif", "else"]) else {
                return Err(self.wrong("an `#if` has no `#end`"));
            };
            self.at += length;
            if name == "end" {
                self.take("\n");
                return Ok(Block::If(branches));
            }
            let condition = match name {
                "elseif" => Some(self.condition()?),
                _ => {
                    self.take("\n");
                    None
                }
            };
            branches.push((condition, self.blocks()?));
        }
    }

    fn each(&mut self) -> Result<Block, Wrong> {
        self.expect("(")?;
        self.expect("$")?;
        let name = self.name().to_owned();
        self.expect("in")?;
        let of = self.expression()?;
        self.expect(")")?;
        self.take("\n");
        let blocks = self.blocks()?;
        match self.directive(&["end"]) {
            Some((_, length)) => self.at += length,
            None => return Err(self.wrong("a `#foreach` has no `#end`")),
        }
        self.take("\n");
        Ok(Block::Each { name, of, blocks })
    }

    /// A reference, if one begins here.
    fn reference(&mut self) -> Result<Option<Reference>, Wrong> {
        let start = self.at;
        if !self.take("$") {
            return Ok(None);
        }
        let is_quiet = self.take("!");
        let is_braced = self.take("{");
        let root = self.name().to_owned();
        if root.is_empty() {
            self.at = start;
            return Ok(None);
        }
        let steps = self.deeper(Parser::steps)?;
        if is_braced && !self.take("}") {
            return Err(self.wrong("a reference has no `}`"));
        }
        Ok(Some(Reference { span: (start, self.at), is_quiet, root, steps }))
    }

    fn steps(&mut self) -> Result<Vec<Step>, Wrong> {
        let mut steps = Vec::new();
        loop {
            let before = self.at;
            if self.take("[") {
                let index = self.expression()?;
                self.expect("]")?;
                steps.push(Step::Index(index));
                continue;
            }
            if !self.take(".") {
                return Ok(steps);
            }
            let name = self.name().to_owned();
            if name.is_empty() {
                // A full stop of the text.
                self.at = before;
                return Ok(steps);
            }
            steps.push(match self.take("(") {
                false => Step::Member(name),
                true => Step::Call(name, self.items(")")?),
            });
        }
    }

    /// Expressions with commas between them, up to what closes them.
    fn items(&mut self, close: &str) -> Result<Vec<Expression>, Wrong> {
        let mut items = Vec::new();
        loop {
            self.space();
            if self.take(close) {
                return Ok(items);
            }
            if !items.is_empty() {
                self.expect(",")?;
            }
            items.push(self.expression()?);
        }
    }

    fn expression(&mut self) -> Result<Expression, Wrong> {
        self.deeper(|parser| parser.binary(0))
    }

    fn binary(&mut self, level: usize) -> Result<Expression, Wrong> {
        let Some(operators) = OPERATORS.get(level) else { return self.unary() };
        let mut one = self.binary(level + 1)?;
        loop {
            self.space();
            let Some((_, meant)) = operators.iter().find(|(written, _)| self.take(written)) else {
                return Ok(one);
            };
            let other = self.binary(level + 1)?;
            one = Expression::Binary(meant, Box::new([one, other]));
        }
    }

    fn unary(&mut self) -> Result<Expression, Wrong> {
        self.space();
        if self.take("!") || self.take("not ") {
            return self.deeper(|parser| Ok(Expression::Not(Box::new(parser.unary()?))));
        }
        if self.take("(") {
            let inner = self.expression()?;
            self.expect(")")?;
            return Ok(inner);
        }
        if self.take("'") {
            let text = self.until(|c| c == '\'').to_owned();
            self.expect_here("'")?;
            return Ok(Expression::Value(text.into()));
        }
        if self.take("\"") {
            return self.text_expression();
        }
        if self.take("[") {
            return self.list();
        }
        if self.take("{") {
            return self.map();
        }
        if self.rest().starts_with('$') {
            let reference = self.reference()?;
            return reference.map(Expression::Reference).ok_or_else(|| self.wrong("`$name` is wanted here"));
        }
        self.word()
    }

    fn expect_here(&mut self, token: &str) -> Result<(), Wrong> {
        match self.take(token) {
            true => Ok(()),
            false => Err(self.wrong(format!("`{token}` is wanted here"))),
        }
    }

    fn text_expression(&mut self) -> Result<Expression, Wrong> {
        let mut pieces = Vec::new();
        loop {
            let text = self.until(|c| c == '"' || c == '$');
            pieces.extend((!text.is_empty()).then(|| Block::Text(text.to_owned())));
            if self.take("\"") {
                return Ok(Expression::Text(pieces));
            }
            match self.reference()? {
                Some(reference) => pieces.push(Block::Reference(reference)),
                None if self.take("$") => pieces.push(Block::Text("$".into())),
                None => return Err(self.wrong("a text has no closing quote")),
            }
        }
    }

    fn list(&mut self) -> Result<Expression, Wrong> {
        self.space();
        if self.take("]") {
            return Ok(Expression::List(Vec::new()));
        }
        let first = self.expression()?;
        self.space();
        if self.take("..") {
            let last = self.expression()?;
            self.expect("]")?;
            return Ok(Expression::Range(Box::new([first, last])));
        }
        let mut items = vec![first];
        if !self.take("]") {
            self.expect(",")?;
            items.extend(self.items("]")?);
        }
        Ok(Expression::List(items))
    }

    fn map(&mut self) -> Result<Expression, Wrong> {
        let mut members = Vec::new();
        loop {
            self.space();
            if self.take("}") {
                return Ok(Expression::Map(members));
            }
            if !members.is_empty() {
                self.expect(",")?;
            }
            let key = self.expression()?;
            self.expect(":")?;
            members.push((key, self.expression()?));
        }
    }

    /// `true`, `false`, `null` or a number.
    fn word(&mut self) -> Result<Expression, Wrong> {
        let start = self.at;
        self.take("-");
        let mut word = self.until(|c| !(c.is_ascii_alphanumeric() || c == '.'));
        // `[0..3]` has two points.
        if let Some(end) = word.find("..") {
            self.at -= word.len() - end;
            word = &word[..end];
        }
        let _ = word;
        let word = &self.text[start..self.at];
        let known = word.starts_with(|c: char| c == '-' || c.is_ascii_digit())
            || ["true", "false", "null"].contains(&word);
        match serde_json::from_str(word) {
            Ok(value) if known => Ok(Expression::Value(value)),
            _ => {
                self.at = start;
                Err(self.wrong("a value is wanted here: a text in quotes, a number, `$name`"))
            }
        }
    }
}
