//! What a page says for the codes of reports, and in its sentences, in both languages.

use super::entry::Counts;
use super::section::{Kind, Section};
use crate::diagnostic::{counted, human_count};
use crate::language::Lang;

/// What a section is called.
pub(super) fn title(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Images => lang.pick("Images", "镜像"),
        Kind::Apply => lang.pick("Cluster: switch", "集群：切换"),
        Kind::Rollback => lang.pick("Cluster: rollback", "集群：回滚"),
        Kind::Secrets => lang.pick("Cluster: pull secrets", "集群：拉取凭据"),
        Kind::Cluster => lang.pick("Cluster: check", "集群：检查"),
        Kind::Files => lang.pick("Files", "文件"),
        Kind::Usage => lang.pick("Use of CCR", "CCR 使用情况"),
        Kind::Doctor => lang.pick("Preconditions", "前置检查"),
    }
}

/// What its entries are listed under.
pub(super) fn group(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Files => lang.pick("Folder", "目录"),
        Kind::Doctor => lang.pick("Cluster", "集群"),
        _ => lang.pick("Namespace", "命名空间"),
    }
}

/// What a group without a name is.
pub(super) fn no_group(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Files => lang.pick("(top folder)", "（顶层目录）"),
        Kind::Doctor => lang.pick("(account and network)", "（账号与网络）"),
        _ => lang.pick("(none)", "（无）"),
    }
}

/// What one entry is.
pub(super) fn entry(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Images => lang.pick("Image", "镜像"),
        Kind::Files => lang.pick("Place", "位置"),
        Kind::Doctor => lang.pick("Check", "检查项"),
        Kind::Usage => lang.pick("Repository or object", "仓库或对象"),
        _ => lang.pick("Object", "对象"),
    }
}

/// What is right with those that are done.
pub(super) fn done(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Images => lang.pick("In TCR", "已在 TCR"),
        Kind::Apply | Kind::Rollback | Kind::Secrets => lang.pick("Done", "已完成"),
        Kind::Files => lang.pick("Rewritten", "已改写"),
        Kind::Doctor => lang.pick("OK", "正常"),
        Kind::Cluster | Kind::Usage => lang.pick("Done", "完成"),
    }
}

/// What is said of those that are left.
pub(super) fn left(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Doctor => lang.pick("To look at", "待处理"),
        Kind::Usage => lang.pick("In use", "在使用"),
        _ => lang.pick("Left", "未完成"),
    }
}

/// What is said of those that stay as they are.
pub(super) fn kept(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Usage => lang.pick("For information", "仅供参考"),
        _ => lang.pick("Kept on purpose", "按设置保留"),
    }
}

/// What stands above the causes.
pub(super) fn left_and_why(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Doctor => lang.pick("To look at", "待处理项"),
        Kind::Usage => lang.pick("Who uses it", "谁在使用"),
        _ => lang.pick("What is left, and why", "未完成项及原因"),
    }
}

/// What became of an entry; a code that is not known here stays as it is.
pub(super) fn state(code: &str, lang: Lang) -> &str {
    let (en, zh) = match code {
        "copied" => ("copied", "已复制"),
        "equal" => ("already there", "已存在且一致"),
        "kept" => ("kept", "按设置保留"),
        "conflict" => ("differs on both sides", "两侧内容不同"),
        "failed" => ("failed", "失败"),
        "skipped" | "notTried" => ("not tried", "未尝试"),
        "rolledOut" => ("rolled out", "已切换并就绪"),
        "written" => ("written", "已写入"),
        "notYet" => ("pods not up yet", "Pod 尚未就绪"),
        "broken" => ("pods can’t start", "Pod 无法启动"),
        "refused" => ("refused", "被拒绝"),
        "unneeded" => ("no change needed", "无需更改"),
        "namesCcr" => ("names CCR", "仍引用 CCR"),
        "runningPods" => ("pods run images of CCR", "Pod 仍运行 CCR 镜像"),
        "waitingPods" => ("pod waits for its image", "Pod 在等待镜像"),
        "withoutLogin" => ("no login for TCR", "缺少 TCR 登录凭据"),
        "excluded" => ("excluded", "已排除"),
        "ok" => ("ok", "正常"),
        "warn" => ("warning", "警告"),
        "fail" => ("fails", "不通过"),
        "notProven" => ("not proven", "未能证实"),
        "rewritten" => ("rewritten", "已改写"),
        "rewrite" => ("to be rewritten", "待改写"),
        "keep" => ("stays", "保留"),
        "unproven" => ("image not proven in TCR", "镜像未证实在 TCR"),
        "by-hand" => ("by hand", "需手工处理"),
        "pulled" => ("used by others", "他人在使用"),
        "own" => ("this program", "本工具"),
        "counted" => ("counted", "计数"),
        "more" => ("pulled meanwhile", "期间有拉取"),
        "workload" => ("in a cluster", "集群在使用"),
        "unread" => ("could not be read", "未能读取"),
        "namespace" => ("namespace not created", "命名空间未创建"),
        "description" => ("description not carried", "描述未迁移"),
        "leftOut" => ("left out", "未处理"),
        "refuted" => ("proof does not hold", "验证不成立"),
        _ => return code,
    };
    lang.pick(en, zh)
}

/// Why; a code that is not known here stays as it is.
pub(super) fn reason(code: &str, lang: Lang) -> &str {
    let (en, zh) = match code {
        "auth" => ("login or rights", "登录或权限"),
        "not-found" => ("not found", "不存在"),
        "rate" => ("throttled", "被限流"),
        "network" => ("network", "网络"),
        "digest" => ("content does not match its digest", "内容与摘要不符"),
        "policy" => ("refused by a rule of the registry", "被仓库规则拒绝"),
        "quota" => ("quota", "配额不足"),
        "invalid" => ("invalid name or manifest", "名称或清单无效"),
        "server" => ("error of the server", "服务端错误"),
        "conflict" => ("both sides differ", "两侧内容不同"),
        "unequal" => ("not the same in TCR", "TCR 中不一致"),
        "incomplete" => ("listing incomplete", "列表不完整"),
        "interrupted" => ("the run was stopped", "运行被中止"),
        "internal" => ("fault of the program", "程序错误"),
        _ => return code,
    };
    lang.pick(en, zh)
}

/// How it stands, in one sentence without a full stop. Says what was seen, and no more.
pub(super) fn headline(section: &Section, lang: Lang) -> String {
    let counts = section.counts();
    let left = counts.left();
    let mut text = match section.kind {
        Kind::Usage => match (&*section.verdict, lang) {
            ("used", Lang::En) => "CCR is in use".to_owned(),
            ("used", Lang::Zh) => "CCR 仍在使用".to_owned(),
            ("notSeen", Lang::En) => "no use of CCR was seen".to_owned(),
            ("notSeen", Lang::Zh) => "未见 CCR 被使用".to_owned(),
            (_, Lang::En) => "not proven whether CCR is in use".to_owned(),
            (_, Lang::Zh) => "尚不能证实 CCR 是否仍在使用".to_owned(),
        },
        Kind::Cluster if left == 0 => {
            lang.pick("nothing was found that names CCR", "未发现仍引用 CCR 的对象").to_owned()
        }
        Kind::Cluster => match lang {
            Lang::En => counted(left, "finding is left", "findings are left"),
            Lang::Zh => format!("{} 项未完成", human_count(left)),
        },
        kind => of_total(kind, counts, lang),
    };
    let troubles = section.troubles.len() as u64;
    if troubles > 0 {
        let beside = match lang {
            Lang::En => format!(", and {}", counted(troubles, "other problem", "other problems")),
            Lang::Zh => format!("；另有 {} 个问题", human_count(troubles)),
        };
        text.push_str(&beside);
    }
    if section.broken_off {
        text += lang.pick("; the run ended early", "；运行提前结束");
    }
    text
}

fn of_total(kind: Kind, counts: Counts, lang: Lang) -> String {
    let (left, total) = (counts.left(), counts.total());
    let (one, many, zh) = match kind {
        Kind::Images => ("image", "images", "个镜像"),
        Kind::Files => ("place", "places", "处引用"),
        Kind::Doctor => ("check", "checks", "项检查"),
        _ => ("object", "objects", "个对象"),
    };
    let number = human_count(total);
    if total == 0 {
        return match lang {
            Lang::En => format!("there were no {many}"),
            Lang::Zh => format!("0 {zh}"),
        };
    }
    if left == 0 {
        let (are, zh_are) = match (kind, counts.kept) {
            (Kind::Images, 0) => ("in TCR", "均已在 TCR"),
            (Kind::Images, _) => {
                ("in TCR, or kept as they are on purpose", "均已在 TCR，或按设置保留")
            }
            (Kind::Doctor, _) => ("ok", "均正常"),
            _ => ("done", "均已完成"),
        };
        return match (lang, total) {
            (Lang::En, 1) => format!("the one {one} is {are}"),
            (Lang::En, _) => format!("all {number} {many} are {are}"),
            (Lang::Zh, _) => format!("{number} {zh}{zh_are}"),
        };
    }
    let of = counted(total, one, many);
    match (kind, lang, left) {
        (Kind::Doctor, Lang::En, 1) => format!("1 of {of} needs attention"),
        (Kind::Doctor, Lang::En, _) => format!("{} of {of} need attention", human_count(left)),
        (Kind::Doctor, Lang::Zh, _) => {
            format!("{number} {zh}中有 {} 项需要处理", human_count(left))
        }
        (_, Lang::En, 1) => format!("1 of {of} is left"),
        (_, Lang::En, _) => format!("{} of {of} are left", human_count(left)),
        (_, Lang::Zh, _) => format!("{number} {zh}中有 {} 个未完成", human_count(left)),
    }
}

/// The sentence at the top: how it stands with all of it.
pub(super) fn lead(sections: &[Section], lang: Lang) -> String {
    let mut open = sections.iter().filter(|section| !section.is_done());
    match (sections, open.next()) {
        ([one], _) | (_, Some(one)) => {
            let more = match (open.count(), lang) {
                (0, _) => String::new(),
                (1, Lang::En) => "; see one more area below".to_owned(),
                (more, Lang::En) => format!("; see {more} more areas below"),
                (more, Lang::Zh) => format!("；另见下方 {more} 个方面"),
            };
            first_up(&headline(one, lang)) + &more
        }
        (_, None) => {
            lang.pick("Nothing is left in these reports", "这些报告中没有未完成的事项").to_owned()
        }
    }
}

/// As a sentence begins.
pub(super) fn first_up(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
