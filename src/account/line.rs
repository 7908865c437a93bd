//! Parts of a line that is printed to be pasted: images, and the account's flags, so that it makes the
//! same names and reaches the same instance.

use std::env;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use super::Settings;
use crate::image::Reference;

use crate::diagnostic::shell_word;

/// With more images than this a line is none that anybody reads.
pub const MOST_IN_A_LINE: usize = 20;

/// The command that prints these images, one a line.
pub fn printed<'a>(images: impl IntoIterator<Item = &'a Reference>) -> String {
    let words = images.into_iter().map(|image| shell_word(&image.to_string()));
    format!(r"printf '%s\n' {}", words.collect::<Vec<_>>().join(" "))
}

/// What was given of the account's flags, each with a blank in front.
///
/// Not what the environment gives, which the line finds there as well. Nor secrets, their ids and
/// standard input: [`withheld`] names those.
#[must_use]
pub fn account_flags(settings: &Settings) -> String {
    // In full, so that a flag that comes to be isn't forgotten here.
    let Settings {
        tcr_name,
        tcr_host,
        tcr_push_host,
        tcr_region,
        ccr_region,
        ccr_host,
        map,
        mapping,
        ccr_auth_file,
        tcr_auth_file,
        secret_id: _,
        secret_key: _,
        secret_token: _,
        ccr_secret_id: _,
        ccr_secret_key: _,
        ccr_secret_token: _,
        tcr_secret_id: _,
        tcr_secret_key: _,
        tcr_secret_token: _,
        profile,
        ccr_api_endpoint,
        tcr_api_endpoint,
        api_endpoint,
        ca_file,
        insecure_registry,
        resolve,
        stall_timeout,
        limit_requests,
        docker_config: _,
        ccr_login: _,
        tcr_login: _,
        fixed_logins: _,
    } = settings;
    let mut flags = Flags::default();
    flags.all("tcr-name", tcr_name);
    flags.all("tcr-host", tcr_host);
    flags.all("tcr-push-host", tcr_push_host);
    flags.unless_in("TENCENTCLOUD_REGION", "tcr-region", tcr_region);
    flags.all("ccr-region", ccr_region);
    flags.unless_in("CCR_HOST", "ccr-host", ccr_host);
    flags.all("map", map);
    flags.files("mapping", mapping);
    flags.files("ccr-auth-file", ccr_auth_file);
    flags.files("tcr-auth-file", tcr_auth_file);
    flags.all("profile", profile);
    flags.all("ccr-api-endpoint", ccr_api_endpoint);
    flags.all("tcr-api-endpoint", tcr_api_endpoint);
    flags.unless_in("TENCENTCLOUD_TCR_ENDPOINT", "api-endpoint", api_endpoint);
    flags.files("ca-file", ca_file);
    flags.all("insecure-registry", insecure_registry);
    flags.all("resolve", resolve);
    flags.all("stall-timeout", stall_timeout);
    flags.all("limit-requests", limit_requests);
    flags.text()
}

/// The few of them that say what is in CCR and what of it is not to move: all that `images` heeds.
#[must_use]
pub fn ccr_flags(settings: &Settings) -> String {
    let mut flags = Flags::default();
    flags.all("ccr-region", &settings.ccr_region);
    flags.unless_in("CCR_HOST", "ccr-host", &settings.ccr_host);
    flags.files("mapping", &settings.mapping);
    flags.text()
}

/// The flags that were given and can't be repeated: secrets, and what was read from standard input.
#[must_use]
pub fn withheld(settings: &Settings) -> Vec<&'static str> {
    let keys = [
        ("--secret-id", &settings.secret_id),
        ("--ccr-secret-id", &settings.ccr_secret_id),
        ("--tcr-secret-id", &settings.tcr_secret_id),
    ];
    let secrets = [
        ("--secret-key", &settings.secret_key),
        ("--secret-token", &settings.secret_token),
        ("--ccr-secret-key", &settings.ccr_secret_key),
        ("--ccr-secret-token", &settings.ccr_secret_token),
        ("--tcr-secret-key", &settings.tcr_secret_key),
        ("--tcr-secret-token", &settings.tcr_secret_token),
    ];
    let files = [
        ("--ccr-auth-file", &settings.ccr_auth_file),
        ("--tcr-auth-file", &settings.tcr_auth_file),
    ];
    let keys = keys.into_iter().filter_map(|(flag, id)| id.as_ref().map(|_| flag));
    let secrets = secrets.into_iter().filter_map(|(flag, secret)| secret.as_ref().map(|_| flag));
    let files =
        files.into_iter().filter_map(|(flag, file)| is_stdin(file.as_ref()?).then_some(flag));
    keys.chain(secrets).chain(files).collect()
}

fn is_stdin(file: &Path) -> bool {
    file == Path::new("-")
}

/// Words of a line.
#[derive(Default)]
struct Flags(Vec<String>);

impl Flags {
    fn all<'a, T: Display + 'a>(&mut self, flag: &str, values: impl IntoIterator<Item = &'a T>) {
        for value in values {
            self.0.push(format!(" --{flag}={}", shell_word(&value.to_string())));
        }
    }

    /// Unless a variable says just the same.
    fn unless_in<'a, T: Display + Clone + 'a>(
        &mut self,
        variable: &str,
        flag: &str,
        values: impl IntoIterator<Item = &'a T> + Clone,
    ) {
        let texts: Vec<String> = values.clone().into_iter().map(ToString::to_string).collect();
        if env::var(variable).ok().as_deref() != Some(&*texts.join(",")) {
            self.all(flag, values);
        }
    }

    fn text(self) -> String {
        self.0.concat()
    }

    fn files<'a>(&mut self, flag: &str, files: impl IntoIterator<Item = &'a PathBuf>) {
        let shown = files.into_iter().filter(|file| !is_stdin(file));
        let shown: Vec<String> = shown.map(|file| file.display().to_string()).collect();
        self.all(flag, &shown);
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, FromArgMatches as _};

    use super::*;

    fn read(line: &[&str]) -> Settings {
        let command = Settings::augment_args(clap::Command::new("x").no_binary_name(true));
        Settings::from_arg_matches(&command.get_matches_from(line)).unwrap()
    }

    const LINE: [&str; 17] = [
        "--tcr-name=prod",
        "--tcr-host=registry.example.com",
        "--tcr-push-host=prod.tencentcloudcr.com",
        "--tcr-region=ap-shanghai",
        "--ccr-region=ap-guangzhou",
        "--ccr-region=ap-hongkong",
        "--ccr-host=127.0.0.1:5000",
        "--map='team_a__x=team-a-x'",
        "--map='dev/*=platform/dev/*'",
        "--mapping='our team'\\''s.yaml'",
        "--ccr-auth-file=ccr.json",
        "--profile=work",
        "--tcr-api-endpoint=https://tcr.intl.tencentcloudapi.com",
        "--ca-file=/etc/ca.pem",
        "--insecure-registry=127.0.0.1:5000",
        "--resolve=prod.tencentcloudcr.com:443:10.0.0.5",
        "--limit-requests=5",
    ];

    #[test]
    fn what_was_given_is_repeated_and_reads_the_same() {
        let words: Vec<String> = LINE
            .iter()
            .map(|word| word.replace("'\\''", "\u{1}").replace('\'', "").replace('\u{1}', "'"))
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let settings = read(&words);
        assert_eq!(account_flags(&settings), format!(" {}", LINE.join(" ")));
        let some = " --ccr-region=ap-guangzhou --ccr-region=ap-hongkong --ccr-host=127.0.0.1:5000 --mapping='our team'\\''s.yaml'";
        assert_eq!(ccr_flags(&settings), some);
        assert_eq!(withheld(&settings), [""; 0]);
    }

    #[test]
    fn a_secret_is_never_repeated_but_named() {
        let settings = read(&[
            "--secret-id=AKID0",
            "--secret-key=hunter2",
            "--tcr-secret-id=AKID1",
            "--tcr-secret-key=hunter3",
            "--tcr-secret-token=hunter4",
            "--tcr-auth-file=-",
        ]);
        assert_eq!(account_flags(&settings), "");
        let flags = [
            "--secret-id",
            "--tcr-secret-id",
            "--secret-key",
            "--tcr-secret-key",
            "--tcr-secret-token",
            "--tcr-auth-file",
        ];
        assert_eq!(withheld(&settings), flags);
    }
}
