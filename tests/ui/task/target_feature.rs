#[portable::task]
#[target_feature(enable = "avx2")]
async fn fast() {}

#[portable::task]
#[cfg_attr(target_arch = "x86_64", target_feature(enable = "avx2"))]
async fn conditional() {}

fn main() {}
