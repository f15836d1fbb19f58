struct Error;

#[portable::test(flavor = "multi_thread")]
async fn case() -> Result<(), Error> {
//                 ^^^^^^^^^^^^^^^^^ Error
    Ok(())
}
