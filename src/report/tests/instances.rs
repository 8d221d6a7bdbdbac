//! What is alike is told once, and what differs in it.

use insta::assert_snapshot;

use super::account::{Account, World};
use super::markdown;
use super::text::draw;
use crate::engine::Value;
use crate::value;

/// Boxes and instances of a component that all change in the same way but for one each.
fn alike() -> (World, World) {
    let world = |size: i64, other: i64| {
        let keys = ["a", "b", "c", "d", "e", "f", "g"];
        let text: String = keys.iter().map(|key| format!("  {key}:\n")).collect();
        let world = World::of(&format!("boxes:\n{text}  sync:\n"));
        keys.iter().fold(world, |world, key| {
            let sized = if *key == "d" { other } else { size };
            let boxed = |name: &str| value!({ "Size": sized, "Overflow": (format!("arn:box:{name}")) });
            let (name, synced) = (format!("shop-{key}"), format!("shop-crm-{key}-sync"));
            world.with(&format!("boxes.{key}"), &name, boxed(&name), &[]).with(
                &format!("crm.{key}.boxes.sync"),
                &synced,
                boxed(&synced),
                &[],
            )
        })
    };
    (world(3, 3), world(5, 9))
}

#[test]
fn what_is_alike_but_for_its_key_is_told_once() {
    let (before, after) = alike();
    assert_snapshot!(draw(&after, &after.plan(&before.applied())), @"
    Plan: 14 to update.

    boxes
      ~ boxes.a  shop-a  stack.yaml:2
          ~ Size: 3 → 5
          1 unchanged field
      5 more like this: boxes.b, boxes.c, boxes.e, boxes.f, boxes.g
      ~ boxes.d  shop-d  stack.yaml:5
          ~ Size: 3 → 9
          1 unchanged field

    crm.a
      boxes
        ~ crm.a.boxes.sync  shop-crm-a-sync  stack.yaml:9
            ~ Size: 3 → 5
            1 unchanged field
      5 more like this: crm.b, crm.c, crm.e, crm.f, crm.g
      1 more like this, but for what stands beside them:
        crm.d  Size: 3 → 9
    ");
}

#[test]
fn instances_that_are_made_alike_but_for_some_values_are_told_by_these() {
    let keys = ["a", "b", "c", "d", "e"];
    let world = keys.iter().enumerate().fold(World::of("boxes:\n  sync:\n  keep:\n"), |world, (at, key)| {
        let size = if at < 2 { 3 } else { 3 + at as i64 };
        let made = |world: World, part: &str, body| {
            world.with(&format!("crm.{key}.boxes.{part}"), &format!("shop-crm-{key}-{part}"), body, &[])
        };
        let world = made(
            world,
            "sync",
            value!({ "Size": size, "Overflow": (format!("arn:box:shop-crm-{key}-sync")) }),
        );
        // The same parameter in another place, and one that is the same for one of them by chance.
        made(world, "keep", value!({ "Size": size, "Lid": (if *key == "e" { "red" } else { "blue" }) }))
    });
    assert_snapshot!(draw(&world, &world.plan(&Account::default())), @"
    Plan: 10 to create.

    crm.a
      boxes
        + crm.a.boxes.keep  shop-crm-a-keep  stack.yaml:3
            Size: 3
            Lid: blue
        + crm.a.boxes.sync  shop-crm-a-sync  stack.yaml:2
            Size: 3
            Overflow: arn:box:shop-crm-a-sync
      1 more like this: crm.b
      3 more like this, but for what stands beside them:
        crm.c  Size: 5
        crm.d  Size: 6
        crm.e  Size: 7  Lid: red
    ");
}

#[test]
fn all_that_goes_is_named_even_if_it_is_alike() {
    let (before, _) = alike();
    let mut after = alike().0;
    after.graph.resources.clear();
    assert_snapshot!(draw(&after, &after.plan(&before.applied())), @"
    Plan: 14 to delete.

    boxes
      - boxes.a  shop-a
          deleted because it is not declared any more
      6 more like this: boxes.b, boxes.c, boxes.d, boxes.e, boxes.f, boxes.g

    crm.a
      boxes
        - crm.a.boxes.sync  shop-crm-a-sync
            deleted because it is not declared any more
      6 more like this: crm.b, crm.c, crm.d, crm.e, crm.f, crm.g
    ");
}

/// A component's instances with what is in each of their boxes, by key.
fn instances<'k>(of: impl IntoIterator<Item = (&'k str, Vec<(&'k str, Value)>)>) -> World {
    of.into_iter().fold(
        World::of("boxes:\n  keep:\n  sync:\n  b0:\n  b1:\n  b2:\n  b3:\n"),
        |world, (key, boxes)| {
            boxes.into_iter().fold(world, |world, (part, body)| {
                world.with(&format!("crm.{key}.boxes.{part}"), &format!("shop-crm-{key}-{part}"), body, &[])
            })
        },
    )
}

/// A box whose partner's key stands in what changes, beside a value that is the partner's own.
fn synced(key: &str, version: &str, lid: &str) -> Value {
    value!({ "Overflow": (format!("arn:{version}:{key}")), "Lid": (format!("{lid}-{version}")), "Size": 3 })
}

#[test]
fn instances_that_change_alike_are_told_by_the_values_that_they_have_of_their_own() {
    let lids = [("a", "red"), ("b", "red"), ("c", "blue"), ("d", "red"), ("e", "red"), ("f", "green")];
    let world = |version: &str, more: i64| {
        instances(lids.map(|(key, lid)| {
            let mut body = synced(key, version, lid);
            if key == "d" {
                body.put("Size", more.into());
            }
            (key, vec![("keep", value!({ "Size": 2 })), ("sync", body)])
        }))
    };
    let (before, after) = (world("v1", 3), world("v2", 4));
    assert_snapshot!(draw(&after, &after.plan(&before.applied())));
    assert_snapshot!(markdown::draw(&after, &after.plan(&before.applied())));
}

#[test]
fn of_two_hundred_instances_that_change_alike_each_has_a_line() {
    let keys: Vec<String> = (0..200).map(|n| format!("p{n:03}")).collect();
    let world = |version: &str| {
        let lid = |n: usize| format!("lid{}", n % 7);
        instances(keys.iter().enumerate().map(|(n, key)| {
            let boxes = ["b0", "b1", "b2", "b3", "sync"];
            (key.as_str(), boxes.map(|part| (part, synced(key, version, &lid(n)))).to_vec())
        }))
    };
    let (before, after) = (world("v1"), world("v2"));
    let text = draw(&after, &after.plan(&before.applied()));
    assert!(text.starts_with("Plan: 1000 to update."), "{}", &text[..80]);
    let lines = text.lines().count();
    assert!(lines < 250, "{lines} lines, of some 5,000 that all of it would take");
    for (n, key) in keys.iter().enumerate().skip(1).filter(|(n, _)| n % 7 != 0) {
        let own = format!("crm.{key}  Lid: lid{0}-v1 → lid{0}-v2\n", n % 7);
        assert!(text.contains(&own), "{own}{text}");
    }
    let gone = draw(&instances([]), &instances([]).plan(&before.applied()));
    assert!(gone.starts_with("Plan: 1000 to delete.") && gone.lines().count() < 60, "{gone}");
    assert!(keys.iter().all(|key| gone.contains(&format!("crm.{key}"))), "{gone}");
}

#[test]
fn a_statement_that_goes_is_told_by_what_it_says_of_its_own() {
    let world = ["a", "b", "c", "d"].iter().fold(World::of("boxes:\n  sync:\n"), |world, key| {
        let name = format!("shop-crm-{key}-sync");
        let whom = if *key == "c" { "another" } else { "shop" };
        let statement = value!({ "Effect": "Allow", "Principal": whom });
        let statement = value!({ "Of": (name.as_str()), "Statement": (statement) });
        let at = format!("crm.{key}.boxes.sync");
        world.with(&at, &name, value!({}), &[]).with(&format!("{at}/ruling/x"), "", statement, &[])
    });
    let bare = ["a", "b", "c", "d"].iter().fold(World::of("boxes:\n  sync:\n"), |world, key| {
        world.with(&format!("crm.{key}.boxes.sync"), &format!("shop-crm-{key}-sync"), value!({}), &[])
    });
    assert_snapshot!(draw(&bare, &bare.plan(&world.applied())));
}

#[test]
fn what_is_folded_twice_says_which_it_is() {
    let world = instances(["a", "b", "c", "d"].map(|key| {
        let size = |part: &str| if (key, part) == ("c", "b2") { 7 } else { 3 };
        (key, ["b0", "b1", "b2", "b3"].map(|part| (part, value!({ "Size": (size(part)) }))).to_vec())
    }));
    let plan = world.plan(&Account::default());
    assert_snapshot!(draw(&world, &plan));
    assert_snapshot!(markdown::draw(&world, &plan));
}

#[test]
fn another_of_the_own_names_is_a_difference() {
    let world = instances(["a", "b", "c", "d", "e"].map(|key| {
        let over = if key == "d" { "keep" } else { "b0" };
        let over = value!({ "Overflow": (format!("arn:box:shop-crm-{key}-{over}")) });
        (key, vec![("b0", value!({})), ("keep", value!({})), ("sync", over)])
    }));
    let world =
        world.with("crm.e.boxes.sync", "legacy", value!({ "Overflow": "arn:box:shop-crm-e-b0" }), &[]);
    assert_snapshot!(draw(&world, &world.plan(&Account::default())));
}

// What is said beside a name is its own, also where it equals another's but for the key.
#[test]
fn of_several_that_are_alike_in_another_value_each_has_its_own_text() {
    let world = instances(["a", "b", "c", "d", "e", "f"].map(|key| {
        let lid = format!("{key} of {}", if key < "c" { "red" } else { "blue" });
        (key, vec![("sync", value!({ "Lid": lid }))])
    }));
    let text = draw(&world, &world.plan(&Account::default()));
    for key in ["c", "d", "e", "f"] {
        assert!(text.contains(&format!("  crm.{key}  Lid: {key} of blue\n")), "{text}");
    }
}

#[test]
fn what_differs_in_too_much_stands_in_full() {
    let world = |lid: &dyn Fn(&str) -> String| {
        instances(["a", "b", "c", "d", "e"].map(|key| (key, vec![("sync", value!({ "Lid": (lid(key)) }))])))
    };
    let long = |key: &str| if key == "e" { "x".repeat(200) } else { format!("lid of {key}") };
    let text = draw(&world(&long), &world(&long).plan(&Account::default()));
    assert!(
        text.contains("3 more like this: crm.b, crm.c, crm.d\n") && text.contains(&"x".repeat(200)),
        "{text}"
    );
}

// A value that is one with another in every instance is told with it, and a key that is a number stands for no number.
#[test]
fn nothing_that_differs_is_left_to_be_guessed() {
    let sizes = [("a", 2), ("b", 3), ("c", 4), ("d", 5), ("e", 6)];
    let world = instances(sizes.map(|(key, size)| {
        (key, vec![("keep", value!({ "Size": size })), ("sync", value!({ "Size": size, "Room": size }))])
    }));
    let text = draw(&world, &world.plan(&Account::default()));
    assert!(text.contains("    crm.b  Size, Room: 3\n"), "{text}");

    let numbered = ["5", "10", "60", "300", "600"].into_iter().map(|key| {
        let size: i64 = key.parse().expect("a number");
        (key, vec![("sync", value!({ "Size": size }))])
    });
    let world = instances(numbered);
    let text = draw(&world, &world.plan(&Account::default()));
    assert!(text.contains("    crm.300  Size: 300\n"), "{text}");

    let keys = ["5", "10", "60", "300", "600"];
    let declared: String = keys.iter().map(|key| format!("  {key}:\n")).collect();
    let world = keys.iter().fold(World::of(&format!("boxes:\n{declared}")), |world, key| {
        let size: i64 = key.parse().expect("a number");
        world.with(&format!("boxes.{key}"), &format!("shop-{key}"), value!({ "Size": size }), &[])
    });
    let text = draw(&world, &world.plan(&Account::default()));
    assert!(keys.iter().all(|key| text.contains(&format!("Size: {key}\n"))), "{text}");
}
