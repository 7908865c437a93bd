//! What is the same, what differs, and what may.

use super::*;

const OLD: &str = "kind: Pod\nimage: ccr.example/shop/web:v1\n";
const NEW: &str = "kind: Pod\nimage: tcr.example/shop/web:v1\n";

#[tokio::test]
async fn a_rewrite_that_changes_only_names_holds() {
    let files = Files::new(&[("a.yaml", OLD)]).rewriting("a.yaml", NEW);

    let proven = files.prove(&["cat a.yaml", "grep kind a.yaml"]).await.unwrap();

    assert_eq!(proven.before, Before::Files);
    assert_eq!(proven.proofs[0].holds_with(2, 1), Expected::default());
    assert_eq!(proven.proofs[0].hint, None);
    assert!(proven.proofs[1].holds() && proven.proofs[1].hint.is_some(), "it proves little");
    let said = proven.proofs[0].diagnostic().message;
    assert_eq!(said, "`cat a.yaml` renders 2 lines: 1 has the new names, all else is the same");
}

#[tokio::test]
async fn what_else_changes_is_shown() {
    for (new, shown) in [
        (
            NEW.replace("v1", "v2"),
            "-image: tcr.example/shop/web:v1\n+image: tcr.example/shop/web:v2\n",
        ),
        (
            OLD.replace("Pod", "Job"),
            "-kind: Pod\n-image: tcr.example/shop/web:v1\n+kind: Job\n+image: ccr.",
        ),
        (NEW.replace("kind: Pod\n", ""), "@@ -1 +0,0 @@\n-kind: Pod\n"),
        (format!("{NEW}more: true\n"), "@@ -2,0 +3 @@ Pod\n+more: true\n"),
        (NEW.trim_end().to_owned(), "@@ -2 +2 @@"),
        (NEW.replace('\n', "\r\n"), "@@ -1,2 +1,2 @@"),
        (String::new(), "-kind: Pod\n"),
    ] {
        let files = Files::new(&[("a.yaml", OLD)]).rewriting("a.yaml", &new);
        let proof = files.proof("cat a.yaml").await;
        assert!(proof.diff().contains(shown), "{new}: {}", proof.diff());
        assert!(!proof.holds());
    }
}

#[tokio::test]
async fn an_image_that_a_rewrite_missed_is_shown() {
    let files = Files::new(&[("a.yaml", OLD), ("b.yaml", OLD)]).rewriting("a.yaml", NEW);
    let proof = files.proof("cat a.yaml b.yaml").await;
    let shown =
        "@@ -4 +4 @@ Pod\n-image: tcr.example/shop/web:v1\n+image: ccr.example/shop/web:v1\n";
    assert!(proof.diff().ends_with(shown), "{}", proof.diff());
}

#[tokio::test]
async fn hashes_of_what_was_rewritten_may_differ() {
    let files = Files::new(&[("a.yaml", OLD)]).rewriting("a.yaml", NEW);
    // As a chart and as kustomize do it.
    let digits = "printf 'checksum/config: %s\\n' $(sha256sum <a.yaml | cut -c-64)";
    let hash = "hash=$(sha256sum <a.yaml | cut -c-10 | tr 013ae ghkmt)";
    let names = format!("{hash}; echo name: app-$hash; echo uses: app-$hash");

    let expected = files.proof(&format!("cat a.yaml; {digits}; {names}")).await.holds_with(5, 1);

    assert_eq!(expected, Expected { checksums: 1, renamed: 1, ..Expected::default() });
    assert_eq!(expected.to_string(), " (but for 1 checksum, 1 name with a hash, as expected)");
    let stale = format!(
        "{hash}; echo app-$hash; grep -q ccr a.yaml && echo $hash >/dev/null; \
                         echo uses: app-k57f6bkh9t"
    );
    assert!(!files.proof(&stale).await.holds(), "not all uses of the name have followed");
}

#[tokio::test]
async fn secrets_made_of_files_are_looked_into() {
    let files = Files::new(&[("a.yaml", OLD)]).rewriting("a.yaml", NEW);
    let secret = "echo kind: Secret; echo \"data: $(base64 -w 0 a.yaml)\"";

    let expected = files.proof(secret).await.holds_with(2, 0);
    assert_eq!(expected, Expected { encoded: 1, ..Expected::default() });

    let long = "# comment\n".repeat(20);
    let files = Files::new(&[("a.yaml", &format!("{long}{OLD}{long}"))]);
    let files = files.rewriting("a.yaml", &format!("{long}{NEW}{long}"));
    let folded = "echo 'a: |'; base64 -w 70 a.yaml | sed 's/^/  /'; echo 'b: c'";
    assert_eq!(files.proof(folded).await.holds_with(11, 0).encoded, 1);

    let files = Files::new(&[("a.yaml", OLD)]).rewriting("a.yaml", &NEW.replace("v1", "v2"));
    let proof = files.proof(secret).await;
    assert!(proof.diff().contains("-data: (hidden, "), "{}", proof.diff());
}

#[tokio::test]
async fn what_is_random_is_told_and_not_compared() {
    let files = Files::new(&[("a.yaml", OLD)]).rewriting("a.yaml", NEW);
    let random = "$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n')";
    let image = "$(sed -n 's/image: //p' a.yaml)";

    let expected = files.proof(&format!("cat a.yaml; echo \"password: {random}\"")).await;
    assert_eq!(expected.holds_with(3, 1).random, 1);

    // The rest of such a line is.
    let both = |image: &str| format!("echo \"[{image}, {random}]\"");
    assert_eq!(files.proof(&both(image)).await.holds_with(1, 1).random, 1);
    let missed = both("ccr.example/shop/web:v1");
    assert!(!files.proof(&missed).await.holds(), "a name behind something random");
    // And nothing random hides a name.
    let hidden = format!("grep -q tcr a.yaml && echo 'a: ccr.example/x' || echo \"a: {random}\"");
    assert!(!files.proof(&hidden).await.holds());
}
