//! An account that answers what a document says, to read a resource from it.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use gatewayctl::engine::{Address, Aws, AwsError, Class, Graph, Live, Lookup, Place, Result, Value};
use serde_json::Value as Json;

/// Answers by `service:Operation`. What is not there is not found.
struct Answers<'a> {
    place: &'a Place,
    told: &'a Value,
}

/// What the kind makes of the answers.
pub fn read(live: &dyn Live, graph: &Graph, address: &Address, told: &Value, id: Option<&str>) -> Json {
    let resource = &graph.resources[address];
    let at = Lookup {
        address: address.clone(),
        owner: graph.owner.clone(),
        name: resource.name.clone(),
        id: id.map(str::to_owned),
        desired: resource.properties.clone(),
    };
    let answers = Answers { place: &graph.place, told };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let observed = runtime.block_on(live.read(&answers, &at)).expect("answers").expect("a resource");
    assert!(observed.unread.is_empty(), "{address}: {:?}", observed.unread);
    observed.properties.to_json().expect("no secret in what AWS answers")
}

impl Aws for Answers<'_> {
    fn call<'a>(
        &'a self,
        service: &'static str,
        operation: &'static str,
        _: Value,
    ) -> BoxFuture<'a, Result<Value>> {
        let told = self.told.get(&format!("{service}:{operation}")).cloned();
        let none = move || AwsError::new(service, operation, Class::NotFound, "it is not in the document");
        async move { told.ok_or_else(none) }.boxed()
    }

    fn call_once<'a>(
        &'a self,
        service: &'static str,
        operation: &'static str,
        input: Value,
    ) -> BoxFuture<'a, Result<Value>> {
        self.call(service, operation, input)
    }

    fn place(&self) -> &Place {
        self.place
    }

    fn forget(&self) {}

    fn pause(&self, _: u32) -> BoxFuture<'_, ()> {
        async {}.boxed()
    }

    fn exclusive<'a>(&'a self, _: &str) -> BoxFuture<'a, tokio::sync::OwnedMutexGuard<()>> {
        Arc::new(tokio::sync::Mutex::new(())).lock_owned().boxed()
    }
}
