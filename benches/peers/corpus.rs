//! What each corpus holds: images, and the layers that they share. Pure; writing it down is in
//! `fill`.

use std::collections::BTreeSet;

use clap::ValueEnum;

/// Which corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Name {
    /// A company: 16 repositories of 25 tags that share large layers.
    Company,
    /// 40 repositories of 20 tags of 20 kB, which share nothing.
    Tiny,
    /// One image of eight layers of 512 MiB.
    Big,
    /// One image of 64 layers of 64 MiB.
    Wide,
}

/// How to make a layer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layer {
    pub(crate) seed: u64,
    pub(crate) size: u64,
}

/// A tag, and the numbers of its layers, lowest first.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    pub(crate) repository: String,
    pub(crate) tag: String,
    pub(crate) layers: Vec<usize>,
}

/// Images and their layers, both in a fixed order.
#[derive(Debug, Default)]
pub(crate) struct Corpus {
    pub(crate) layers: Vec<Layer>,
    pub(crate) images: Vec<Image>,
    /// Every twentieth image as it is after a change: one new layer on top in place of the last.
    pub(crate) changed: Vec<Image>,
}

/// The fewest requests with which a client could copy a corpus to an empty registry: at the source
/// a GET for each manifest and each blob; at the target POST and PUT for each blob, a PUT for each
/// manifest, a mount for each further repository that wants a blob; and two for each repository at
/// either, for its tags and for what an image list can't say (fallback tags, referrers).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Floor {
    pub(crate) source: usize,
    pub(crate) target: usize,
}

const MB: u64 = 1_000_000;
const MIB: u64 = 1 << 20;

impl Name {
    /// As it is called on the command line.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Tiny => "tiny",
            Self::Big => "big",
            Self::Wide => "wide",
        }
    }

    /// Whether it is about bytes: copied once, without a delay; not warm, and not changed.
    pub(crate) fn is_bulk(self) -> bool {
        matches!(self, Self::Big | Self::Wide)
    }

    /// What it holds.
    pub(crate) fn corpus(self) -> Corpus {
        let mut corpus = match self {
            Self::Company => company(),
            Self::Tiny => tiny(),
            Self::Big => one_image("big/image", 8, 512 * MIB),
            Self::Wide => one_image("wide/image", 64, 64 * MIB),
        };
        if !self.is_bulk() {
            corpus.change();
        }
        // One seed for each layer, and other ones for each corpus.
        for (index, layer) in (1_u64..).zip(&mut corpus.layers) {
            layer.seed = ((self as u64 + 1) << 32) + index;
        }
        corpus
    }
}

impl Corpus {
    fn layer(&mut self, size: u64) -> usize {
        self.layers.push(Layer { seed: 0, size });
        self.layers.len() - 1
    }

    fn change(&mut self) {
        let some: Vec<Image> = self.images.iter().skip(7).step_by(20).cloned().collect();
        for mut image in some {
            image.layers.pop();
            image.layers.push(self.layer(30_000));
            self.changed.push(image);
        }
    }

    /// The names of the repositories.
    pub(crate) fn repositories(&self) -> BTreeSet<&str> {
        self.images.iter().map(|image| image.repository.as_str()).collect()
    }

    /// How many different blobs it holds before the change; each image has a config of its own.
    pub(crate) fn blobs(&self) -> usize {
        let layers: BTreeSet<usize> =
            self.images.iter().flat_map(|image| image.layers.iter().copied()).collect();
        layers.len() + self.images.len()
    }

    /// The floor for a cold copy.
    pub(crate) fn floor(&self) -> Floor {
        let places: BTreeSet<(&str, usize)> = self
            .images
            .iter()
            .flat_map(|image| image.layers.iter().map(|layer| (image.repository.as_str(), *layer)))
            .collect();
        let (images, blobs) = (self.images.len(), self.blobs());
        let mounts = places.len() + images - blobs;
        let repositories = 2 * self.repositories().len();
        Floor {
            source: images + blobs + repositories,
            target: images + 2 * blobs + mounts + repositories,
        }
    }
}

/// Five bases of 30 MB and ten runtimes of 10 MB, shared across repositories; four layers of
/// dependencies for each repository; and in each image 200 kB of its own.
fn company() -> Corpus {
    let mut corpus = Corpus::default();
    let bases: Vec<usize> = (0..5).map(|_| corpus.layer(30 * MB)).collect();
    let runtimes: Vec<usize> = (0..10).map(|_| corpus.layer(10 * MB)).collect();
    for repository in 0..16 {
        let dependencies: Vec<usize> = (0..4).map(|_| corpus.layer(2 * MB)).collect();
        for tag in 0..25 {
            let own = corpus.layer(200_000);
            // In the middle of its life a repository moves to the next runtime.
            let runtime = (repository + usize::from(repository % 3 == 0 && tag >= 12)) % 10;
            corpus.images.push(Image {
                repository: format!("company/app-{:02}", repository + 1),
                tag: format!("v1.{tag}"),
                layers: vec![
                    bases[repository % 5],
                    runtimes[runtime],
                    dependencies[tag * 4 / 25],
                    own,
                ],
            });
        }
    }
    corpus
}

fn tiny() -> Corpus {
    let mut corpus = Corpus::default();
    for repository in 0..40 {
        for tag in 0..20 {
            let layers = vec![corpus.layer(20_000)];
            let repository = format!("tiny/app-{:02}", repository + 1);
            corpus.images.push(Image { repository, tag: format!("v1.{tag}"), layers });
        }
    }
    corpus
}

fn one_image(repository: &str, layers: usize, size: u64) -> Corpus {
    let mut corpus = Corpus::default();
    let layers = (0..layers).map(|_| corpus.layer(size)).collect();
    let (repository, tag) = (repository.to_owned(), "v1.0".to_owned());
    corpus.images.push(Image { repository, tag, layers });
    corpus
}
