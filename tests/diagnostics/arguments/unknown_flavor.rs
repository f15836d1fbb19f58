#[portable::main(flavor = "curent_thread")]
//                        ^^^^^^^^^^^^^^^ current_thread
pub async fn case() {}
