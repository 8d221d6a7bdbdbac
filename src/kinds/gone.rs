//! Deletes: what a service has accepted is looked at until it is gone.

use crate::engine::{Aws, AwsError, Class, Result, Value};

/// How a kind's resource is deleted.
pub struct Deletion {
    service: &'static str,
    delete: &'static str,
    describe: &'static str,
    looks: u32,
    failed: fn(&Value) -> Option<String>,
}

impl Deletion {
    /// By two operations of a service; looked at for about five minutes.
    pub const fn new(service: &'static str, delete: &'static str, describe: &'static str) -> Deletion {
        Deletion { service, delete, describe, looks: 64, failed: |_| None }
    }

    /// Another number of looks; from the sixth on they are five seconds apart.
    pub const fn looks(self, looks: u32) -> Deletion {
        Deletion { looks, ..self }
    }

    /// What a description says of a delete that has failed.
    pub const fn failing(self, failed: fn(&Value) -> Option<String>) -> Deletion {
        Deletion { failed, ..self }
    }

    /// As [`Deletion::run_looking`], where both operations take the same input.
    ///
    /// # Errors
    /// As there.
    pub async fn run(&self, aws: &dyn Aws, input: Value) -> Result<()> {
        self.run_looking(aws, input.clone(), input).await
    }

    /// Deletes, and looks until it is gone; that it is gone already is as good.
    ///
    /// # Errors
    /// Those of the calls; [`Class::Conflict`] if it is still there after all looks, or if the delete
    /// has failed.
    pub async fn run_looking(&self, aws: &dyn Aws, input: Value, look_for: Value) -> Result<()> {
        let failure = |why: String| Err(AwsError::new(self.service, self.delete, Class::Conflict, why));
        match aws.call(self.service, self.delete, input).await {
            Err(error) if !error.is_not_found() => return Err(error),
            _ => {}
        }
        for look in 0..self.looks {
            aws.forget();
            match aws.call(self.service, self.describe, look_for.clone()).await {
                Err(error) if error.is_not_found() => return Ok(()),
                answer => {
                    if let Some(why) = (self.failed)(&answer?) {
                        return failure(why);
                    }
                }
            }
            aws.pause(look).await;
        }
        failure("it was accepted, but the resource is still there after many looks".into())
    }
}
