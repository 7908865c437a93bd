use super::*;
use crate::image::{Digest, Mapping};
use crate::sources::context::{Field, FieldValue, Fields};
use crate::sources::edit::Edits;
use crate::sources::find::{Segment, Slash};
use crate::workload::CcrNames;

const CCR: &str = "ccr.ccs.tencentyun.com";

fn rules(map: &[&str], excludes: &[&str]) -> Rules {
    let rules = map.iter().map(|rule| rule.parse().unwrap()).collect();
    let excludes = excludes.iter().map(|pattern| pattern.parse().unwrap()).collect();
    let mapping = Mapping::new(rules).excluding(excludes);
    Rules {
        names: CcrNames { mapping, ..CcrNames::default() },
        target: "prod.tencentcloudcr.com".parse().unwrap(),
        pull_secret: None,
        also: Also::default(),
    }
}

/// The name that begins with CCR's host in `text` and ends where white space or a quote stands.
fn name(text: &str) -> Found {
    let start = text.find(CCR).unwrap();
    let end = text[start..].find([' ', '"', '\n']).map_or(text.len(), |end| start + end);
    let host_span = start..start + CCR.len();
    let mut rest = &text[host_span.end..end];
    let mut at = host_span.end;
    let part = |at: usize, text: &str| Segment {
        span: at..at + text.len(),
        text: text.to_owned(),
        is_template: text.contains(['$', '{']),
    };
    let mut path = Vec::new();
    while let Some(below) = rest.strip_prefix('/') {
        let length = below.find(['/', ':', '@']).unwrap_or(below.len());
        if length > 0 {
            path.push(part(at + 1, &below[..length]));
        }
        (at, rest) = (at + 1 + length, &below[length..]);
    }
    let (tag, digest) = rest.split_once('@').map_or((rest, None), |(tag, it)| (tag, Some(it)));
    let digest = digest.map(|digest| part(at + tag.len() + 1, digest));
    let tag = tag.strip_prefix(':').map(|tag| part(at + 1, tag));
    let ends_in_slash = text[..end].ends_with('/');
    let what = What::Name(Name {
        host: CCR.parse().unwrap(),
        scheme: start..start,
        host_span,
        is_fallback: false,
        slash: Slash::Plain,
        path,
        ends_in_slash,
        tag,
        digest,
    });
    Found { span: start..end, what }
}

/// The field of `text`, a map in YAML, with this key and value.
fn field(text: &str, key: &str, value: &str) -> Field {
    let start = text.find(&format!("{key}: ")).unwrap() + key.len() + 2;
    Field {
        key: key.to_owned(),
        value: FieldValue::Text(value.to_owned()),
        span: start..start + value.len(),
        is_verbatim: true,
    }
}

fn context(purpose: Purpose) -> Context {
    Context {
        purpose,
        place: String::new(),
        map: None,
        also_in: Vec::new(),
        variable: None,
        is_marked_to_keep: false,
    }
}

fn decided(rules: &Rules, text: &str, purpose: Purpose) -> Verdict {
    let reading = Reading { contexts: vec![context(purpose)], ..Reading::default() };
    rules.decide(text.as_bytes(), &[name(text)], &reading).remove(0).verdict
}

/// What stands there then, or why not.
fn becomes(rules: &Rules, text: &str, purpose: Purpose) -> Result<String, Verdict> {
    match decided(rules, text, purpose) {
        Verdict::Rewrite(rewrite) => {
            let edits = Edits::new(text.as_bytes(), rewrite.edits).unwrap();
            Ok(String::from_utf8(edits.apply(text.as_bytes())).unwrap())
        }
        other => Err(other),
    }
}

#[test]
fn a_reference_gets_tcrs_host_and_the_name_of_the_mapping() {
    let digest = Digest::of(b"x");
    let none = rules(&[], &[]);
    let front = rules(&["shop=front", "data/jobs=work/jobs"], &[]);
    for (rules, old, new) in [
        (&none, "image: CCR/shop/web:v1 # x", "image: TCR/shop/web:v1 # x"),
        (&none, "CCR/shop/web", "TCR/shop/web"),
        (&none, "CCR/shop/web:v1@DIGEST", "TCR/shop/web:v1@DIGEST"),
        (&none, "CCR/shop/web:${TAG}", "TCR/shop/web:${TAG}"),
        (&none, "CCR/${NS}/web:v1", "TCR/${NS}/web:v1"),
        (&none, "hub: CCR/shop", "hub: TCR/shop"),
        (&none, "hub: CCR/", "hub: TCR/"),
        (&front, "CCR/shop/web:v1", "TCR/front/web:v1"),
        (&front, "CCR/shop/${NAME}:v1", "TCR/front/${NAME}:v1"),
        (&front, "CCR/shop/", "TCR/front/"),
        (&front, "CCR/data/jobs:v1", "TCR/work/jobs:v1"),
        (&front, "CCR/other/${NAME}", "TCR/other/${NAME}"),
    ] {
        let full = |text: &str| {
            let text = text.replace("CCR", CCR).replace("TCR", "prod.tencentcloudcr.com");
            text.replace("DIGEST", digest.as_str())
        };
        assert_eq!(becomes(rules, &full(old), Purpose::Reference), Ok(full(new)), "{old}");
    }
}

#[test]
fn what_goes_different_ways_is_left_to_a_person_who_is_told_why() {
    for (map, excludes, text) in [
        (&["shop=front"][..], &[][..], "CCR"),
        (&["shop=front"], &[], "CCR/${NS}/web:v1"),
        (&["shop/web=front/web"], &[], "CCR/shop/"),
        (&["shop/web=front/web"], &[], "CCR/shop/${NAME}"),
        (&[], &["shop/web:pr-*"], "CCR/shop/web:${TAG}"),
        (&[], &["shop/web:pr-*"], "CCR/shop/web"),
        (&[], &["scratch"], "CCR"),
        (&[], &[], "registry: CCR\nimage: ${R}/tkeimages/agent\n"),
    ] {
        let text = text.replace("CCR", CCR);
        let verdict = decided(&rules(map, excludes), &text, Purpose::Reference);
        let Verdict::ByHand(ByHand::PartsWays(why)) = verdict else {
            panic!("{text}: {verdict:?}")
        };
        assert!(why.contains(['=', '*', '/', 's']), "{why}");
    }
}

#[test]
fn what_is_not_the_accounts_stays() {
    let excluding = rules(&[], &["scratch", "shop/web:pr-*"]);
    for (text, keep) in [
        ("CCR/tkeimages/agent:v1", Keep::Tencents),
        ("CCR/tke-market/${NAME}", Keep::Tencents),
        ("CCR/scratch/a:v1", Keep::Excluded("scratch".to_owned())),
        ("CCR/shop/web:pr-7", Keep::Excluded("shop/web:pr-*".to_owned())),
    ] {
        let text = text.replace("CCR", CCR);
        let verdict = decided(&excluding, &text, Purpose::Documentation);
        assert_eq!(verdict, Verdict::Keep(keep), "{text}");
    }
}

#[test]
fn a_name_that_tcr_refuses_says_what_to_type() {
    let verdict = decided(&rules(&[], &[]), &format!("{CCR}/Dev_/app:v1"), Purpose::Reference);
    let Verdict::ByHand(ByHand::NoName { hint, .. }) = verdict else { panic!("{verdict:?}") };
    assert!(hint.contains("--map"), "{hint}");
}

#[test]
fn what_has_to_be_in_tcr_is_what_is_pulled_and_known() {
    let rules = rules(&[], &[]);
    let needed = |text: &str, purpose| match decided(&rules, &text.replace("CCR", CCR), purpose) {
        Verdict::Rewrite(Rewrite { image, .. }) => image,
        other => panic!("{text}: {other:?}"),
    };
    let image = |tag: &str| {
        let of = |host: &str| Box::new(format!("{host}/shop/web:{tag}").parse().unwrap());
        Needed::Image { old: of(CCR), new: of("prod.tencentcloudcr.com") }
    };
    assert_eq!(needed("CCR/shop/web:v1", Purpose::Reference), image("v1"));
    assert_eq!(needed("CCR/shop/web", Purpose::Container), image("latest"));
    assert_eq!(needed("CCR/shop/web", Purpose::Reference), Needed::UnknownTag);
    assert_eq!(needed("CCR/shop/web:${TAG}", Purpose::Container), Needed::UnknownTag);
    assert_eq!(needed("CCR/shop/web:v1", Purpose::Push), Needed::Pushed);
    assert_eq!(needed("CCR/shop", Purpose::Reference), Needed::Nothing);
}

#[test]
fn fields_beside_each_other_are_one_reference() {
    let text = format!("registry: {CCR}\nrepository: shop/web\ntag: v1\n");
    let field = |key, value| field(&text, key, value);
    let fields =
        Fields(vec![field("registry", CCR), field("repository", "shop/web"), field("tag", "v1")]);
    let reading = Reading {
        contexts: vec![Context { map: Some(0), ..context(Purpose::Reference) }],
        maps: vec![fields],
        unreadable: None,
    };
    let of = |rules: &Rules| {
        let finding = rules.decide(text.as_bytes(), &[name(&text)], &reading).remove(0);
        let Verdict::Rewrite(rewrite) = finding.verdict else { panic!("{finding:?}") };
        assert_eq!(finding.text, format!("{CCR}/shop/web:v1"));
        let edits = Edits::new(text.as_bytes(), rewrite.edits).unwrap();
        let new = String::from_utf8(edits.apply(text.as_bytes())).unwrap();
        (new, matches!(rewrite.image, Needed::Image { .. }))
    };
    let tcr = "prod.tencentcloudcr.com";
    let whole = |repository: &str| format!("registry: {tcr}\nrepository: {repository}\ntag: v1\n");
    assert_eq!(of(&rules(&[], &[])), (whole("shop/web"), true));
    assert_eq!(of(&rules(&["shop=front"], &[])), (whole("front/web"), true));
    assert_eq!(of(&rules(&["shop=a1/front"], &[])), (whole("a1/front/web"), true));
}

#[test]
fn a_host_that_is_anchored_goes_one_way() {
    let text = format!("a: {{registry: &r {CCR} , repository: shop/web}}\nb: {{registry: *r, ");
    let fields = |repository: &str| {
        let start = text.find(CCR).unwrap();
        let field = |key: &str, value: &str, span: Span| Field {
            key: key.to_owned(),
            value: FieldValue::Text(value.to_owned()),
            span,
            is_verbatim: true,
        };
        let path = text.find("shop").unwrap();
        Fields(vec![
            field("registry", CCR, start..start + CCR.len()),
            field("repository", repository, path..path + repository.len()),
        ])
    };
    let verdict = |other: &str| {
        let reading = Reading {
            contexts: vec![Context {
                map: Some(0),
                also_in: vec![1],
                ..context(Purpose::Reference)
            }],
            maps: vec![fields("shop/web"), fields(other)],
            unreadable: None,
        };
        let found = [name(&text)];
        rules(&[], &[]).decide(text.as_bytes(), &found, &reading).remove(0).verdict
    };
    assert!(matches!(verdict("shop/web"), Verdict::Rewrite(_)));
    let Verdict::ByHand(ByHand::PartsWays(why)) = verdict("shop/api") else { panic!() };
    assert!(why.contains("shop/api"), "{why}");
}

#[test]
fn a_namespace_beside_a_version_is_put_in_front_of_something() {
    let text = format!("imageRepository: {CCR}/shop\nimageTag: 3.5.9-0\n");
    let field = |key: &str, value: &str| {
        let start = text.find(value).unwrap();
        Field {
            key: key.to_owned(),
            value: FieldValue::Text(value.to_owned()),
            span: start..start + value.len(),
            is_verbatim: true,
        }
    };
    let repository = field("imageRepository", &format!("{CCR}/shop"));
    let reading = Reading {
        contexts: vec![Context { map: Some(0), ..context(Purpose::Reference) }],
        maps: vec![Fields(vec![repository, field("imageTag", "3.5.9-0")])],
        unreadable: None,
    };
    let finding = rules(&["shop=front"], &[]).decide(text.as_bytes(), &[name(&text)], &reading);
    let Verdict::Rewrite(rewrite) = &finding[0].verdict else { panic!("{finding:?}") };
    assert_eq!(rewrite.new, "prod.tencentcloudcr.com/front");
}

#[test]
fn what_is_pushed_waits_for_its_login() {
    let text = format!("docker login {CCR}\ndocker push {CCR}/shop/web:v1\n");
    let start = text.find("docker push").unwrap();
    let push = name(&text[start..]);
    let What::Name(mut push_name) = push.what else { panic!() };
    let shift = |span: &mut Span| *span = span.start + start..span.end + start;
    shift(&mut push_name.host_span);
    push_name.path.iter_mut().chain(&mut push_name.tag).for_each(|part| shift(&mut part.span));
    let span = push.span.start + start..push.span.end + start;
    let found = [name(&text), Found { span, what: What::Name(push_name) }];
    let reading = Reading {
        contexts: vec![context(Purpose::Login), context(Purpose::Push)],
        ..Reading::default()
    };
    let mut rules = rules(&[], &[]);
    let verdicts = |rules: &Rules| -> Vec<Verdict> {
        let findings = rules.decide(text.as_bytes(), &found, &reading);
        assert_eq!(findings[1].line, 2);
        findings.into_iter().map(|finding| finding.verdict).collect()
    };
    assert_eq!(
        verdicts(&rules),
        [ByHand::Used(Purpose::Login), ByHand::PushBesideLogin].map(Verdict::ByHand)
    );
    rules.also.logins = true;
    assert!(verdicts(&rules).iter().all(|verdict| matches!(verdict, Verdict::Rewrite(_))));
}

#[test]
fn a_login_in_base64_is_never_shown() {
    let text = "auth: eyJjY3IuY2NzLnRlbmNlbnR5dW4uY29tIjp7ImF1dGgiOiJ4In19";
    let found = Found { span: 6..text.len(), what: What::Encoded };
    let reading = Reading { contexts: vec![context(Purpose::Auths)], ..Reading::default() };
    let findings = rules(&[], &[]).decide(text.as_bytes(), &[found], &reading);
    assert_eq!(findings[0].text, "base64");
    assert_eq!(findings[0].verdict, Verdict::ByHand(ByHand::Encoded));
}

#[test]
fn a_registry_goes_with_the_repository_that_names_one_too() {
    let text = format!("registry: {CCR}\nrepository: {CCR}/shop/web\n");
    let field = |key, value| field(&text, key, value);
    let whole = format!("{CCR}/shop/web");
    let fields = Fields(vec![field("registry", CCR), field("repository", &whole)]);
    let context = Context { map: Some(0), ..context(Purpose::Reference) };
    let reading = Reading { contexts: vec![context], maps: vec![fields], unreadable: None };
    let finding = rules(&[], &[]).decide(text.as_bytes(), &[name(&text)], &reading).remove(0);
    assert!(matches!(finding.verdict, Verdict::ByHand(ByHand::Split(_))), "{finding:?}");
}
