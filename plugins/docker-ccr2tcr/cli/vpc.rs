//! A VPC by its id alone.

use ccr2tcr::network::VpcWish;

pub(super) fn plain_vpc(text: &str) -> Result<String, String> {
    let wish: VpcWish = text.parse()?;
    match wish.subnet {
        None => Ok(wish.vpc),
        Some(_) => Err("expected vpc-ID alone: the link goes, whatever its subnet".to_owned()),
    }
}
