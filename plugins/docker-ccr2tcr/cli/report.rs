//! What stands below the help of `report`; its flags are the library's.

pub(super) const EXAMPLES: &str = "\
Examples:
  docker ccr2tcr report sync.json --html report.html
  docker ccr2tcr report runs/*.json --html report.html    progress over several runs
  docker ccr2tcr report sync.json verify.json doctor.json apply.json --html report.html --lang zh

The page is one file, which asks for nothing over the network.

Exit codes: 0 the page is written, 2 it is not, 125 usage, 130 interrupted";
