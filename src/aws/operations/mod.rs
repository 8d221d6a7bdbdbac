//! The operations that this client knows: one table per service.
//!
//! A table's row is the operation's name, the SDK's method, and the members that go into the path or
//! the query. Everything else of the input is the document, which goes around the SDK's types.

pub(super) mod apigateway;
pub(super) mod cloudformation;
pub(super) mod dynamodb;
pub(super) mod events;
pub(super) mod iam;
pub(super) mod kinesis;
pub(super) mod lambda;
pub(super) mod logs;
pub(super) mod pipes;
pub(super) mod s3;
pub(super) mod scheduler;
pub(super) mod schemas;
pub(super) mod secretsmanager;
pub(super) mod sns;
pub(super) mod sqs;
pub(super) mod ssm;
pub(super) mod states;
pub(super) mod sts;

/// A service that speaks JSON:
/// `"Operation" method { setter: "Member", … } renamed { "member": "name in the body" } also { setter: "Member" };`
/// A member under `also` goes into the body, and the SDK wants to know it besides.
macro_rules! json_operations {
    ($client:ty; $(
        $name:literal $method:ident
        { $( $setter:ident: $member:literal ),* $(,)? }
        $( renamed { $( $from:literal: $to:literal ),* } )?
        $( also { $also:ident: $told:literal } )?;
    )*) => {
        /// Sends a call of an operation of this table.
        pub(in crate::aws) fn send(
            client: &$client,
            #[allow(unused_mut)] mut call: $crate::aws::wire::Call,
        ) -> $crate::engine::Result<$crate::aws::wire::Sent> {
            match call.operation {
                $( $name => {
                    let operation =
                        client.$method()$( .$setter(call.take($member)?) )*$( .$also(call.member($told)?) )?;
                    $( $( call.rename($from, $to); )* )?
                    let wire = call.with_document()?;
                    Ok(wire.clone().json(operation.customize().interceptor(wire).send()))
                } )*
                _ => Err(call.error($crate::engine::Class::Invalid, "this client does not know the operation")),
            }
        }
    };
}

/// A service whose documents are the SDK's types:
/// `"Operation" method { setter: "Member", … } => |output| value;`
macro_rules! typed_operations {
    ($client:ty; $(
        $name:literal $method:ident { $( $setter:ident: $member:literal ),* $(,)? } => $value:expr;
    )*) => {
        /// Sends a call of an operation of this table.
        pub(in crate::aws) fn send(
            client: &$client,
            #[allow(unused_mut)] mut call: $crate::aws::wire::Call,
        ) -> $crate::engine::Result<$crate::aws::wire::Sent> {
            match call.operation {
                $( $name => {
                    let operation = client.$method()$( .$setter(call.take($member)?) )*;
                    let wire = call.without_document()?;
                    Ok(wire.clone().typed(operation.customize().interceptor(wire).send(), $value))
                } )*
                _ => Err(call.error($crate::engine::Class::Invalid, "this client does not know the operation")),
            }
        }
    };
}

use {json_operations, typed_operations};
