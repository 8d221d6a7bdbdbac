//! Base path mappings of an API, live.
//!
//! A mapping is ours if a tag of the API records its place and it leads to that API. The tag is there before
//! the mapping and goes after it, so a run that stops between the two is seen by the next one. What others
//! have made, on this API or on another one, is neither changed nor deleted. The caller holds the API's mutex.

use crate::engine::{Aws, AwsError, Class, Found, Map, Result, Value, Wish};
use crate::value;

use super::domains::Site;
use super::{find, live, patch};

/// The places that an API's tags record.
fn recorded(api: &Value) -> Vec<Site> {
    let tags = api.get("tags").and_then(Value::as_map).into_iter().flatten();
    tags.filter_map(|(key, value)| Site::recorded(key, value.as_str()?)).collect()
}

/// The property: every place that is recorded, and whether a mapping to this API stands there.
pub(super) async fn read(aws: &dyn Aws, api: &Value) -> Result<Vec<Value>> {
    let id = api.text_at("id").unwrap_or_default();
    let one = async |site: Site| {
        let there = get(aws, &site).await?.filter(|there| leads_to(there) == id);
        let arn = site.arn(aws.place());
        let mut shown = value!({ "domainName": arn, "basePath": (site.base_path.as_str()) });
        shown.put("Mapped", there.is_some().into());
        if let Some(stage) = there.as_ref().and_then(|there| there.get("stage")) {
            shown.put("stage", stage.clone());
        }
        Ok(shown)
    };
    futures_util::future::try_join_all(recorded(api).into_iter().map(one)).await
}

/// Makes what is wished, then takes away what is ours and not wished any more. The stage is there.
pub(super) async fn bring(aws: &dyn Aws, api: &Value, wish: &Wish) -> Result<()> {
    let wished = wish.properties.get("Mappings").and_then(Value::as_list).unwrap_or_default();
    let recorded = recorded(api);
    if wished.is_empty() && recorded.is_empty() {
        return Ok(());
    }
    aws.forget();
    let mut kept = Vec::new();
    for one in wished {
        let arn = one.text_at("domainName").unwrap_or_default();
        let Some(site) = Site::new(arn, one.text_at("basePath")) else {
            return Err(refusal(Class::Invalid, format!("`{arn}` is no ARN of a domain name")));
        };
        let mapping = Mapping {
            api: api.text_at("id").unwrap_or_default(),
            stage: one.text_at("stage").unwrap_or_default(),
            site: &site,
            wish,
        };
        mapping.bring(aws, recorded.contains(&site)).await?;
        kept.push(site);
    }
    for old in recorded.iter().filter(|site| !kept.contains(site)) {
        delete(aws, api, old).await?;
        live::untag(aws, api.text_at("id").unwrap_or_default(), vec![old.key().into()]).await?;
    }
    Ok(())
}

/// Takes away all that is ours: AWS deletes no API to which mappings lead.
pub(super) async fn clear(aws: &dyn Aws, id: &str) -> Result<()> {
    aws.forget();
    let Some(api) = find::get(aws, id).await? else { return Ok(()) };
    for site in recorded(&api) {
        delete(aws, &api, &site).await?;
    }
    Ok(())
}

/// Deletes the mapping at a place, if it leads to this API.
async fn delete(aws: &dyn Aws, api: &Value, site: &Site) -> Result<()> {
    match get(aws, site).await? {
        Some(there) if Some(leads_to(&there)) == api.text_at("id") => {
            match aws.call("apigateway", "DeleteBasePathMapping", place(site)).await {
                Err(error) if !error.is_not_found() => Err(error),
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// The mapping at a place; nothing if there is none, or no such domain.
async fn get(aws: &dyn Aws, site: &Site) -> Result<Option<Value>> {
    match aws.call("apigateway", "GetBasePathMapping", place(site)).await {
        Err(error) if error.is_not_found() => Ok(None),
        answer => answer.map(Some),
    }
}

/// The API to which a mapping leads.
fn leads_to(mapping: &Value) -> &str {
    mapping.text_at("restApiId").unwrap_or_default()
}

/// A place as calls take it.
fn place(site: &Site) -> Value {
    let mut input = value!({ "domainName": (site.name()), "basePath": (site.base_path.as_str()) });
    if let Some(id) = site.id() {
        input.put("domainNameId", id.into());
    }
    input
}

fn refusal(class: Class, message: String) -> AwsError {
    AwsError::new("apigateway", "CreateBasePathMapping", class, message)
}

/// A mapping that is wished.
struct Mapping<'a> {
    api: &'a str,
    stage: &'a str,
    site: &'a Site,
    wish: &'a Wish,
}

impl Mapping<'_> {
    async fn bring(&self, aws: &dyn Aws, is_recorded: bool) -> Result<()> {
        let there = get(aws, self.site).await?;
        let is_free = match &there {
            None => true,
            Some(there) if leads_to(there) == self.api => is_recorded,
            Some(there) => self.is_of_other_half(aws, leads_to(there)).await?,
        };
        if let (false, Some(there)) = (is_free, &there) {
            return Err(self.taken(there));
        }
        if !is_recorded {
            let mut tags = Map::new();
            tags.insert(self.site.key(), self.site.record().into());
            live::tag(aws, self.api, tags).await?;
        }
        match there {
            Some(there) => self.change(aws, &there).await,
            None => self.create(aws).await,
        }
    }

    async fn create(&self, aws: &dyn Aws) -> Result<()> {
        let mut input = place(self.site);
        input.put("restApiId", self.api.into());
        input.put("stage", self.stage.into());
        match aws.call("apigateway", "CreateBasePathMapping", input).await {
            Ok(_) => Ok(()),
            Err(error) if matches!(error.class, Class::Ambiguous | Class::AlreadyExists) => {
                aws.forget();
                match get(aws, self.site).await? {
                    Some(there) if leads_to(&there) == self.api => self.change(aws, &there).await,
                    Some(there) => Err(self.taken(&there)),
                    None => Err(error),
                }
            }
            Err(error) if error.is_not_found() => {
                let name = self.site.name();
                let message = format!(
                    "there is no domain name `{name}` in this account and region for the API to answer under ({})",
                    error.message
                );
                Err(AwsError { message, ..error })
            }
            Err(error) => Err(error),
        }
    }

    /// Patches what differs.
    async fn change(&self, aws: &dyn Aws, there: &Value) -> Result<()> {
        let mut operations = Vec::new();
        for (member, path, wished) in [("restApiId", "/restapiId", self.api), ("stage", "/stage", self.stage)]
        {
            if there.text_at(member) != Some(wished) {
                operations.push(patch::replace(path, Some(wished.to_owned())));
            }
        }
        if operations.is_empty() {
            return Ok(());
        }
        let mut input = place(self.site);
        input.put("patchOperations", operations.into());
        aws.call("apigateway", "UpdateBasePathMapping", input).await.map(drop)
    }

    /// Whether an API is the one that this one replaces, and the mapping its own: it is moved in place, so
    /// that callers always find one of the two.
    async fn is_of_other_half(&self, aws: &dyn Aws, other: &str) -> Result<bool> {
        let Some(other) = find::get(aws, other).await? else { return Ok(false) };
        let mark = &self.wish.mark;
        let is_half = matches!(find::mark(&other), Found::Mark(other)
            if other.owner == mark.owner && other.address == mark.address);
        Ok(is_half && recorded(&other).contains(self.site))
    }

    fn taken(&self, there: &Value) -> AwsError {
        let (name, base_path, other) = (self.site.name(), &self.site.base_path, leads_to(there));
        let whose = match other == self.api {
            true => "a mapping to this API that this stack has not made".to_owned(),
            false => format!("a mapping to the API {other}"),
        };
        let message = format!(
            "at `{base_path}` of the domain name `{name}` stands {whose}; it is left alone: take another base path, or delete it and apply again"
        );
        refusal(Class::AlreadyExists, message)
    }
}

#[cfg(test)]
#[path = "mappings_tests.rs"]
mod tests;
