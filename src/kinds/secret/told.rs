//! What tells a secret: the name of a setting together with what stands there, or the form of a text alone.
//!
//! To take for a secret what is none is worse here than to miss one: who is warned without a reason reads no warning
//! any more. So a name alone is never enough, and a form is one that its issuer has made to be recognised.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// How the words of a setting's name end that holds a secret, and what must stand there beside.
const NAMES: &[(&str, Strength)] = &[
    ("PASSWORD", Strength::Any),
    ("PASSWD", Strength::Any),
    ("PASSPHRASE", Strength::Any),
    ("_PASS", Strength::Mixed),
    ("_PWD", Strength::Mixed),
    ("API_SECRET", Strength::Mixed),
    ("APP_SECRET", Strength::Mixed),
    ("CLIENT_SECRET", Strength::Mixed),
    ("CONSUMER_SECRET", Strength::Mixed),
    ("JWT_SECRET", Strength::Mixed),
    ("SESSION_SECRET", Strength::Mixed),
    ("SHARED_SECRET", Strength::Mixed),
    ("SIGNING_SECRET", Strength::Mixed),
    ("WEBHOOK_SECRET", Strength::Mixed),
    ("ACCESS_KEY", Strength::Mixed),
    ("API_KEY", Strength::Mixed),
    ("APIKEY", Strength::Mixed),
    ("AUTH_KEY", Strength::Mixed),
    ("PRIVATE_KEY", Strength::Mixed),
    ("SECRET_KEY", Strength::Mixed),
    ("ENCRYPTION_KEY", Strength::Long),
    ("TOKEN", Strength::Mixed),
    ("AUTHORIZATION", Strength::Mixed),
];

/// Names that end so too, and hold none: what pages, retries and callbacks are told apart by, what is done with a
/// password, and keys that a browser may know.
const NO_SECRETS: &[&str] = &[
    "BOARDING_PASS",
    "CANCELLATION_TOKEN",
    "CHANGE_PASSWORD",
    "CLIENT_TOKEN",
    "CONTINUATION_TOKEN",
    "CORRELATION_TOKEN",
    "FORGOT_PASSWORD",
    "IDEMPOTENCY_TOKEN",
    "NEXT_TOKEN",
    "PAGE_TOKEN",
    "PAGINATION_TOKEN",
    "REQUEST_TOKEN",
    "RESET_PASSWORD",
    "SEARCH_API_KEY",
    "SYNC_TOKEN",
    "TASK_TOKEN",
];

/// Words of a name that say that everybody may know it: `NEXT_PUBLIC_STRIPE_KEY`.
const PUBLIC: &[&str] = &["PUBLIC", "PUBLISHABLE"];

/// How keys begin that their issuers mean for browsers: of Stripe, Mapbox and PostHog.
const PUBLIC_KEYS: &[&str] = &["pk_live_", "pk_test_", "pk.", "phc_"];

/// What must stand under a name for it to be a secret.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strength {
    Any,
    /// Letters and digits, as a machine makes them: what is a word says how something is done, or names something.
    Mixed,
    /// The same, as long as a key of 128 bits in hexadecimal. An id of a key has hyphens.
    Long,
}

/// Words that values are made of which say how something is done, or name it.
const WORDS: &[&str] = &[
    "ACCESS",
    "AES",
    "API",
    "APIKEY",
    "ARN",
    "AUTH",
    "AWS",
    "BY",
    "CLIENT",
    "CREDENTIAL",
    "CREDENTIALS",
    "DB",
    "DIR",
    "ES",
    "FIELD",
    "GENERATED",
    "HMAC",
    "HS",
    "IAM",
    "ID",
    "INPUT",
    "KEY",
    "MANAGED",
    "NAME",
    "NONE",
    "PARAMETER",
    "PASSWORD",
    "RDS",
    "ROTATED",
    "RS",
    "RSA",
    "SECRET",
    "SHA",
    "TOKEN",
    "UNKNOWN",
    "USER",
    "WORKDIR",
];

/// What stands around a name that something else is put in the place of.
const AROUND: &[(&str, &str)] = &[("[", "]"), ("(", ")"), ("{", "}"), ("<", ">"), ("%", "%"), ("__", "__")];

/// Words that are no secrets, or stand for one.
const STAND_INS: &[&str] = &[
    "bearer",
    "change-me",
    "changeme",
    "disabled",
    "dummy",
    "enabled",
    "fake",
    "header",
    "hidden",
    "insert",
    "local",
    "masked",
    "optional",
    "placeholder",
    "prompt",
    "redacted",
    "replace",
    "required",
    "sample",
    "test",
    "todo",
    "unused",
    "your",
];

/// How the name of a file ends that holds a key.
const FILES: &[&str] = &[
    "asc", "cer", "conf", "crt", "csv", "der", "env", "gpg", "ini", "jks", "json", "key", "p12", "p8", "pem",
    "pfx", "txt", "yaml", "yml",
];

/// The shortest text that is taken for a secret because of its name.
const SHORTEST: usize = 6;

/// A text that its beginning tells.
struct Begun {
    what: &'static str,
    begins: &'static [&'static str],
    /// How many letters, digits and these follow, at the least and at the most.
    beside: &'static str,
    least: usize,
    most: usize,
}

/// A form of which some are for browsers: what is called public is none.
const MAY_BE_PUBLIC: &str = "a key of Google";

/// The forms of those who issue secrets, as their documentation or their scanners' partners have them.
const BEGUN: &[Begun] = &[
    Begun { what: "an access key of AWS", begins: &["AKIA", "ASIA"], beside: "", least: 16, most: 16 },
    Begun {
        what: "a token of GitHub",
        begins: &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
        beside: "",
        least: 36,
        most: 255,
    },
    Begun { what: "a token of GitHub", begins: &["github_pat_"], beside: "_", least: 22, most: 255 },
    Begun { what: "a token of GitLab", begins: &["glpat-"], beside: "_-", least: 20, most: 255 },
    Begun {
        what: "a token of Slack",
        begins: &["xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-"],
        beside: "-",
        least: 10,
        most: 255,
    },
    Begun { what: "a key of Stripe", begins: &["sk_live_", "rk_live_"], beside: "", least: 16, most: 255 },
    Begun { what: MAY_BE_PUBLIC, begins: &["AIza"], beside: "_-", least: 35, most: 35 },
    Begun { what: "a token of npm", begins: &["npm_"], beside: "", least: 36, most: 36 },
    Begun { what: "a key of OpenAI", begins: &["sk-proj-"], beside: "_-", least: 40, most: 255 },
    Begun { what: "a key of SendGrid", begins: &["SG."], beside: "._-", least: 60, most: 80 },
];

/// What it is, and whether a text has it.
type Form = (&'static str, fn(&str) -> bool);

/// Forms that are more than a beginning.
const FORMS: &[Form] = &[
    ("a private key", |text| {
        text.split("-----BEGIN ").skip(1).any(|key| {
            key.split_once("-----")
                .is_some_and(|(kind, key)| kind.ends_with("PRIVATE KEY") && key.trim().len() > 16)
        })
    }),
    ("a JSON web token", |text| words(text, "._-").any(is_jwt)),
    ("a URL with a password", |text| text.split("://").skip(1).any(|rest| password(rest).is_some())),
    ("a credential of a request", |text| {
        let Some((scheme, rest)) = unquoted(text).split_once(' ') else { return false };
        match scheme.to_ascii_lowercase().as_str() {
            "bearer" => {
                rest.len() >= 16 && is_literal(rest, Strength::Mixed) && words(rest, "._~+/=-").count() == 1
            }
            "basic" => STANDARD.decode(rest).is_ok_and(|pair| pair.contains(&b':') && pair.is_ascii()),
            _ => false,
        }
    }),
];

/// What a text is by its form, whatever it is called.
pub fn by_form(text: &str) -> Option<&'static str> {
    let begun = BEGUN.iter().find(|form| form.begins.iter().any(|begin| form.is_in(text, begin)));
    let form = || FORMS.iter().find(|(_, is_it)| is_it(text)).map(|(what, _)| *what);
    begun.map(|form| form.what).or_else(form)
}

/// The same of what stands under a name, which may say that everybody may know it.
pub fn by_form_under(name: Option<&str>, text: &str) -> Option<&'static str> {
    let is_public = || name.is_some_and(|name| is_public(&spelled(name)));
    by_form(text).filter(|what| *what != MAY_BE_PUBLIC || !is_public())
}

/// Whether a setting's name says that it is a secret, and its value is one: no name, path or ARN of where it is kept,
/// and nothing that stands in for one.
pub fn by_name(name: &str, value: &str) -> bool {
    let name = spelled(name);
    // `DB_PASSWORD2` is one of several.
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
    let ends = |end: &str| {
        name.strip_suffix(end)
            .is_some_and(|before| before.is_empty() || before.ends_with('_') || end.starts_with('_'))
    };
    if is_public(name) || NO_SECRETS.iter().any(|end| ends(end)) {
        return false;
    }
    let strength = NAMES.iter().find(|(end, _)| ends(end)).map(|(_, strength)| *strength);
    strength.is_some_and(|strength| {
        let value = unquoted(value);
        is_literal(value, strength) && !is_of_words(value, name)
    })
}

fn is_public(spelled: &str) -> bool {
    spelled.split('_').any(|word| PUBLIC.contains(&word))
}

/// Whether a value is made of the words of its own name, and of such as name secrets or say how they are kept.
fn is_of_words(value: &str, name: &str) -> bool {
    let is_one = |word: &str| {
        let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
        word.is_empty() || word == "V" || WORDS.contains(&word) || name.split('_').any(|own| own == word)
    };
    let digits = value.chars().rev().take_while(char::is_ascii_digit).count();
    digits <= 4 && value.contains(|c: char| c.is_ascii_alphabetic()) && spelled(value).split('_').all(is_one)
}

/// The pairs of a URL's query and of a connection string (`Server=db;Password=x`), each with its name: the last word,
/// since any text may stand before it.
pub fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let query = text.contains("://").then(|| text.split_once('?')).flatten().map(|(_, query)| query);
    let (pairs, between) = match query {
        Some(query) => (query, '&'),
        None if text.contains(';') => (text, ';'),
        None => ("", ';'),
    };
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    pairs.split(between).filter_map(move |pair| {
        let (before, value) = pair.trim().split_once('=')?;
        let name = before.trim_end().rsplit(|c| !is_of_name(c)).next()?;
        Some((name, value))
    })
}

/// The members of the JSON that a mapping template makes, which is none by itself; those of JSON inside its texts too.
pub fn members(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let begins = text.trim_start();
    let template = if begins.starts_with(['{', '[']) || begins.starts_with("#set") { text } else { "" };
    // Quotes inside of texts have backslashes before them.
    let parts: Vec<&str> = template.split('"').map(|part| part.trim_end_matches('\\')).collect();
    let members = parts.windows(3).filter(|three| three[1].trim() == ":").map(|three| (three[0], three[2]));
    members.collect::<Vec<_>>().into_iter()
}

/// Where secrets stand in a text that is more than they are: the passwords of its URLs, and of its pairs and members what
/// their names tell.
pub fn parts(text: &str) -> Vec<Range<usize>> {
    let place = |part: &str| {
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        start..start + part.len()
    };
    let passwords = text.split("://").skip(1).filter_map(password);
    let named =
        pairs(text).chain(members(text)).filter(|(name, value)| by_name(name, value)).map(|(_, value)| value);
    let mut places: Vec<_> = passwords.chain(named).map(place).collect();
    places.sort_by_key(|place| place.start);
    places
}

/// The words of a name, with `_` between them: of `dbPassword`, `X-Api-Key` and `APIKey` too.
fn spelled(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut spelled = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let after = letters.get(at + 1);
        let begins = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_ascii_uppercase() && after.is_some_and(char::is_ascii_lowercase))
            });
        if begins {
            spelled.push('_');
        }
        spelled.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' });
    }
    spelled
}

/// A constant of API Gateway's mappings stands in single quotes.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).unwrap_or(text)
}

fn is_literal(value: &str, strength: Strength) -> bool {
    let lower = value.to_ascii_lowercase();
    let has = |is_it: fn(&char) -> bool| value.chars().any(|c| is_it(&c));
    // References, paths, ARNs, and text of people. A key of AWS may have a slash, and is long and without hyphens.
    let is_key = value.len() >= 32
        && has(char::is_ascii_lowercase)
        && has(char::is_ascii_uppercase)
        && has(char::is_ascii_digit)
        && !value.starts_with('/')
        && !value.contains(['-', '_', '.']);
    let is_reference = (value.contains([':', '$', '{', '<', ' ', '\n'])
        && !(strength == Strength::Any && is_strong_password(value)))
        || (value.contains('/') && !is_key);
    let is_file = lower.rsplit_once('.').is_some_and(|(_, end)| FILES.contains(&end));
    let stands_in = STAND_INS.iter().any(|word| lower.starts_with(word))
        || lower.contains("example")
        || lower.chars().all(|c| lower.starts_with(c))
        || PUBLIC_KEYS.iter().any(|begin| value.starts_with(begin))
        || stands_around(value);
    let is_mixed = has(char::is_ascii_digit) && has(char::is_ascii_alphabetic);
    let is_strong = match strength {
        Strength::Any => true,
        Strength::Mixed => value.len() >= 8 && is_mixed,
        Strength::Long => value.len() >= 32 && is_mixed && !value.contains('-'),
    };
    value.len() >= SHORTEST && is_strong && !is_reference && !is_file && !stands_in && !is_name(value)
}

/// Whether letters of both cases and digits stand around a `$` or `:` that refers to nothing.
fn is_strong_password(value: &str) -> bool {
    let is_mixed = |text: &str| {
        let has = |is_it: fn(&char) -> bool| text.chars().any(|c| is_it(&c));
        has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase) && has(char::is_ascii_digit)
    };
    let refers =
        |rest: &str| rest.is_empty() || rest.starts_with(|c: char| c.is_alphabetic() || "{.$(_".contains(c));
    let before_colon = value.split(':').next().unwrap_or_default();
    value.len() >= 10
        && is_mixed(before_colon)
        && !value.starts_with('$')
        && !value.split('$').skip(1).any(refers)
        && !value.contains(['/', '{', '<', ' ', '\n'])
}

/// Whether it is a placeholder by what stands around it.
fn stands_around(value: &str) -> bool {
    AROUND.iter().any(|(before, after)| {
        value.strip_prefix(before).is_some_and(|rest| !rest.is_empty() && rest.ends_with(after))
    })
}

/// Whether a text names something, by words (`crm-client-secret`, `X-Api-Key`, `orders-db-2`) or as one that ends in
/// what it names (`CarrierApiKey`, `crmClientSecretV2`).
fn is_name(value: &str) -> bool {
    const ENDS: [&str; 11] = [
        "ApiKey",
        "Arn",
        "Credential",
        "Credentials",
        "Id",
        "Key",
        "Name",
        "Parameter",
        "Password",
        "Secret",
        "Token",
    ];
    let is_word = |piece: &str| {
        let word = piece.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = piece.len() - word.len();
        let most = if word.is_empty() || WORDS.contains(&&*word.to_ascii_uppercase()) { 4 } else { 2 };
        word.chars().all(|c| c.is_ascii_alphabetic()) && digits <= most
    };
    let pieces: Vec<&str> = value.split(['-', '_', '.']).collect();
    // Which one it is: `2`, `V2`, `2024`.
    let plain = value.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_few = value.len() - plain.len() <= 4;
    let plain = plain.strip_suffix('V').filter(|_| plain.len() < value.len()).unwrap_or(plain);
    let is_one =
        |end: &&str| is_few && plain.ends_with(*end) && plain.chars().all(|c| c.is_ascii_alphabetic());
    (pieces.len() > 1 && pieces.into_iter().all(is_word)) || ENDS.iter().any(is_one)
}

impl Begun {
    fn is_in(&self, text: &str, begin: &str) -> bool {
        let of_it = |c: char| c.is_ascii_alphanumeric() || self.beside.contains(c);
        text.match_indices(begin).any(|(at, _)| {
            let is_start = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
            let rest = &text[at + begin.len()..];
            let rest = &rest[..rest.find(|c| !of_it(c)).unwrap_or(rest.len())];
            let is_shown =
                rest.to_ascii_uppercase().contains("EXAMPLE") || rest.chars().all(|c| rest.starts_with(c));
            is_start && (self.least..=self.most).contains(&rest.len()) && !is_shown
        })
    }
}

/// The runs of letters, digits and some signs.
fn words<'t>(text: &'t str, beside: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(move |c: char| !c.is_ascii_alphanumeric() && !beside.contains(c))
        .filter(|word| !word.is_empty())
}

fn is_jwt(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    matches!(parts.as_slice(), [head, claims, signature]
        if head.starts_with("eyJ") && claims.starts_with("eyJ") && [head, claims, signature].iter().all(|part| part.len() > 10))
}

/// The password in what follows `://`. One of this machine alone is none.
fn password(rest: &str) -> Option<&str> {
    let end = rest.find(['/', '?', '#', '"', '\'', ' ', '\n']).unwrap_or(rest.len());
    let (user, host) = rest[..end].rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    let is_local = ["localhost", "127.0.0.1", "[::1]"].iter().any(|here| host.starts_with(here));
    // `PASSWORD`, `%s`: a sign of a password itself stands as two digits after `%`.
    let is_hex =
        |escape: &str| escape.len() >= 2 && escape.bytes().take(2).all(|one| one.is_ascii_hexdigit());
    let stands_in = password.chars().all(|c| password.starts_with(c))
        || password.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        || password.split('%').skip(1).any(|escape| !is_hex(escape))
        || stands_around(password);
    (!password.contains(['$', '{', '<', '*']) && !stands_in && !is_local).then_some(password)
}

#[cfg(test)]
#[path = "told_tests.rs"]
mod tests;
