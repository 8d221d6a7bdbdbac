//! Rights to start tasks, jobs and statements: they follow from what is started.

use crate::engine::{Map, Template, Value};
use crate::kinds::lower::suffixed;
use crate::kinds::{Lowering, RoleFor};
use crate::value;

/// An ECS task that is run.
pub struct Task {
    /// The cluster's ARN.
    pub cluster: Value,
    /// The ARN of the task definition, with or without its revision; or a path of the event.
    pub definition: Value,
    /// Roles that the task runs by, which the caller hands to ECS.
    pub passed: Vec<Value>,
    /// Whether the task gets tags.
    pub tagged: bool,
}

/// A statement for the Redshift Data API.
pub struct SqlStatement {
    /// The ARN of the cluster or the workgroup.
    pub on: Value,
    /// `redshift-data:ExecuteStatement` or `redshift-data:BatchExecuteStatement`.
    pub action: &'static str,
    pub database: Value,
    /// The user of a cluster's database for whom credentials are made.
    pub user: Option<Value>,
    /// The ARN of the secret with the credentials.
    pub secret: Option<Value>,
}

impl Lowering<'_> {
    /// The right to run an ECS task.
    pub fn grant_run_task(&mut self, role: &RoleFor, task: &Task) {
        let definition = self.versioned(&task.definition, "ecs", "task-definition");
        let on_cluster = value!({ "ArnEquals": { "ecs:cluster": (task.cluster.clone()) } });
        self.grant_role_if(role, &["ecs:RunTask"], vec![definition], on_cluster);
        if task.tagged {
            let name = task.cluster.as_str().and_then(|arn| arn.rsplit('/').next()).unwrap_or("*");
            let tasks = self.place().arn("ecs", &format!("task/{name}/*"));
            let when = value!({ "StringEquals": { "ecs:CreateAction": "RunTask" } });
            self.grant_role_if(role, &["ecs:TagResource"], vec![tasks.into()], when);
        }
        self.grant_pass_role(role, task.passed.clone(), "ecs-tasks");
    }

    /// The right to submit a Batch job: on the queue, and on the job definition, which is named by its
    /// name, its ARN or a path of the event.
    pub fn grant_submit_job(&mut self, role: &RoleFor, queue: &Value, definition: &Value) {
        let definition = self.versioned(definition, "batch", "job-definition");
        self.grant_role(role, &["batch:SubmitJob"], vec![queue.clone(), definition]);
    }

    /// The right to execute a SQL statement, and to the credentials for it.
    pub fn grant_statement(&mut self, role: &RoleFor, statement: &SqlStatement) {
        let SqlStatement { on, action, database, user, secret } = statement;
        self.grant_role(role, &[action], vec![on.clone()]);
        if let Some(secret) = secret {
            let secret = if is_path(secret) { "*".into() } else { secret.clone() };
            self.grant_role(role, &["secretsmanager:GetSecretValue"], vec![secret]);
            return;
        }
        let service = on.as_str().and_then(|arn| arn.split(':').nth(2)).unwrap_or_default();
        if service == "redshift-serverless" {
            self.grant_role(role, &["redshift-serverless:GetCredentials"], vec![on.clone()]);
            return;
        }
        // Credentials of a cluster are on the database and the user, not on the cluster.
        let cluster = on.as_str().and_then(|arn| arn.rsplit(':').next()).unwrap_or("*");
        let part = |word: &str, name: &Value| {
            let name = name.as_str().filter(|name| !name.starts_with('$')).unwrap_or("*");
            Value::from(self.place().arn("redshift", &format!("{word}:{cluster}/{name}")))
        };
        let database = part("dbname", database);
        match user {
            Some(user) => {
                let user = part("dbuser", user);
                self.grant_role(role, &["redshift:GetClusterCredentials"], vec![database, user]);
            }
            None => self.grant_role(role, &["redshift:GetClusterCredentialsWithIAM"], vec![database]),
        }
    }

    /// The right to run a command: on the document, and on the instances that are chosen, by their ids or
    /// by a tag (`InstanceIds` and `tag:KEY`, as EventBridge has them).
    pub fn grant_run_command(&mut self, role: &RoleFor, document: &Value, key: &str, values: &[Value]) {
        const SEND: &[&str] = &["ssm:SendCommand"];
        self.grant_role(role, SEND, vec![document.clone()]);
        if let Some(tag) = key.strip_prefix("tag:") {
            // The key of a tag may hold dots.
            let mut equals = Map::new();
            equals.insert(format!("ssm:resourceTag/{tag}"), values.to_vec().into());
            let tagged = value!({ "StringEquals": equals });
            let any = self.place().arn("ec2", "instance/*");
            return self.grant_role_if(role, SEND, vec![any.into()], tagged);
        }
        let ids = values.iter().map(|id| match id.as_str() {
            Some(id) => self.place().arn("ec2", &format!("instance/{id}")).into(),
            None => {
                let mut arn = Template::default();
                arn.push_text(&self.place().arn("ec2", "instance/"));
                arn.push(id.clone());
                arn.into()
            }
        });
        let ids: Vec<Value> = ids.collect();
        if !ids.is_empty() {
            self.grant_role(role, SEND, ids);
        }
    }

    /// The ARN of something that has revisions, as policies name it: with its revision, or with all of
    /// them. A path of the event may name any.
    fn versioned(&self, named: &Value, service: &str, resource: &str) -> Value {
        let Some(text) = named.as_str() else { return named.clone() };
        if is_path(named) {
            return self.place().arn(service, &format!("{resource}/*")).into();
        }
        let arn: Value = match text.starts_with("arn:") {
            true => text.into(),
            false => self.place().arn(service, &format!("{resource}/{text}")).into(),
        };
        let name = text.rsplit('/').next().unwrap_or_default();
        if name.contains(':') { arn } else { suffixed(&arn, ":*") }
    }
}

/// Whether a parameter is read from the event.
fn is_path(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with('$'))
}
