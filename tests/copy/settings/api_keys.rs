//! The API key: none, half of one, a wrong one, and a wrong clock.

use std::net::TcpListener;

use crate::copy::fixtures::{
    COULD_NOT_START, SHOP, USAGE, assert_nothing_was_written, ccr2tcr, run_changed, shop_with,
};
use crate::support::Sandbox;

const ID: &str = "TENCENTCLOUD_SECRET_ID";
const KEY: &str = "TENCENTCLOUD_SECRET_KEY";

#[test]
fn without_a_key_every_place_that_was_looked_at_is_listed() {
    let sandbox = Sandbox::with_account(SHOP);
    // The port of a listener that is gone is closed.
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = sandbox.plugin(&["sync"]);
    command.env_remove(ID).env_remove(KEY);
    command.env("TENCENTCLOUD_METADATA_ENDPOINT", format!("http://{closed}"));
    run_changed(&mut command).ends_with(COULD_NOT_START).says(&[
        "error: no API key for TCR\n",
        "  looked at the flags --secret-id and --secret-key\n",
        "  looked at the variables TCR_SECRET_ID and TCR_SECRET_KEY\n",
        "  looked at the variables TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY\n",
        "  looked at ~/.tccli/default.credential (not there)\n",
        "  looked at ~/.tencentcloud/credentials [default] (not there)\n",
        "  looked at TKE's pod identity (",
        &format!("  looked at the machine's role at http://{closed} (can't reach {closed}: "),
        "hint: set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY (or TCR_SECRET_ID and TCR_SECRET_KEY for TCR alone), or run `tccli auth login`; keys are made at https://console.cloud.tencent.com/cam/capi\n",
    ]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn a_key_for_one_side_leaves_the_other_without() {
    let sandbox = Sandbox::with_account(SHOP);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = sandbox.plugin(&["sync"]);
    command.env("TCR_SECRET_ID", sandbox.variable(ID));
    command.env("TCR_SECRET_KEY", sandbox.variable(KEY));
    command.env_remove(ID).env_remove(KEY);
    command.env("TENCENTCLOUD_METADATA_ENDPOINT", format!("http://{closed}"));
    run_changed(&mut command).ends_with(COULD_NOT_START).says(&[
        "error: no API key for CCR\n",
        "  looked at the variables CCR_SECRET_ID and CCR_SECRET_KEY\n",
        "(or CCR_SECRET_ID and CCR_SECRET_KEY for CCR alone)",
    ]);
}

#[test]
fn half_a_key_is_not_passed_over() {
    let sandbox = Sandbox::with_account(SHOP);
    for missing in [ID, KEY] {
        let mut command = sandbox.plugin(&["sync"]);
        run_changed(command.env_remove(missing)).ends_with(COULD_NOT_START).says(&[
            &format!("error: half an API key in the environment: {missing} is missing\n"),
            &format!("hint: give {missing} too, or remove the other half\n"),
        ]);
    }
    ccr2tcr(&sandbox, &["sync", "--secret-id", "AKIDhalf"])
        .ends_with(USAGE)
        .says(&["error: the following required arguments were not provided", "--secret-key <KEY>"]);
}

#[test]
fn an_unknown_key_is_told_with_its_origin() {
    let sandbox = Sandbox::with_account(SHOP);
    let mut command = sandbox.plugin(&["sync"]);
    run_changed(command.env(ID, "AKIDnobodyhasthisone")).ends_with(COULD_NOT_START).says(&[
        "error: DescribeInstances was refused",
        "(AuthFailure.SecretIdNotFound, RequestId ",
        "hint: no such key, or it was disabled or deleted: check the environment (TENCENTCLOUD_SECRET_ID)",
        "https://console.cloud.tencent.com/cam/capi",
    ]);
    let flags = ["sync", "--tcr-secret-id", "AKIDother", "--tcr-secret-key", "hunter2hunter2"];
    ccr2tcr(&sandbox, &flags)
        .ends_with(COULD_NOT_START)
        .says(&[
            "warning: a secret in a flag can be seen by everybody on this machine",
            "(AuthFailure.SecretIdNotFound, RequestId ",
            "check the flags (--secret-id)",
        ])
        .never_says(&["hunter2hunter2"]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn a_wrong_secret_is_told_with_its_origin_and_never_shown() {
    let sandbox = Sandbox::with_account(SHOP);
    let mut command = sandbox.plugin(&["sync"]);
    run_changed(command.env(KEY, "hunter2hunter2"))
        .ends_with(COULD_NOT_START)
        .says(&[
            "error: DescribeInstances was refused",
            "(AuthFailure.SignatureFailure, RequestId ",
            "hint: the secret key doesn't belong to the id: check both parts of the environment (TENCENTCLOUD_SECRET_ID)\n",
        ])
        .never_says(&["hunter2hunter2"]);
    // The side that is refused is the side that is named.
    let mut command = sandbox.plugin(&["sync"]);
    command.env("CCR_SECRET_ID", sandbox.variable(ID)).env("CCR_SECRET_KEY", "hunter2hunter2");
    run_changed(&mut command)
        .ends_with(COULD_NOT_START)
        .says(&["(AuthFailure.SignatureFailure", "both parts of the environment (CCR_SECRET_ID)\n"])
        .never_says(&["hunter2hunter2"]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn a_wrong_clock_is_told_by_how_much_and_which_way() {
    for (skew, way) in [(600, "behind"), (-600, "ahead")] {
        let sandbox = shop_with(&format!("clock_skew: {skew}"));
        ccr2tcr(&sandbox, &["sync"]).ends_with(COULD_NOT_START).says(&[
            "(AuthFailure.SignatureExpire, RequestId ",
            &format!("hint: this machine's clock is 10 minutes {way}: set it (the API allows 5 minutes)\n"),
        ]);
        assert_nothing_was_written(&sandbox);
    }
}
