//! How messages speak of kinds and of lists of words.

use crate::source::suggest;

/// Plurals that do not end in a bare `s`.
const ODD: &[(&str, &str)] = &[
    ("buses", "bus"),
    ("registries", "registry"),
    ("apis", "API"),
    ("api_destinations", "API destination"),
    ("active_mq", "ActiveMQ broker"),
    ("appsync", "AppSync API"),
    ("batch_queue", "Batch job queue"),
    ("codebuild", "CodeBuild project"),
    ("codepipeline", "CodePipeline pipeline"),
    ("ecs_cluster", "ECS cluster"),
    ("firehose", "Firehose stream"),
    ("inspector", "Inspector assessment template"),
    ("msk", "MSK cluster"),
    ("rabbit_mq", "RabbitMQ broker"),
    ("redshift", "Redshift cluster"),
    ("redshift_workgroup", "Redshift workgroup"),
    ("run_command", "SSM document"),
    ("sagemaker_pipeline", "SageMaker pipeline"),
    ("ssm_automation", "SSM automation"),
    ("timestream", "Timestream table"),
];

/// One resource of a kind, as a person says it: `bus`, `log group`.
pub(super) fn singular(kind: &str) -> String {
    match ODD.iter().find(|(plural, _)| *plural == kind) {
        Some((_, one)) => (*one).to_owned(),
        None => kind.strip_suffix('s').unwrap_or(kind).replace('_', " "),
    }
}

/// The word with its article.
pub(super) fn a(word: &str) -> String {
    // Letters that are spoken one by one begin with the sound of the letter's name.
    let spoken = word.chars().take(2).all(|c| c.is_ascii_uppercase());
    let vowels = if spoken { "AEFHILMNORSX" } else { "aeiouAEIOU" };
    match word.starts_with(|c: char| vowels.contains(c)) {
        true => format!("an {word}"),
        false => format!("a {word}"),
    }
}

/// Any of some kinds: `a queue, a bus or a function`.
pub(super) fn any_of(kinds: &[&str]) -> String {
    let each: Vec<String> = kinds.iter().map(|kind| a(&singular(kind))).collect();
    match each.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// `; did you mean `x`?` if a known word is near or is the plural of this one, else nothing.
pub(super) fn did_you_mean<'a>(word: &str, among: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = among.into_iter().collect();
    let plural = known.iter().find(|kind| singular(kind) == word.replace('_', " ")).copied();
    let near = plural.or_else(|| suggest(word, known.iter().copied()));
    near.map_or(String::new(), |near| format!("; did you mean `{near}`?"))
}

/// The known words in backticks, if they are few enough to read.
pub(super) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<String> {
    const MOST: usize = 24;
    let mut words: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
    words.sort();
    (!words.is_empty() && words.len() <= MOST).then(|| words.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_spoken_of_as_people_do() {
        assert_eq!(any_of(&["queues", "buses", "api_destinations"]), "a queue, a bus or an API destination");
        assert_eq!(singular("log_groups"), "log group");
        assert_eq!(any_of(&["msk", "rabbit_mq", "apis"]), "an MSK cluster, a RabbitMQ broker or an API");
        assert_eq!(did_you_mean("bus", ["rules", "buses"]), "; did you mean `buses`?");
        assert_eq!(did_you_mean("log_group", ["log_groups"]), "; did you mean `log_groups`?");
        assert_eq!(did_you_mean("zebra", ["rules"]), "");
    }
}
