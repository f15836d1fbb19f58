// Known: the label at the function covers its first word alone, as lints take the function for generated.
#[portable::main]
pub async fn case() {
    if std::env::args().count() > 1 {
        break;
    }
}
