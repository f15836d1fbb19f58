#[portable::main]
pub async extern "C" fn case() {}
//        ^^^^^^^^^^ remove
