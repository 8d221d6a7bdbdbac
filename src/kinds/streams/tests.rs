use insta::assert_snapshot;

use crate::compile::testing::compile;

fn findings(rest: &str) -> String {
    compile(&format!("stack: shop\nstreams:\n  clicks:\n    protect: false\n{rest}")).1
}

#[test]
fn what_belongs_to_the_other_mode_is_refused() {
    assert_snapshot!(findings("    shards: 2\n    warm_throughput: 10\n    record_distribution: auto\n"), @r"
    error[on_demand_only]: `warm_throughput` is for a stream on demand, and this one counts its shards
     --> stack.yaml:6:22
      |
    6 |     warm_throughput: 10
      |                      ^^
      |
      = in: streams.clicks
      = help: take it or `shards` away

    error[on_demand_only]: `record_distribution` is for a stream on demand, and this one counts its shards
     --> stack.yaml:7:26
      |
    7 |     record_distribution: auto
      |                          ^^^^
      |
      = in: streams.clicks
      = help: take it or `shards` away

    2 errors
    ");
}

#[test]
fn fields_are_held_to_the_bounds_of_kinesis() {
    for (field, low, high) in [
        ("retention", "24", "8760"),
        ("retention", "1d", "365d"),
        ("shards", "1", "1000000"),
        ("max_record_size", "1024", "10240"),
    ] {
        for value in [low, high] {
            assert_eq!(findings(&format!("    {field}: {value}\n")), "", "{field}: {value}");
        }
    }
    for wrong in ["retention: 23h", "retention: 366d", "retention: 90m", "shards: 0", "max_record_size: 1023"]
    {
        assert_ne!(findings(&format!("    {wrong}\n")), "", "{wrong}");
    }
}
