//! Tencent's regions: their numbers, and which share one deployment of Personal Edition.

/// One region.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Region {
    /// `ap-guangzhou`
    pub(crate) name: &'static str,
    /// `RegionId` (terraform-provider-tencentcloud, `RegionIdMap`)
    pub(crate) id: u64,
    /// `Alias` of `DescribeRegions`, and the regions' short names elsewhere.
    pub(crate) alias: &'static str,
}

const fn region(name: &'static str, id: u64, alias: &'static str) -> Region {
    Region { name, id, alias }
}

/// All regions that TCR knows.
pub(crate) const REGIONS: [Region; 25] = [
    region("ap-guangzhou", 1, "gz"),
    region("ap-shanghai", 4, "sh"),
    region("ap-hongkong", 5, "hk"),
    region("na-toronto", 6, "ca"),
    region("ap-shanghai-fsi", 7, "shjr"),
    region("ap-beijing", 8, "bj"),
    region("ap-singapore", 9, "sg"),
    region("ap-shenzhen-fsi", 11, "szjr"),
    region("na-siliconvalley", 15, "usw"),
    region("ap-chengdu", 16, "cd"),
    region("eu-frankfurt", 17, "de"),
    region("ap-seoul", 18, "kr"),
    region("ap-chongqing", 19, "cq"),
    region("ap-mumbai", 21, "in"),
    region("na-ashburn", 22, "use"),
    region("ap-bangkok", 23, "th"),
    region("eu-moscow", 24, "ru"),
    region("ap-tokyo", 25, "jp"),
    region("ap-nanjing", 33, "nj"),
    region("ap-tianjin", 36, "tsn"),
    region("ap-shenzhen", 37, "szx"),
    region("ap-taipei", 39, "tpe"),
    region("ap-beijing-fsi", 46, "bjjr"),
    region("ap-jakarta", 72, "jkt"),
    region("sa-saopaulo", 74, "sao"),
];

// One shared deployment in Guangzhou (TCR product overview and FAQ).
const MAINLAND: [&str; 8] = [
    "ap-guangzhou",
    "ap-shanghai",
    "ap-nanjing",
    "ap-beijing",
    "ap-shenzhen",
    "ap-chongqing",
    "ap-chengdu",
    "ap-tianjin",
];

/// The region with this name.
pub(crate) fn find(name: &str) -> Option<&'static Region> {
    REGIONS.iter().find(|region| region.name == name)
}

/// The region whose Personal Edition serves this one.
pub(crate) fn deployment(name: &str) -> &str {
    if MAINLAND.contains(&name) { "ap-guangzhou" } else { name }
}
