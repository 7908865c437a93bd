//! What becomes of each place that was found.

use crate::image::Reference;
use crate::sources::context::Purpose;
use crate::sources::edit::Edit;
use crate::sources::span::Span;

/// One place in a file, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where it stands, in bytes.
    pub(in crate::sources) span: Span,
    /// `HOST/REPOSITORY`, if it names one.
    pub(in crate::sources) name: Option<String>,
    /// Its line, counted from 1.
    pub line: usize,
    /// The byte of its line that it begins at, counted from 1.
    pub column: usize,
    /// What stands there; no more than its beginning if it is long.
    pub text: String,
    /// Where it stands, in the words of the format: `spec.containers[0].image`, `FROM`. May be empty.
    pub place: String,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Whether a cluster runs it now; `None` if none was asked.
    pub is_in_use: Option<bool>,
}

/// What becomes of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is rewritten.
    Rewrite(Rewrite),
    /// It stays, and that is right.
    Keep(Keep),
    /// It could be rewritten, and isn't: its image was not found in TCR as it has to be.
    Unproven(Unproven),
    /// Somebody has to look at it.
    ByHand(ByHand),
}

/// What is written in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    pub(in crate::sources) edits: Vec<Edit>,
    /// What stands there then.
    pub new: String,
    /// What TCR has to have for it.
    pub image: Needed,
    /// Where a digest would stand: behind the tag, if all of it is written in one piece.
    pub(in crate::sources) end: Option<usize>,
    /// Whether it looks for the name elsewhere: kustomize's `images[].name`.
    pub(in crate::sources) is_matcher: bool,
}

/// What TCR has to have for a rewritten reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Needed {
    /// An image.
    Image {
        /// In CCR.
        old: Box<Reference>,
        /// In TCR.
        new: Box<Reference>,
    },
    /// An image whose tag isn't written there.
    UnknownTag,
    /// Nothing yet: it is what will be pushed.
    Pushed,
    /// Nothing: it is no image, but a part of the names of several, or the name of a pull secret.
    Nothing,
}

/// Why a name of CCR stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keep {
    /// It is an image of Tencent's own.
    Tencents,
    /// It is an image of somebody else's.
    SomebodyElses,
    /// The mapping file excludes it, by this pattern.
    Excluded(String),
    /// The file says so: `ccr2tcr:keep`.
    Marked,
    /// Kustomize looks for it in bases that aren't rewritten, and `newName` takes its place.
    LooksElsewhere,
}

/// Why a reference isn't rewritten yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unproven {
    /// In CCR.
    pub old: Box<Reference>,
    /// In TCR.
    pub new: Box<Reference>,
    /// What is the matter.
    pub why: UnprovenWhy,
}

/// What is the matter with an image in TCR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnprovenWhy {
    /// It isn't there.
    Missing,
    /// CCR has another image under this tag.
    Stale,
    /// It could not be asked; why.
    Unknown(String),
}

/// Why a place is left to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ByHand {
    /// What it is used as.
    Used(Purpose),
    /// A login and what is pushed with it stand in one file, and change together.
    PushBesideLogin,
    /// It is a part of names that go different ways, or may be Tencent's own; which.
    PartsWays(String),
    /// It has no name in TCR; why, and what to type.
    NoName {
        /// Why.
        why: String,
        /// What to type next.
        hint: String,
    },
    /// Two fields make it, and they can't be put together; why.
    Split(String),
    /// A regular expression.
    Pattern,
    /// A host that is partly made elsewhere, or stands for many.
    Partial,
    /// It is in the path of something else.
    Nested,
    /// base64.
    Encoded,
    /// The name of a pull secret.
    PullSecret,
    /// A setting that says Personal Edition.
    EditionFlag,
    /// Kustomize looks for it in bases that go different ways; what to write.
    Matcher(String),
}

impl ByHand {
    /// Whether a program may read it, or what is made of it. Comments and documentation are for
    /// people.
    #[must_use]
    pub(in crate::sources) fn is_read_by_programs(&self) -> bool {
        use Purpose::{Comment, Documentation, Source, Test};
        !matches!(self, Self::Used(Comment | Documentation | Source | Test))
    }
}
