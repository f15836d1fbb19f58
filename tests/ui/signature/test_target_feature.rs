#[portable::test]
#[target_feature(enable = "avx2")]
async fn works() {}

#[portable::test]
#[cfg_attr(target_arch = "x86_64", target_feature(enable = "avx2"))]
async fn conditional() {}

fn main() {}
