#[portable::test(flavor = [])]
async fn empty() {}

#[portable::test(flavor = ["current_thread", "current_thread"])]
async fn twice() {}

#[portable::test(flavor = ["multi_thread", "curent_thread"])]
async fn misspelt() {}

#[portable::test(flavor = [FLAVOR])]
async fn constant() {}

#[portable::test(flavor = ["current_thread", "local"], worker_threads = 2)]
async fn no_workers() {}

const FLAVOR: &str = "local";

fn main() {}
