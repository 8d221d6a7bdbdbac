//! Waits: a change that a service has accepted is looked at until it is done.

use crate::engine::{Aws, AwsError, Class, Result, Value};

/// How a resource that passes through states is looked at.
pub struct Settling {
    pub service: &'static str,
    /// The operation that describes it.
    pub describe: &'static str,
    /// From the sixth on they are five seconds apart.
    pub looks: u32,
    /// What keeps a described resource from being changed; nothing if it is ready.
    pub busy: fn(&Value) -> Option<String>,
}

impl Settling {
    /// Looks until the resource is ready; gives its description.
    ///
    /// # Errors
    /// Those of the call; [`Class::Conflict`] if it is still busy after all looks.
    pub async fn wait(&self, aws: &dyn Aws, input: &Value) -> Result<Value> {
        let mut what = String::new();
        for look in 0..self.looks {
            aws.forget();
            let told = aws.call(self.service, self.describe, input.clone()).await?;
            match (self.busy)(&told) {
                Some(busy) => what = busy,
                None => return Ok(told),
            }
            aws.pause(look).await;
        }
        let message = format!("{what}, and has been for many looks");
        Err(AwsError::new(self.service, self.describe, Class::Conflict, message))
    }
}
