//! The stacks that are shipped, each through its whole life, and what one more partner changes.

use std::path::Path;

use serde_json::Value;

use crate::ending::ended;
use crate::support::process::Folder;

/// The folders below `stacks/` that hold a stack.
fn stacks() -> Vec<String> {
    fn below(folder: &Path, name: &str, found: &mut Vec<String>) {
        if folder.join("stack.yaml").exists() {
            found.push(name.to_owned());
            return;
        }
        for entry in std::fs::read_dir(folder).expect("a folder").flatten().filter(|one| one.path().is_dir())
        {
            below(&entry.path(), &format!("{name}/{}", entry.file_name().to_string_lossy()), found);
        }
    }
    let mut found = Vec::new();
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("stacks"), "stacks", &mut found);
    found.sort();
    assert!(found.len() >= 5, "{found:?}");
    found
}

/// Stacks that need what another one has made in the account.
const AFTER: &[(&str, &str)] = &[("stacks/saas-partner-bus/tenant", "stacks/saas-partner-bus/provider")];

#[test]
fn every_stack_is_applied_then_there_is_nothing_to_do_and_it_goes_to_nothing() {
    for name in stacks() {
        let folder = Folder::copy_of(&name);
        if let Some((_, first)) = AFTER.iter().find(|(stack, _)| *stack == name) {
            let account = folder.path().join(".gatewayctl/local.jsonl");
            let local = format!("--local={}", account.display());
            Folder::copy_of(first).run(&["apply", &local, "--yes", "-q"]).ends(0);
        }
        let valid = folder.run(&["validate"]).ends(0);
        assert!(!valid.stderr.contains("warning"), "{name}: {}", valid.stderr);
        folder.run(&["plan", "--offline"]).ends(0);
        folder.run(&["apply", "--local", "--yes", "-q"]).ends(0);
        let plan = folder.run(&["plan", "--local", "--detailed-exitcode"]).ends(0);
        assert!(plan.stdout.starts_with("No changes."), "{name}: {}", plan.stdout);
        folder.run(&["status", "--local"]).ends(0);
        // What is protected asks for a word each.
        let destroy = ["destroy", "--local", "--yes", "--json-into", "ended.json"];
        folder.run(&destroy).ends(1);
        let ended = ended(&folder);
        let refusals = ended["refusals"].as_array().expect("refusals").iter();
        let allow =
            refusals.flat_map(|one| ["--allow-destroy", one["address"].as_str().expect("an address")]);
        folder.run(&destroy.into_iter().chain(allow).collect::<Vec<_>>()).ends(0);
        let left = folder.run(&["plan", "--local", "--format", "json"]).ends(0);
        let left: Value = serde_json::from_str(&left.stdout).expect("JSON");
        let mut resources = left["resources"].as_array().expect("resources").iter();
        assert!(resources.all(|one| one["actions"][0] == "create"), "{name}: {left}");
    }
}

// What 200 partners are in a file of parameters is what a reviewer sees of them: the first in full, of the others what
// each has of its own.
#[test]
fn the_plan_of_two_hundred_partners_shows_one_and_what_the_others_have_of_their_own() {
    let folder = Folder::copy_of("stacks/partner-sync");
    let partner = |n: usize| {
        let (vendor, calls) = (["innkeeper", "roomly"][n % 2], 1 + n % 20);
        format!(
            "  p{n:03}: {{ api: \"https://p{n:03}.example.com/{calls}\", vendor: {vendor}, calls_per_second: {calls}, at: \"cron({} {} * * ? *)\" }}\n",
            n % 60,
            2 + n / 60
        )
    };
    let partners: String = (0..200).map(partner).collect();
    std::fs::write(folder.path().join("partners.yaml"), format!("partners:\n{partners}")).expect("a file");
    let plan = folder.run(&["plan", "--offline", "--params", "partners.yaml", "--quiet"]).ends(0).stdout;
    assert!(plan.starts_with("Plan: 1617 to create."), "{}", &plan[..100]);
    let lines = plan.lines().count();
    assert!(lines < 1_200, "{lines} lines, of some 50,000 that all of it would take");
    let (_, others) = plan.split_once("  199 more like this, but for").expect("the others");
    insta::assert_snapshot!(others.lines().take(7).collect::<Vec<_>>().join("\n"), @"
    what stands beside them:
       partner.p001
           InvocationEndpoint, ApiEndpoint, states:HTTPEndpoint: https://p001.example.com/2/changes
           InvocationRateLimitPerSecond: 2  ScheduleExpression: cron(1 2 * * ? *)  vendor: roomly
       partner.p002
           InvocationEndpoint, ApiEndpoint, states:HTTPEndpoint: https://p002.example.com/3/changes
           InvocationRateLimitPerSecond: 3  ScheduleExpression: cron(2 2 * * ? *)
    ");
    // Whatever a partner's entry says stands in the plan.
    for n in 1..200 {
        let named = |line: &str| line.split_whitespace().next() == Some(&format!("partner.p{n:03}"));
        assert!(others.lines().any(named), "p{n:03}");
        assert!(
            others.contains(&format!("https://p{n:03}.example.com/{}/changes", 1 + n % 20)) || n % 20 == 0,
            "p{n:03}"
        );
    }
}

/// The plan's tree, without what cannot be compared.
fn tree(plan: &str) -> &str {
    plan.split("\nNot comparable:").next().unwrap_or(plan).trim_end()
}

#[test]
fn a_partner_that_comes_changes_or_goes_touches_nothing_but_itself() {
    let folder = Folder::copy_of("stacks/partner-sync");
    folder.run(&["apply", "--local", "--yes", "-q"]).ends(0);
    let plan = || folder.run(&["plan", "--local", "--compact"]).ends(0).stdout;
    let meadow = "      meadow:";
    folder.edit(
        meadow,
        &format!(
            "      island: {{ api: \"https://island.example.com/api\", vendor: roomly, calls_per_second: 1, at: \"cron(0 4 * * ? *)\" }}\n{meadow}"
        ),
    );
    insta::assert_snapshot!("a_partner_comes", tree(&plan()));
    folder.run(&["apply", "--local", "--yes", "-q"]).ends(0);
    folder.edit(
        "roomly, calls_per_second: 1, at: \"cron(0 4 * * ? *)\"",
        "roomly, calls_per_second: 3, at: \"cron(0 5 * * ? *)\"",
    );
    let changed = folder.run(&["plan", "--local"]).ends(0).stdout;
    insta::assert_snapshot!("a_partner_changes", tree(&changed));
    folder.run(&["apply", "--local", "--yes", "-q"]).ends(0);
    folder.edit("      island: {", "      # island: {");
    insta::assert_snapshot!("a_partner_goes", tree(&plan()));
    folder.run(&["apply", "--local", "--yes", "-q"]).ends(0);
    folder.run(&["plan", "--local", "--detailed-exitcode"]).ends(0);
}

#[test]
fn a_tenant_that_comes_changes_or_goes_touches_nothing_but_its_source() {
    let folder = Folder::copy_of("stacks/saas-partner-bus/provider");
    folder.run(&["apply", "--local", "--yes", "-q"]).ends(0);
    let plan = || folder.run(&["plan", "--local"]).ends(0).stdout;
    let initech = "      initech: \"777788889999\"\n";
    folder.edit(initech, &format!("{initech}      umbrella: \"222233334444\"\n"));
    insta::assert_snapshot!("a_tenant_comes", tree(&plan()));
    folder.run(&["apply", "--local", "--yes", "-q"]).ends(0);
    folder.edit("222233334444", "222233335555");
    insta::assert_snapshot!("a_tenant_changes", tree(&plan()));
    folder.run(&["apply", "--local", "--yes", "-q"]).ends(0);
    folder.edit(initech, "");
    insta::assert_snapshot!("a_tenant_goes", tree(&plan()));
    folder.run(&["apply", "--local", "--yes", "-q"]).ends(0);
    folder.run(&["plan", "--local", "--detailed-exitcode"]).ends(0);
}

/// A provider and a tenant, both applied to one embedded account, and the flag that names it: what the provider makes
/// there waits for the tenant.
fn partners() -> (Folder, Folder, String) {
    let (provider, tenant) = (
        Folder::copy_of("stacks/saas-partner-bus/provider"),
        Folder::copy_of("stacks/saas-partner-bus/tenant"),
    );
    let account = format!("--local={}", provider.path().join("account.jsonl").display());
    provider.run(&["apply", &account, "--yes", "-q"]).ends(0);
    tenant.run(&["apply", &account, "--yes", "-q"]).ends(0);
    (provider, tenant, account)
}

#[test]
fn a_plan_refuses_the_bus_whose_source_the_partner_has_deleted_as_an_apply_would() {
    let (provider, tenant, account) = partners();
    let acme = "aws.partner/example.com/orders/acme";
    provider.happens("event-source", acme, &|source| source["State"] = "DELETED".into());
    let plan = tenant.run(&["plan", &account]).ends(1);
    insta::assert_snapshot!(
        "a_source_that_the_partner_has_deleted",
        format!(
            "{}{}",
            plan.stdout,
            plan.stderr.lines().filter(|line| !line.contains("account.jsonl")).collect::<Vec<_>>().join("\n")
        )
    );
    // It is made anew, and waits to be activated.
    provider.happens("event-source", acme, &|source| source["State"] = "PENDING".into());
    tenant.run(&["apply", &account, "--yes", "-q"]).ends(0);
}

#[test]
fn the_provider_sees_what_has_become_of_each_tenant_and_publishes_to_it() {
    let (provider, _tenant, account) = partners();
    let globex = "aws.partner/example.com/orders/globex";
    provider.happens("event-source", globex, &|source| source["State"] = "DELETED".into());
    let initech = "aws.partner/example.com/orders/initech 777788889999";
    provider
        .happens("partner-event-source", initech, &|source| source["ExpirationTime"] = 1_800_000_000.into());
    let status = provider.run(&["status", &account]).ends(1).stdout;
    insta::assert_snapshot!("what_has_become_of_tenants", status);
    let event = r#"{ "detail-type": "order.made", "detail": { "id": "A-7", "state": "new" } }"#;
    let send = |partner: &str| ["send", &account, "--partner", partner, "--event", event].map(str::to_owned);
    let run = |args: &[String]| provider.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
    for called in ["orders/acme", "partner_event_sources.orders/acme", "aws.partner/example.com/orders/acme"]
    {
        let sent = run(&send(called)).ends(0);
        assert_eq!(sent.stdout.trim().len(), 36, "{}", sent.stdout);
        assert!(sent.stderr.contains("events go to the tenant's bus (acme = ACTIVE)"), "{}", sent.stderr);
    }
    let waits = run(&send("orders/initech")).ends(0);
    assert!(waits.stderr.contains("no events go there yet"), "{}", waits.stderr);
    let gone = run(&send("orders/globex")).ends(1);
    let none = "partner_event_sources.orders/globex is not in the account: `gatewayctl apply` makes it";
    assert!(gone.stderr.contains(none), "{}", gone.stderr);
}
