//! The event sources of a partner, live: `events` calls, and `ssm` calls on the record of whose they are.

use std::collections::{BTreeMap, BTreeSet};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use crate::engine::mark::from_description;
use crate::engine::{
    Aws, AwsError, Class, Created, Found, Live, Lookup, Map, Observed, Owner, Pages, Result, State,
    UpdateStep, Value, Wish, all_pages,
};
use crate::value;

use super::decl::{DELETED, PENDING, TENANTS};
use super::namespace::{Namespace, RECORDS};

/// Calls of EventBridge on a partner's sources.
pub struct PartnerEventSources;

/// How many sources are looked at, made or deleted at once.
const AT_ONCE: usize = 10;
/// How often it is looked whether sources are gone; from the sixth look on they are five seconds apart.
const LOOKS: u32 = 28;
/// What stands between a tenant and an account that its source is for as well; in no name of a source.
const ALSO: &str = " for ";

/// A source of a tenant for an account: its name and the account are who it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Source {
    tenant: String,
    account: String,
}

/// What AWS says of one.
struct Told {
    source: Source,
    state: String,
    expires: Option<i64>,
}

impl Told {
    fn is_there(&self) -> bool {
        self.state != DELETED
    }

    /// The state, with the time until which a source waits.
    fn shown(&self) -> String {
        let until = self.expires.and_then(|time| DateTime::from_secs(time).fmt(Format::DateTime).ok());
        match until.filter(|_| self.state == PENDING) {
            Some(time) => format!("{PENDING} until {time}"),
            None => self.state.clone(),
        }
    }
}

impl Live for PartnerEventSources {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        async move {
            let adopted = at.id.as_deref().and_then(Namespace::parse);
            let Some(namespace) = adopted.or_else(|| Namespace::of(&at.desired, &at.name)) else {
                return Ok(None);
            };
            let record = match aws.call("ssm", "GetParameter", value!({ "Name": (namespace.record()) })).await
            {
                Err(error) if error.is_not_found() => None,
                answer => answer?.text_at("Parameter.Value").map(str::to_owned),
            };
            let told = list(aws, &namespace).await?;
            if record.is_none() && told.is_empty() {
                return Ok(None);
            }
            let mark = record.map_or(Found::None, |record| from_description(&record).1);
            Ok(Some(observe(namespace, &told, &at.desired, mark)))
        }
        .boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let namespace = of(wish)?;
            // First whose they are, then what is.
            record(aws, &namespace, wish, false).await?;
            make(aws, &namespace, &sources(&wish.properties)).await?;
            Ok(Created { id: namespace.text() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let namespace = of(&step.wish)?;
            if step.mark {
                record(aws, &namespace, &step.wish, true).await?;
            }
            let (live, wished) = (sources(&step.live.properties), sources(&step.wish.properties));
            remove(aws, &namespace, &live.difference(&wished).cloned().collect()).await?;
            make(aws, &namespace, &wished.difference(&live).cloned().collect()).await
        }
        .boxed()
    }

    /// Deletes what was there when somebody looked. What others have made meanwhile keeps the namespace.
    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move {
            let Some(namespace) = Namespace::parse(&live.id) else { return Ok(()) };
            let known = sources(&live.properties);
            remove(aws, &namespace, &known).await?;
            for look in 0..LOOKS {
                aws.forget();
                let told = list(aws, &namespace).await?;
                let there: BTreeSet<Source> =
                    told.into_iter().filter(Told::is_there).map(|one| one.source).collect();
                if there.is_empty() {
                    let input = value!({ "Name": (namespace.record()) });
                    return match aws.call("ssm", "DeleteParameter", input).await {
                        Err(error) if !error.is_not_found() => Err(error),
                        _ => Ok(()),
                    };
                }
                if let Some(other) = there.difference(&known).next() {
                    let message = format!(
                        "somebody has made {} meanwhile; plan again",
                        namespace.source(&other.tenant)
                    );
                    return Err(failed("DeletePartnerEventSource", message));
                }
                aws.pause(look).await;
            }
            Err(failed("DeletePartnerEventSource", "sources are still there after many looks".to_owned()))
        }
        .boxed()
    }

    /// Sources are listed by the name of a partner, which nobody knows who has no declaration: the records tell.
    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let input = value!({ "Path": RECORDS, "Recursive": true, "MaxResults": 10 });
            let records =
                all_pages(aws, "ssm", "GetParametersByPath", input, Pages::by_next_token("Parameters"));
            let mut found = Vec::new();
            for record in records.await? {
                let (text, mark) = from_description(record.text_at("Value").unwrap_or_default());
                if let Some(namespace) = Namespace::parse(&text).filter(|_| mark.is_of(owner)) {
                    let told = list(aws, &namespace).await?;
                    found.push(observe(namespace, &told, &Value::Null, mark));
                }
            }
            Ok(found)
        }
        .boxed()
    }
}

fn failed(operation: &'static str, message: String) -> AwsError {
    AwsError::new("events", operation, Class::Conflict, message)
}

fn of(wish: &Wish) -> Result<Namespace> {
    let none = || failed("CreatePartnerEventSource", "the partner's name is not known".to_owned());
    Namespace::of(&wish.properties, &wish.name).ok_or_else(none)
}

/// The sources of a document.
fn sources(properties: &Value) -> BTreeSet<Source> {
    let tenants = properties.get(TENANTS).and_then(Value::as_map).into_iter().flatten();
    let source = |(key, account): (&String, &Value)| {
        let tenant = key.split(ALSO).next().unwrap_or(key).to_owned();
        Some(Source { tenant, account: account.as_str()?.to_owned() })
    };
    tenants.filter_map(source).collect()
}

/// What AWS has in a namespace.
async fn list(aws: &dyn Aws, namespace: &Namespace) -> Result<Vec<Told>> {
    let input = value!({ "NamePrefix": (namespace.source("")), "Limit": 100 });
    let pages = Pages::by_next_token("PartnerEventSources");
    let listed =
        all_pages(aws, "events", "ListPartnerEventSources", input, pages).await.map_err(explained)?;
    let tenants: BTreeSet<String> =
        listed.iter().filter_map(|one| namespace.tenant(one.text_at("Name")?)).map(str::to_owned).collect();
    let each: Vec<_> = tenants.into_iter().map(|tenant| accounts(aws, namespace, tenant)).collect();
    let found: Vec<Vec<Told>> = stream::iter(each).buffered(AT_ONCE).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

/// What an account is told that is no partner's, or not this one's.
fn explained(error: AwsError) -> AwsError {
    if error.class != Class::Denied && error.code != "OperationDisabledException" {
        return error;
    }
    let message = format!(
        "{}; only an account that AWS has enrolled as a SaaS partner of EventBridge lists and makes event sources, and \
         only under the name that it is registered by: take its profile, or ask AWS to enrol this account",
        error.message.trim().trim_end_matches('.')
    );
    AwsError { message, ..error }
}

/// The accounts that a tenant's source is for, with what has become of it there.
fn accounts<'a>(
    aws: &'a dyn Aws,
    namespace: &'a Namespace,
    tenant: String,
) -> BoxFuture<'a, Result<Vec<Told>>> {
    async move {
        let input = value!({ "EventSourceName": (namespace.source(&tenant)), "Limit": 100 });
        let pages = Pages::by_next_token("PartnerEventSourceAccounts");
        let told = match all_pages(aws, "events", "ListPartnerEventSourceAccounts", input, pages).await {
            Err(error) if error.is_not_found() => Vec::new(),
            told => told?,
        };
        let each = told.iter().filter_map(|one| {
            let account = one.text_at("Account")?.to_owned();
            let expires = one.get("ExpirationTime").and_then(|time| time.to_json()?.as_f64());
            Some(Told {
                source: Source { tenant: tenant.clone(), account },
                state: one.text_at("State").unwrap_or_default().to_owned(),
                expires: expires.map(|seconds| seconds as i64),
            })
        });
        Ok(each.collect())
    }
    .boxed()
}

/// The namespace as a document. A tenant's key is its name; one that has sources for several accounts has a key
/// more for each that is not wished.
fn observe(namespace: Namespace, told: &[Told], wished: &Value, mark: Found) -> Observed {
    let wished = sources(wished);
    let mut by_tenant: BTreeMap<&str, Vec<&Told>> = BTreeMap::new();
    for one in told {
        by_tenant.entry(&one.source.tenant).or_default().push(one);
    }
    let (mut tenants, mut states) = (Map::new(), Map::new());
    for (tenant, mut all) in by_tenant {
        all.sort_by_key(|one| (!one.is_there(), !wished.contains(&one.source), &one.source));
        for (at, one) in all.iter().enumerate() {
            let key = match at {
                0 => tenant.to_owned(),
                _ => format!("{tenant}{ALSO}{}", one.source.account),
            };
            states.insert(key.clone(), one.shown().into());
            if one.is_there() {
                tenants.insert(key, one.source.account.as_str().into());
            }
        }
    }
    for source in wished {
        states.entry(source.tenant).or_insert_with(|| DELETED.into());
    }
    Observed {
        id: namespace.text(),
        name: namespace.name.clone(),
        properties: value!({
            "Name": (namespace.name.as_str()),
            "Partner": (namespace.partner()),
            "Tenants": tenants,
            "States": states,
        }),
        outputs: Map::new(),
        mark,
        managed_by: None,
        state: State::Ready,
        unread: Vec::new(),
    }
}

/// Writes down whose a namespace is.
async fn record(aws: &dyn Aws, namespace: &Namespace, wish: &Wish, overwrite: bool) -> Result<()> {
    let input = value!({
        "Name": (namespace.record()),
        "Type": "String",
        "Value": (wish.mark.to_description(&namespace.text())),
        "Overwrite": overwrite,
    });
    aws.call("ssm", "PutParameter", input).await.map(drop)
}

fn input(namespace: &Namespace, source: &Source) -> Value {
    value!({ "Name": (namespace.source(&source.tenant)), "Account": (source.account.as_str()) })
}

async fn make(aws: &dyn Aws, namespace: &Namespace, all: &BTreeSet<Source>) -> Result<()> {
    let each: Vec<_> = all.iter().map(|source| make_one(aws, namespace, source)).collect();
    stream::iter(each).buffered(AT_ONCE).try_collect::<Vec<()>>().await.map(drop)
}

/// Makes a source. Of one that has expired a rest may be in the way.
fn make_one<'a>(aws: &'a dyn Aws, namespace: &'a Namespace, source: &'a Source) -> BoxFuture<'a, Result<()>> {
    async move {
        let create = || aws.call("events", "CreatePartnerEventSource", input(namespace, source));
        let error = match create().await {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        if !matches!(error.class, Class::AlreadyExists | Class::Ambiguous) {
            return Err(error);
        }
        aws.forget();
        let told = accounts(aws, namespace, source.tenant.clone()).await?;
        match told.iter().find(|one| one.source == *source) {
            Some(one) if one.is_there() => Ok(()),
            Some(_) => {
                aws.call("events", "DeletePartnerEventSource", input(namespace, source)).await?;
                create().await.map(drop)
            }
            None => Err(error),
        }
    }
    .boxed()
}

async fn remove(aws: &dyn Aws, namespace: &Namespace, all: &BTreeSet<Source>) -> Result<()> {
    let each: Vec<_> = all.iter().map(|source| remove_one(aws, input(namespace, source))).collect();
    stream::iter(each).buffered(AT_ONCE).try_collect::<Vec<()>>().await.map(drop)
}

fn remove_one(aws: &dyn Aws, input: Value) -> BoxFuture<'_, Result<()>> {
    async move {
        match aws.call("events", "DeletePartnerEventSource", input).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }
    .boxed()
}
