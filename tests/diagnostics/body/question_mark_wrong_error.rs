struct Failed;

#[portable::main]
pub async fn case() -> Result<(), std::num::ParseIntError> {
    let done: Result<(), Failed> = Err(Failed);
    done?;
    Ok(())
}
