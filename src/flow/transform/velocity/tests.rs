use proptest::prelude::*;
use serde_json::json;

use super::*;

fn request() -> Request {
    Request {
        body: r#"{"id": 7, "name": "O'Neil \"x\"", "none": null, "items": [{"sku": "a", "n": 2}, {"sku": "b", "n": 3}], "map": {"k": "v"}}"#.into(),
        params: json!({ "path": { "id": "p-1" }, "querystring": { "q": "a b" }, "header": { "X-Id": "h" } }),
        context: json!({ "requestId": "r-1", "identity": { "sourceIp": "10.0.0.1" } }),
        stage_variables: json!({ "bus": "orders" }),
        ..Request::default()
    }
}

fn made(template: &str) -> String {
    render(template, &request()).unwrap_or_else(|wrong| panic!("{wrong:?}: {template}")).text
}

/// API Gateway's reference of mapping template variables, and the Velocity 1.7 user guide.
#[test]
fn what_people_write_gives_what_api_gateway_gives() {
    for (template, expected) in [
        ("plain $5 and # text", "plain $5 and # text"),
        ("$input.json('$.id') $input.json('$.map')", "7 {\"k\":\"v\"}"),
        ("$input.path('$.name')", "O'Neil \"x\""),
        ("$util.escapeJavaScript($input.path('$.name')).replaceAll(\"\\\\'\", \"'\")", "O'Neil \\\"x\\\""),
        ("$input.json('$.absent')|$!input.path('$.absent')|", "\"\"||"),
        (
            "$input.path('$.absent') $nothing $!nothing ${nothing}",
            "$input.path('$.absent') $nothing  ${nothing}",
        ),
        ("$input.path('$.map') $input.path('$.items[*].n')", "{k=v} [2, 3]"),
        ("$input.params('id') $input.params('q') $input.params().header.get('X-Id')", "p-1 a b h"),
        ("$context.requestId $context.identity.sourceIp $stageVariables.bus", "r-1 10.0.0.1 orders"),
        ("#set($x = $input.path('$'))$x.id.$x.name.length()", "7.10"),
        ("#set($x = \"<$input.path('$.id')>\")\n${x}y", "<7>y"),
        ("#set($n = 1 + 2 * 3)$n #set($n = $n - 10)$n", "7 -3"),
        ("#if($input.path('$.id') == 7)yes#{else}no#end", "yes"),
        ("#if($nothing)a#elseif('x' == \"x\" && !false)b#else c#end", "b"),
        ("#if($input.path('$.id') > 10 || $input.path('$.map').containsKey('k'))a#end", "a"),
        (
            "#foreach($i in $input.path('$.items'))$foreach.count:$i.sku=$i.n#if($foreach.hasNext),#end#end",
            "1:a=2,2:b=3",
        ),
        ("#foreach($k in $input.path('$.map').keySet())$k=$input.path('$.map').get($k)#end", "k=v"),
        ("#foreach($n in [1..3])$n#end #foreach($n in ['a', 'b'])$n#end", "123 ab"),
        ("#set($l = [])#set($void = $l.add('x'))#set($void = $l.add(2))$l.size() $l", "2 [x, 2]"),
        ("#set($m = {\"a\": 1})$m.put('b', 2)$!x $m.get('b') $m", " 2 {a=1, b=2}"),
        ("## a comment\n#* another *#text", "text"),
        ("$input.body.length()", "121"),
        (
            "$util.base64Decode($util.base64Encode('é')) $util.urlEncode('a b&') $util.urlDecode('a+b%26')",
            "é a+b%26 a b&",
        ),
        ("$util.parseJson('{\"a\": [1]}').a[0]", "1"),
        ("$input.path('$.name').substring(2, 6).toUpperCase()", "NEIL"),
        ("$input.path('$.items').size()$input.path('$.none')", "2$input.path('$.none')"),
    ] {
        assert_eq!(made(template), expected, "{template}");
    }
    let rendered = render("#set($context.responseOverride.status = 502)\nx", &request()).unwrap();
    assert_eq!((rendered.text.as_str(), &rendered.set["responseOverride"]["status"]), ("x", &json!(502)));
}

#[test]
fn what_is_wrong_or_not_built_is_named_with_its_place() {
    for (template, at, message) in [
        ("a #if(true) b", 13, "no `#end`"),
        ("a #end", 2, "ends no block"),
        ("#set($x 1)", 8, "`=` is wanted"),
        ("#set($x = \"a)", 13, "no closing quote"),
        ("#parse('x')", 0, "`#parse` is not built"),
        ("x $util.nope('a')", 2, "`$util` has no `nope`"),
        ("$input.path('$..a')", 0, "is not built here"),
        ("$input.body.replaceAll('[a-z]+', '')", 0, "regular expression"),
        ("#set($x = )", 10, "a value is wanted"),
    ] {
        let wrong = render(template, &request()).unwrap_err();
        assert!(wrong.message.contains(message), "{template}: {wrong:?}");
        assert_eq!(wrong.at, at, "{template}: {wrong:?}");
    }
}

#[test]
fn a_template_that_would_not_end_is_stopped() {
    let loops = "#foreach($i in [1..900])".repeat(5) + &"x#end\n".repeat(5);
    assert!(render(&loops, &request()).unwrap_err().message.contains("too long"));
    let deep = format!("#set($x = {}1{})", "(".repeat(5_000), ")".repeat(5_000));
    assert!(render(&deep, &request()).unwrap_err().message.contains("too deeply"));
    assert!(render(&"#if(true)".repeat(5_000), &request()).unwrap_err().message.contains("too deeply"));
    let nots = format!("#if({}true)#end", "!".repeat(5_000));
    assert!(render(&nots, &request()).is_err());
}

proptest! {
    #[test]
    fn any_template_is_applied_or_refused(
        template in "(#(set|if|foreach|end|else|elseif)?|\\$!?\\{?|[a-z]|[(){}\\[\\].,'\"= 0-9!&|<>+*/%-]|in |input|util|\\.path\\('\\$'\\)|\n|é){0,40}",
        body in ".*"
    ) {
        let _ = render(&template, &Request { body, ..request() });
    }
}
